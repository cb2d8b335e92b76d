/**
 * The command. Bundled into one file; what a run does not need is not evaluated.
 *
 * @module
 */

import { NoSuchSourceError, UsageError } from "./command_spec.ts";
import { InvalidDurationError, InvalidNameError, InvalidOptionError, MissingPermissionError } from "../errors.ts";
import { commandLine, exit, print, remark, requireEnvironment } from "./host.ts";
import { EXIT } from "./outcome.ts";
import { performRun } from "./run/run.ts";
import { scanRun } from "./run/scan.ts";
import { HANDED_OVER } from "./run/self.ts";

async function perform(args: readonly string[]): Promise<number> {
  const scanned = scanRun(args);
  if (scanned !== undefined) return await performRun(scanned);
  if (args.length === 1 && args[0] === HANDED_OVER) {
    const { refreshHandedOver } = await import("./run/handed_over.ts");
    return await refreshHandedOver();
  }
  requireEnvironment();
  const { parseCommandLine } = await import("./program.ts");
  const parsed = parseCommandLine(args);
  switch (parsed.kind) {
    case "command":
      return await parsed.perform();
    case "mistake":
      throw new UsageError(parsed.message);
    case "text":
      await print(new TextEncoder().encode(parsed.text));
      return EXIT.done;
  }
}

/** What whoever typed the command can set right by typing something else. */
const OF_USAGE = [UsageError, InvalidOptionError, InvalidNameError, InvalidDurationError, MissingPermissionError];

function exitCodeOfError(error: unknown): number {
  if (error instanceof NoSuchSourceError) return EXIT.noData;
  return OF_USAGE.some((kind) => error instanceof kind) ? EXIT.usage : EXIT.ownFailure;
}

let code: number;
try {
  code = await perform(commandLine());
} catch (error) {
  await remark(error instanceof Error ? error.message || error.name : String(error));
  code = exitCodeOfError(error);
}
exit(code);

/**
 * The command. Bundled into one file; what a run does not need is not evaluated.
 *
 * @module
 */

import { DiscoveryCacheError } from "../errors.ts";
import { commandLine, exit, print, remark } from "./host.ts";
import { EXIT } from "./outcome.ts";
import { run } from "./run.ts";
import { checkRun, type RunWords } from "./run_options.ts";
import { scanRun } from "./scan.ts";
import { HANDED_OVER } from "./self.ts";

/** What stands on the command line; or the exit code, if there is nothing to run. */
async function read(args: readonly string[]): Promise<RunWords | number> {
  const scanned = scanRun(args);
  if (scanned !== undefined) return scanned;
  const { parseCommandLine } = await import("./program.ts");
  const parsed = parseCommandLine(args);
  if (parsed.kind === "run") return parsed.words;
  if (parsed.kind === "mistake") {
    await remark(parsed.message);
    return EXIT.usage;
  }
  await print(new TextEncoder().encode(parsed.text));
  return EXIT.done;
}

async function main(args: readonly string[]): Promise<number> {
  if (args.length === 1 && args[0] === HANDED_OVER) {
    const { refreshHandedOver } = await import("./handed_over.ts");
    return await refreshHandedOver();
  }
  const words = await read(args);
  if (typeof words === "number") return words;
  let request;
  try {
    request = checkRun(words);
  } catch (error) {
    if (!(error instanceof DiscoveryCacheError)) throw error;
    await remark(error.message);
    return EXIT.usage;
  }
  return await run(request);
}

let code: number;
try {
  code = await main(commandLine());
} catch (error) {
  await remark(error instanceof Error ? error.message || error.name : String(error));
  code = EXIT.ownFailure;
}
exit(code);

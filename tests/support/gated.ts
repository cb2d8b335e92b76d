/**
 * Sources whose command can be held back again and again, and says how far it is.
 *
 * @module
 */

import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { CommandBench } from "./command_bench.ts";

/** What a command does, besides. */
export interface Gated {
  /** What it writes to standard error when it begins, a line. */
  readonly says?: string;
  /** Its exit code, when it is let go. */
  readonly code?: number;
  /** How long data stays fresh. */
  readonly ttl?: string;
}

/** Makes a source whose command, from its second run on, waits until its gate is open: `bench.open(name)`. */
export async function fillGated(bench: CommandBench, name: string, how: Gated = {}): Promise<void> {
  const { says = "", code = 0, ttl = "24h" } = how;
  const script = 'echo $$ >>"$1/starts"; if [ -n "$3" ]; then echo "$3" >&2; fi; ' +
    'while [ ! -e "$1/$2" ]; do sleep 0.02; done; wc -l <"$1/starts" | tr -d " \\n"; ' +
    'if [ -e "$1/$2.fails" ]; then echo "no luck" >&2; exit "$4"; fi';
  bench.open(name);
  const argv = ["sh", "-c", script, name, bench.folder, name, says, String(code)];
  const ended = await bench.run(["--name", name, "--ttl", ttl], argv);
  if (ended.code !== 0) throw new Error(ended.stderr);
  if (code !== 0) writeFileSync(join(bench.folder, `${name}.fails`), "");
  rmSync(join(bench.folder, name));
  rmSync(join(bench.folder, "starts"));
}

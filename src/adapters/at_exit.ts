/**
 * The end of the process, as the runtimes tell of it.
 *
 * @module
 */

import { detectAdapter } from "./detect.ts";
import { nodeProcess } from "./node_api.ts";

/**
 * Runs something when the process ends: because nothing is left to do, or by `process.exit()` or `Deno.exit()`; not when a
 * signal ends it. What it does not do at once is not done.
 *
 * @param work What to run.
 */
export function atExit(work: () => void): void {
  // Merely touching `process` would cost Deno 17 ms.
  if (detectAdapter().name === "deno") globalThis.addEventListener("unload", work, { once: true });
  else nodeProcess().once("exit", work);
}

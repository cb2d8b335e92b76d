/**
 * The adapter for Deno, on `Deno` itself: loading `node:fs`, or touching `process`, would cost every start 20 ms.
 *
 * @module
 */

import type { Adapter } from "../adapter.ts";
import { ComposedAdapter } from "./compose.ts";
import { denoNamespace } from "./deno_api.ts";
import { denoFileCalls } from "./deno_files.ts";
import { denoFolderCalls } from "./deno_folders.ts";
import { denoProcessSystem } from "./deno_processes.ts";
import { Files } from "./files.ts";
import { Folders } from "./folders.ts";
import { Processes } from "./processes.ts";

/** An adapter for Deno. Read and write permission for the cache's root is enough; with less it knows less. */
export function denoAdapter(): Adapter {
  return new ComposedAdapter("deno", () => {
    const deno = denoNamespace();
    const calls = denoFileCalls(deno);
    return {
      files: new Files(calls),
      folders: new Folders(denoFolderCalls(deno, calls)),
      processes: new Processes(denoProcessSystem(deno)),
    };
  });
}

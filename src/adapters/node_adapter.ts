/**
 * The adapter on Node's own modules, which Bun has too.
 *
 * @module
 */

import type { Adapter } from "../adapter.ts";
import { ComposedAdapter } from "./compose.ts";
import { Files } from "./files.ts";
import { Folders } from "./folders.ts";
import { nodeProcess } from "./node_api.ts";
import { nodeFileCalls } from "./node_files.ts";
import { nodeFolderCalls } from "./node_folders.ts";
import { nodeProcessSystem } from "./node_processes.ts";
import { Processes } from "./processes.ts";

/** An adapter of that name, every verb of which is on `node:fs` and `process`. */
export function nodeModulesAdapter(name: string): Adapter {
  return new ComposedAdapter(name, () => {
    const calls = nodeFileCalls(nodeProcess().platform === "win32");
    return {
      files: new Files(calls),
      folders: new Folders(nodeFolderCalls(calls)),
      processes: new Processes(nodeProcessSystem()),
    };
  });
}

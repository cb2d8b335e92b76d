/**
 * How this program is started once more, to refresh in a process of its own.
 *
 * @module
 */

import { permissionFlags } from "../../detached/deno_flags.ts";
import { isDeno, nodeProcess } from "../host.ts";

/** The word that makes this program the one to which a claim is handed over. Nobody is meant to type it. */
export const HANDED_OVER = "refresh-handed-over";

/**
 * The command line: the executable first.
 *
 * @param root The cache's folder.
 * @param file The command that the child is to start.
 * @throws Error If this process may not do something that the child has to.
 */
export function ownCommandLine(root: string, file: string): readonly string[] {
  const { execPath, execArgv } = nodeProcess();
  const own = [import.meta.filename ?? "", HANDED_OVER];
  if (!isDeno()) return [execPath, ...execArgv, ...own];
  const flags = permissionFlags([
    { name: "read", path: root },
    { name: "write", path: root },
    { name: "run", command: file },
  ]);
  return [execPath, "run", "--quiet", "--no-prompt", "--no-config", ...flags, ...own];
}

/**
 * How this program is started once more, to refresh in a process of its own.
 *
 * @module
 */

import { isDeno, nodeProcess } from "./host.ts";

/** The word that makes this program the one to which a claim is handed over. Nobody is meant to type it. */
export const HANDED_OVER = "refresh-handed-over";

const PERMISSIONS = ["read", "write", "env", "run", "sys", "net", "ffi", "import"] as const;

interface DenoPermissions {
  querySync(descriptor: { readonly name: string }): { readonly state: string };
}

/** Deno's child gets what this process was given as a whole: what was given in parts cannot be asked for. */
function denoFlags(): string[] {
  const { permissions } = (globalThis as unknown as { readonly Deno: { readonly permissions: DenoPermissions } }).Deno;
  const granted = PERMISSIONS.filter((name) => {
    try {
      return permissions.querySync({ name }).state === "granted";
    } catch {
      return false;
    }
  });
  if (granted.length === PERMISSIONS.length) return ["--allow-all"];
  return granted.map((name) => `--allow-${name}`);
}

/** The command line: the executable first. */
export function ownCommandLine(): readonly string[] {
  const { execPath, execArgv } = nodeProcess();
  const file = import.meta.filename;
  if (isDeno()) return [execPath, "run", "--quiet", "--no-prompt", "--no-config", ...denoFlags(), file, HANDED_OVER];
  return [execPath, ...execArgv, file, HANDED_OVER];
}

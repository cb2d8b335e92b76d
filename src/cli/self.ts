/**
 * How this program is started once more, to refresh in a process of its own.
 *
 * @module
 */

import { isDeno, nodeProcess } from "./host.ts";

/** The word that makes this program the one to which a claim is handed over. Nobody is meant to type it. */
export const HANDED_OVER = "refresh-handed-over";

const PERMISSIONS = ["read", "write", "env", "run", "sys", "net", "ffi", "import"] as const;

interface Permission {
  readonly name: string;
  readonly path?: string;
  readonly command?: string;
}

interface DenoPermissions {
  querySync(asked: Permission): { readonly state: string };
}

/**
 * The permissions of this process, as far as the child needs them: Deno tells what is granted as a whole, and otherwise
 * only about what it is asked for.
 *
 * @throws Error If this process may not do something that the child has to.
 */
function denoFlags(root: string, file: string): string[] {
  const { permissions } = (globalThis as unknown as { readonly Deno: { readonly permissions: DenoPermissions } }).Deno;
  const may = (asked: Permission) => permissions.querySync(asked).state === "granted";
  const granted = PERMISSIONS.filter((name) => may({ name }));
  if (granted.length === PERMISSIONS.length) return ["--allow-all"];

  const flags = granted.map((name) => `--allow-${name}`);
  const parts: Permission[] = [{ name: "read", path: root }, { name: "write", path: root }, {
    name: "run",
    command: file,
  }];
  for (const part of parts.filter(({ name }) => !granted.some((other) => other === name))) {
    const { name, path, command } = part;
    const what = path ?? command ?? "";
    if (!may(part)) throw new Error(`Deno was not given --allow-${name} for ${what}`);
    flags.push(`--allow-${name}=${what.replaceAll(",", ",,")}`);
  }
  return flags;
}

/**
 * The command line: the executable first.
 *
 * @param root The cache's folder.
 * @param file The command that the child is to start.
 * @throws Error If this process may not do something that the child has to.
 */
export function ownCommandLine(root: string, file: string): readonly string[] {
  const { execPath, execArgv } = nodeProcess();
  const own = [import.meta.filename, HANDED_OVER];
  if (!isDeno()) return [execPath, ...execArgv, ...own];
  return [execPath, "run", "--quiet", "--no-prompt", "--no-config", ...denoFlags(root, file), ...own];
}

/**
 * The permissions of this process, as the command line of another one gives them.
 *
 * @module
 */

import { type DenoPermission, denoSystem } from "./system.ts";

const KINDS = ["read", "write", "env", "run", "sys", "net", "ffi", "import"] as const;

/** Whether this process may do that now. Never prompts. */
export function isGranted(asked: DenoPermission): boolean {
  return denoSystem()?.permissions.querySync(asked).state === "granted";
}

/**
 * The permissions of this process, as far as the child needs them: Deno tells what is granted as a whole, and otherwise
 * only about what it is asked for.
 *
 * @param needs What the child has to be able to do.
 * @returns Flags.
 * @throws Error If this process may not do that itself.
 */
export function permissionFlags(needs: readonly DenoPermission[]): string[] {
  const granted = KINDS.filter((name) => isGranted({ name }));
  if (granted.length === KINDS.length) return ["--allow-all"];

  const flags = granted.map((name) => `--allow-${name}`);
  for (const need of needs.filter(({ name }) => !granted.some((other) => other === name))) {
    const { name, path, command } = need;
    const what = path ?? command ?? "";
    if (!isGranted(need)) throw new Error(`Deno was not given --allow-${name} for ${what}`);
    flags.push(`--allow-${name}=${what.replaceAll(",", ",,")}`);
  }
  return flags;
}

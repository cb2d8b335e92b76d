/**
 * The permissions of this process, as the command line of another one gives them.
 *
 * @module
 */

import { denoNamespace, isGranted } from "../adapters/deno_api.ts";

const KINDS = ["read", "write", "env", "run", "sys", "net", "ffi", "import"] as const;

/** What a child needs: one permission, for one thing. */
export type Need =
  | { readonly name: "read" | "write"; readonly path: string }
  | { readonly name: "run"; readonly command: string };

/**
 * The permissions of this process, as far as the child needs them: Deno tells what is granted as a whole, and otherwise
 * only about what it is asked for.
 *
 * @param needs What the child has to be able to do.
 * @returns Flags.
 * @throws Error If this process may not do that itself.
 */
export function permissionFlags(needs: readonly Need[]): string[] {
  const deno = denoNamespace();
  const granted = KINDS.filter((name) => isGranted(deno, { name }));
  if (granted.length === KINDS.length) return ["--allow-all"];

  const flags = granted.map((name) => `--allow-${name}`);
  for (const need of needs.filter(({ name }) => !granted.some((other) => other === name))) {
    const { name } = need;
    const what = "path" in need ? need.path : need.command;
    if (!isGranted(deno, need)) throw new Error(`Deno was not given --allow-${name} for ${what}`);
    flags.push(`--allow-${name}=${what.replaceAll(",", ",,")}`);
  }
  return flags;
}

/**
 * The one place where the runtime is found out: Deno, then Bun, else Node. Synchronous, and without touching `process`.
 *
 * @module
 */

import type { Adapter } from "../adapter.ts";
import { bunAdapter } from "./bun.ts";
import { denoAdapter } from "./deno.ts";
import { nodeAdapter } from "./node.ts";

/** The names by which the runtimes are told apart. */
interface Globals {
  readonly Deno?: { readonly version?: { readonly deno?: unknown } };
  readonly Bun?: { readonly version?: unknown };
}

let detected: Adapter | undefined;

/** The adapter for the runtime that this runs on; the same one at every call. */
export function detectAdapter(): Adapter {
  return detected ??= makeAdapter(globalThis as unknown as Globals);
}

/** The adapter for a runtime with these globals. */
export function makeAdapter(globals: Globals): Adapter {
  // A library may put a `Deno` of its own there: the real one knows its version.
  if (typeof globals.Deno?.version?.deno === "string") return denoAdapter();
  if (typeof globals.Bun?.version === "string") return bunAdapter();
  return nodeAdapter();
}

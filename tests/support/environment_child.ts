/**
 * A child that tells what it finds in its environment.
 *
 * @module
 */

import { execFileSync } from "node:child_process";
import process from "node:process";
import type { RuntimeName } from "../../scripts/runtimes.ts";
import type { Presets } from "../../src/presets.ts";
import { programCommand } from "./processes.ts";

/** How something failed. */
export interface Told {
  readonly error?: { readonly name: string; readonly code: unknown; readonly message: string };
}

/** What the child found. */
export interface Findings {
  readonly presets: Partial<Presets> & Told;
  readonly folder: string | Told;
}

/** How the child is started. */
export interface EnvironmentOptions {
  /** Its variables, besides those of this process. */
  readonly variables: Readonly<Record<string, string>>;
  /** Deno's permissions; all of them unless given. */
  readonly denoFlags?: readonly string[];
}

/** The child's command line. */
export function environmentCommand(runtime: RuntimeName, denoFlags?: readonly string[]): readonly string[] {
  const kind = { runtime, adapter: "native", ...denoFlags && { denoFlags } } as const;
  return [...programCommand(kind, "environment_child"), "FIZ"];
}

/** The environment of a child, with some variables. */
export function withVariables(variables: Readonly<Record<string, string>>): Record<string, string | undefined> {
  return { ...process.env, NO_COLOR: "1", ...variables };
}

/** What a child finds. */
export function environmentOf(runtime: RuntimeName, { variables, denoFlags }: EnvironmentOptions): Findings {
  const [file = "", ...args] = environmentCommand(runtime, denoFlags);
  const env = withVariables(variables);
  return JSON.parse(execFileSync(file, args, { env, encoding: "utf8", timeout: 90_000 })) as Findings;
}

/** Variables that say where a user's folders are, on any system, and where the cache of `fiz` is then. */
export const homes: { readonly variables: Readonly<Record<string, string>>; readonly folder: string } =
  process.platform === "win32"
    ? { variables: { LOCALAPPDATA: "D:\\caches" }, folder: "D:\\caches\\fiz" }
    : process.platform === "darwin"
    ? { variables: { HOME: "/somebody" }, folder: "/somebody/Library/Caches/fiz" }
    : { variables: { XDG_CACHE_HOME: "", HOME: "/somebody" }, folder: "/somebody/.cache/fiz" };

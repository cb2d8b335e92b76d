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
  /** Its variables, besides those of this process; `undefined` takes one away. */
  readonly variables: Readonly<Record<string, string | undefined>>;
  /** Deno's permissions; all of them unless given. */
  readonly denoFlags?: readonly string[];
}

/** The child's command line. */
export function environmentCommand(runtime: RuntimeName, denoFlags?: readonly string[]): readonly string[] {
  const kind = { runtime, adapter: "native", ...denoFlags && { denoFlags } } as const;
  return [...programCommand(kind, "environment_child"), "FIZ"];
}

/** The environment of a child, with some variables. */
export function withVariables(variables: EnvironmentOptions["variables"]): Record<string, string | undefined> {
  return { ...process.env, NO_COLOR: "1", ...variables };
}

/** What a child finds. */
export function environmentOf(runtime: RuntimeName, { variables, denoFlags }: EnvironmentOptions): Findings {
  const [file = "", ...args] = environmentCommand(runtime, denoFlags);
  const env = withVariables(variables);
  return JSON.parse(execFileSync(file, args, { env, encoding: "utf8", timeout: 90_000 })) as Findings;
}

/** Where a user's folders are, as the variables of this system say it. */
export interface Home {
  readonly variables: Readonly<Record<string, string | undefined>>;
  /** Where the cache of `fiz` is then. */
  readonly cache: string;
}

/** A user whose folders are all in this one: runtimes keep things of their own there, too. */
export function homeIn(folder: string): Home {
  switch (process.platform) {
    case "win32":
      return { variables: { LOCALAPPDATA: folder }, cache: `${folder}\\fiz` };
    case "darwin":
      return { variables: { HOME: folder }, cache: `${folder}/Library/Caches/fiz` };
    default:
      return { variables: { XDG_CACHE_HOME: undefined, HOME: folder }, cache: `${folder}/.cache/fiz` };
  }
}

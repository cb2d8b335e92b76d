/**
 * What the runtime knows of its surroundings: the system and its environment variables. Asked for only by those who
 * call for it by name; the core reads no environment.
 *
 * @module
 */

import { type DenoPermission, isGranted } from "./deno_api.ts";

/** The systems that are told apart. */
export type System = "linux" | "darwin" | "windows";

interface DenoSurroundings {
  readonly version?: { readonly deno?: unknown };
  readonly build: { readonly os: string };
  readonly env: { get(name: string): string | undefined };
  readonly permissions: { querySync(permission: DenoPermission): { readonly state: string } };
}

interface ProcessSurroundings {
  readonly platform: string;
  readonly env: Record<string, string | undefined>;
}

/** The real `Deno`, which knows its version; a library may put one of its own there. */
function deno(): DenoSurroundings | undefined {
  const { Deno } = globalThis as { readonly Deno?: DenoSurroundings };
  return typeof Deno?.version?.deno === "string" ? Deno : undefined;
}

function process(): ProcessSurroundings {
  return (globalThis as unknown as { readonly process: ProcessSurroundings }).process;
}

/** The system that this runs on; every Unix but macOS counts as Linux. */
export function system(): System {
  const name = deno()?.build.os ?? process().platform;
  if (name === "windows" || name === "win32") return "windows";
  return name === "darwin" ? "darwin" : "linux";
}

/**
 * Whether a variable may be read: on Deno, whether there is the permission. Never prompts.
 *
 * @param name Its name.
 */
export function mayReadVariable(name: string): boolean {
  const host = deno();
  return host === undefined || isGranted(host, { name: "env", variable: name });
}

/**
 * An environment variable; `undefined` if it is not set or empty.
 *
 * @param name Its name: one that {@linkcode mayReadVariable}, since Deno would prompt for any other.
 */
export function variable(name: string): string | undefined {
  const host = deno();
  const value = host === undefined ? process().env[name] : host.env.get(name);
  return value === "" ? undefined : value;
}

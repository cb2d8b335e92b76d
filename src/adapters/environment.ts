/**
 * What the runtime knows of its surroundings: the system and its environment variables. Asked for only by those who
 * call for it by name; the core reads no environment.
 *
 * @module
 */

/** The systems that are told apart. */
export type System = "linux" | "darwin" | "windows";

interface DenoSurroundings {
  readonly build: { readonly os: string };
  readonly env: { get(name: string): string | undefined };
}

interface ProcessSurroundings {
  readonly platform: string;
  readonly env: Record<string, string | undefined>;
}

function deno(): DenoSurroundings | undefined {
  return (globalThis as { readonly Deno?: DenoSurroundings }).Deno;
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
 * An environment variable; `undefined` if it is not set or empty.
 *
 * @param name Its name. Deno needs the permission to read it.
 */
export function variable(name: string): string | undefined {
  const host = deno();
  const value = host === undefined ? process().env[name] : host.env.get(name);
  return value === "" ? undefined : value;
}

/**
 * Where the runtimes are. Pure look-ups, for the scripts and for tests on every runtime: `npm install` brings Deno, Bun
 * and two more Nodes; the Node of the user is the one that runs `npm test`, which passes it on in the environment.
 */
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { delimiter, dirname, join, sep } from "node:path";
import process from "node:process";
import { fileURLToPath, pathToFileURL } from "node:url";

/** `node` is the user's own; `node22` and `node24` are two more majors. */
export const runtimeNames = ["node", "bun", "deno", "node22", "node24"] as const;
/** One of {@linkcode runtimeNames}. */
export type RuntimeName = (typeof runtimeNames)[number];

/** A runtime of this machine. */
export interface Runtime {
  readonly name: RuntimeName;
  /** The absolute path of the executable. */
  readonly path: string;
}

const packageName = "@discoverycache/core";

/** The folder of the project, for a script as well as for a test program that was bundled into another folder. */
export const projectRoot: string = findRoot(dirname(fileURLToPath(import.meta.url)));

function findRoot(start: string): string {
  for (let folder = start;; folder = dirname(folder)) {
    const manifest = join(folder, "package.json");
    if (existsSync(manifest)) {
      const { name } = JSON.parse(readFileSync(manifest, "utf8")) as { name?: unknown };
      if (name === packageName) return folder;
    }
    if (folder === dirname(folder)) throw new Error(`No package.json of ${packageName} above ${start}.`);
  }
}

/** The variable that names the executable of a runtime, and overrules the one in node_modules. */
export const runtimeVariable = (name: RuntimeName): string => `DISCOVERYCACHE_TEST_${name.toUpperCase()}`;

/** Where `npm install` puts each of them. The Nodes live apart: see scripts/node/placeholder/package.json. */
const installed: Readonly<Record<Exclude<RuntimeName, "node">, readonly string[]>> = {
  bun: ["node_modules/bun/bin/bun.exe"],
  deno: ["node_modules/deno/deno", "node_modules/deno/deno.exe"],
  node22: ["scripts/node/22/node_modules/node/bin/node", "scripts/node/22/node_modules/node/bin/node.exe"],
  node24: ["scripts/node/24/node_modules/node/bin/node", "scripts/node/24/node_modules/node/bin/node.exe"],
};

/**
 * Finds a runtime.
 *
 * @throws When it is missing; the message says where it was looked for.
 */
export function runtime(name: RuntimeName): Runtime {
  const variable = runtimeVariable(name);
  const given = process.env[variable];
  const candidates = given !== undefined ? [given] : name === "node" ? nodeCandidates() : installedPaths(name);
  const path = candidates.find((candidate) => existsSync(candidate));
  if (path !== undefined) return { name, path };
  const cure = given !== undefined ? `correct ${variable}` : name === "node" ? "install Node" : "run `npm install`";
  throw new Error(`The runtime "${name}" is missing: looked for ${candidates.join(", ")}. To have it, ${cure}.`);
}

/** Every runtime; throws if one is missing. */
export function runtimes(): Record<RuntimeName, Runtime> {
  return Object.fromEntries(runtimeNames.map((name) => [name, runtime(name)])) as Record<RuntimeName, Runtime>;
}

/** Asks the executable for its version, such as "20.19.0". */
export function runtimeVersion(name: RuntimeName): string {
  const answer = execFileSync(runtime(name).path, ["--version"], { encoding: "utf8" });
  const version = /\d+\.\d+\.\d+/.exec(answer)?.[0];
  if (version === undefined) throw new Error(`${name} --version answered ${JSON.stringify(answer)}: no version in it.`);
  return version;
}

function installedPaths(name: Exclude<RuntimeName, "node">): string[] {
  return installed[name].map((path) => join(projectRoot, path));
}

function nodeCandidates(): string[] {
  const running = process.versions["bun"] === undefined && process.versions["deno"] === undefined;
  if (running) return [process.execPath];
  // A package may bring its own `node` into node_modules/.bin; it is not the user's.
  const folders = (process.env["PATH"] ?? "").split(delimiter).filter((folder) =>
    !folder.includes(`${sep}node_modules`)
  );
  return folders.map((folder) => join(folder, process.platform === "win32" ? "node.exe" : "node"));
}

/** What Deno is given when a caller names no flags. */
const everyPermission: readonly string[] = ["--allow-all"];

/**
 * The command line that runs a file on a runtime: the executable first. TypeScript runs too, more slowly; a child in a
 * test should run what was built.
 *
 * @param name The runtime.
 * @param file The program's path.
 * @param denoFlags Deno's permissions; all of them unless given.
 */
export function command(name: RuntimeName, file: string, denoFlags: readonly string[] = everyPermission): string[] {
  const { path } = runtime(name);
  const typescript = file.endsWith(".ts");
  switch (name) {
    case "bun":
      return [path, file];
    case "deno": {
      // Built files need no configuration, and without it nothing of the machine's set-up leaks into a test.
      const setup = typescript ? ["--no-check", "--config", join(projectRoot, "deno.npm.json")] : ["--no-config"];
      return [path, "run", "--no-prompt", ...setup, ...denoFlags, file];
    }
    default:
      return typescript ? [path, "--import", tsxLoader(), file] : [path, file];
  }
}

/** By its full address, since `--import tsx` is looked up from the working directory, wherever a child is started. */
export function tsxLoader(): string {
  return pathToFileURL(join(projectRoot, "node_modules/tsx/dist/loader.mjs")).href;
}

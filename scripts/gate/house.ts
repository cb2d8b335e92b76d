/** Reads the project for the checks of the gate that look at the sources themselves. */
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { commandEntry, libraryEntries } from "../entries.ts";
import { projectRoot } from "../runtimes.ts";
import { findFiles } from "../test/plan.ts";
import type { Sources } from "./arrows.ts";
import type { DenoManifest, Manifests, PackageManifest } from "./manifests.ts";
import type { Project } from "./workflow_commands.ts";

/** The text of a file of the project. */
export function readText(path: string): string {
  return readFileSync(join(projectRoot, path), "utf8");
}

/** Every source of the package. */
export function readSources(): Sources {
  return new Map(["mod.ts", ...findFiles("src", ".ts")].map((path) => [path, readText(path)]));
}

/** The sources that users load or read: all but the command's. */
export function publishedSources(): string[] {
  return ["mod.ts", ...findFiles("src", ".ts")].filter((path) => !path.startsWith("src/cli/"));
}

/** Both manifests, the second Deno configuration, and the list of entries. */
export function readManifests(): Manifests {
  return {
    npm: JSON.parse(readText("package.json")) as PackageManifest,
    deno: JSON.parse(readText("deno.json")) as DenoManifest,
    denoWithoutJsr: JSON.parse(readText("deno.npm.json")) as DenoManifest,
    libraries: libraryEntries,
    command: existsSync(join(projectRoot, commandEntry.source)) ? commandEntry : undefined,
  };
}

const limits: readonly { readonly folder: string; readonly lines: number }[] = [
  { folder: "src", lines: 250 },
  { folder: "tests", lines: 350 },
];

/** Files that outgrow a reader. A remark, not a fault: the next line may well belong where it is. */
export function findLongFiles(): string[] {
  return limits.flatMap(({ folder, lines }) =>
    findFiles(folder, ".ts").flatMap((path) => {
      const length = readText(path).trimEnd().split("\n").length;
      return length > lines ? [`${path} has ${length} lines; the aim is ${lines}`] : [];
    })
  );
}

/** The workflows for GitHub, by their names. */
export function readWorkflows(): Map<string, string> {
  const folder = ".github/workflows";
  return new Map(readdirSync(join(projectRoot, folder)).map((name) => [name, readText(`${folder}/${name}`)]));
}

/** What workflows may run. */
export function readProject(): Project {
  const { scripts, devDependencies } = JSON.parse(readText("package.json")) as Omit<Project, "isProgram">;
  return { scripts, devDependencies, isProgram };
}

/** Windows has no such bit: there a file will do. */
function isProgram(path: string): boolean {
  const stat = statSync(join(projectRoot, path), { throwIfNoEntry: false });
  return stat?.isFile() === true && (process.platform === "win32" || (stat.mode & 0o111) !== 0);
}

/** Reads the project for the checks of the gate that look at the sources themselves. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { commandEntry, libraryEntries } from "../entries.ts";
import { projectRoot } from "../runtimes.ts";
import { findFiles } from "../test/plan.ts";
import type { Sources } from "./arrows.ts";
import type { DenoManifest, Manifests, PackageManifest } from "./manifests.ts";

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

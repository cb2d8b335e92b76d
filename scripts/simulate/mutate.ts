/** Builds the simulation on a protocol that is broken in one place, and loads it. */
import { build, type Plugin } from "esbuild";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type * as Explore from "../../tests/simulation/explore.ts";
import { projectRoot } from "../runtimes.ts";
import type { Edit, Mutation } from "./mutations.ts";

/**
 * A source file, changed.
 *
 * @throws Error If the text that is to be changed is not in it exactly once.
 */
export function applyEdit(source: string, { file, find, replace }: Edit): string {
  const parts = source.split(find);
  if (parts.length === 2) return parts.join(replace);
  throw new Error(`src/${file} has ${parts.length - 1} places that read, and there should be one:\n${find}`);
}

/** The simulation, with the protocol changed as a mutation says. */
export async function loadMutated({ edits }: Mutation): Promise<typeof Explore> {
  const folder = mkdtempSync(join(tmpdir(), "discoverycache-mutation-"));
  const outfile = join(folder, "explore.mjs");
  try {
    await build({
      absWorkingDir: projectRoot,
      bundle: true,
      entryPoints: ["tests/simulation/explore.ts"],
      format: "esm",
      logLevel: "silent",
      outfile,
      platform: "node",
      plugins: [changing(edits)],
    });
    return await import(pathToFileURL(outfile).href) as typeof Explore;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function changing(edits: readonly Edit[]): Plugin {
  return {
    name: "mutation",
    setup(builder) {
      builder.onLoad({ filter: /\.ts$/ }, ({ path }) => {
        const file = path.replaceAll("\\", "/");
        const applied = edits.filter((edit) => file === `${projectRoot.replaceAll("\\", "/")}/src/${edit.file}`);
        if (applied.length === 0) return undefined;
        return { contents: applied.reduce(applyEdit, readFileSync(path, "utf8")), loader: "ts" };
      });
    },
  };
}

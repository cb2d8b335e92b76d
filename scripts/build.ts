/**
 * Builds `dist`: one bundled file for each entry, and the types.
 *
 * Everything is made in a folder of its own first, then moved over `dist` file by file, so that whoever runs the old
 * build meanwhile finds at each name either the old file or the new one.
 */
import { build, type BuildOptions } from "esbuild";
import { lazyBuiltins } from "./build/lazy_builtins.ts";
import { licencesOf } from "./build/licences.ts";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import process from "node:process";
import { pathToFileURL } from "node:url";
import { childEntry, commandEntry, libraryEntries } from "./entries.ts";
import { projectRoot } from "./runtimes.ts";
import { runOrThrow, tool } from "./run.ts";

const common: BuildOptions = {
  absWorkingDir: projectRoot,
  bundle: true,
  charset: "utf8",
  format: "esm",
  legalComments: "none",
  logLevel: "warning",
  // Every byte is parsed at every start. Names stay as they are, for whoever reads a stack trace.
  minifySyntax: true,
  minifyWhitespace: true,
  target: "es2022",
};

/** The modules that users import, and what these start: no runtime is assumed, and nothing is left to import. */
async function buildLibrary(stage: string): Promise<void> {
  for (const entry of [libraryEntries, childEntry].flat()) {
    await build({
      ...common,
      platform: "neutral",
      // Named only so that Deno fetches it with the sources: it is an entry of its own, and all of it would be in each.
      external: ["./child.ts"],
      entryPoints: [entry.source],
      outfile: join(stage, relative("dist", entry.output)),
    });
  }
}

/** The command, its libraries in the same file. */
async function buildCommand(stage: string): Promise<void> {
  if (!existsSync(join(projectRoot, commandEntry.source))) return;
  const outfile = join(stage, relative("dist", commandEntry.output));
  const { metafile } = await build({
    ...common,
    platform: "node",
    target: "node20",
    entryPoints: [commandEntry.source],
    banner: { js: "#!/usr/bin/env node" },
    // So that whoever only looks at it takes it for the module that it is.
    footer: { js: "export {};" },
    // Nobody reads a stack trace of the command.
    minifyIdentifiers: true,
    plugins: [lazyBuiltins],
    metafile: true,
    outfile,
  });
  writeFileSync(`${outfile}.LICENSES.txt`, licencesOf(Object.keys(metafile.inputs)));
  chmodSync(outfile, 0o755);
}

async function buildTypes(stage: string): Promise<void> {
  await runOrThrow([process.execPath, tool("typescript", "tsc"), "--project", "tsconfig.src.json", "--outDir", stage]);
}

/** Every program that tests start as a child, with all it imports, for any runtime. */
export async function buildPrograms(): Promise<void> {
  const folder = join(projectRoot, "tests/programs");
  const sources = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith(".ts")) : [];
  await intoFolder("dist-test/programs", async (stage) => {
    if (sources.length === 0) return;
    await build({
      ...common,
      platform: "node",
      entryPoints: sources.map((name) => `tests/programs/${name}`),
      outdir: stage,
    });
  });
}

/** Builds `dist`. The types take longest and tests need none, so they can be left out: then the old ones stay. */
export async function buildPackage(options: { readonly types: boolean }): Promise<void> {
  const keeps = (file: string) => !options.types && file.endsWith(".d.ts");
  await intoFolder("dist", async (stage) => {
    const types = options.types ? buildTypes(stage) : undefined;
    await Promise.all([buildLibrary(stage), buildCommand(stage), types]);
  }, keeps);
}

/** Lets `make` fill an empty folder, then gives `target` the same files; others go, unless they are to be kept. */
async function intoFolder(
  target: string,
  make: (stage: string) => Promise<void>,
  keeps: (file: string) => boolean = () => false,
): Promise<void> {
  const folder = join(projectRoot, target);
  mkdirSync(folder, { recursive: true });
  // On the same disk, so that a move is a rename, and where no tool looks, should it be left behind.
  const stage = mkdtempSync(join(projectRoot, "node_modules/.stage-"));
  try {
    await make(stage);
    const made = new Set(filesBelow(stage));
    for (const file of made) {
      mkdirSync(dirname(join(folder, file)), { recursive: true });
      renameSync(join(stage, file), join(folder, file));
    }
    for (const file of filesBelow(folder)) if (!made.has(file) && !keeps(file)) rmSync(join(folder, file));
  } finally {
    rmSync(stage, { recursive: true, force: true });
  }
}

function filesBelow(folder: string): string[] {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => relative(folder, join(entry.parentPath, entry.name)));
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  await buildPackage({ types: true });
}

/**
 * What the package consists of, in one list: the build makes these, and the gate compares both manifests with them.
 */

/** A module that users import. */
export interface LibraryEntry {
  /** Its name in `exports`, of both manifests. */
  readonly subpath: string;
  /** The source, as deno.json exports it. */
  readonly source: string;
  /** The bundled file, as package.json exports it. */
  readonly output: string;
  /** The types that belong to it. */
  readonly types: string;
}

/** The command that package.json installs. */
export interface CommandEntry {
  /** Its name in `bin`. */
  readonly name: string;
  readonly source: string;
  readonly output: string;
}

/**
 * Each entry is one bundled file, so two entries share no code at run time: a class in both of them is two classes.
 * A second entry must therefore hold nothing that is compared by identity with something from the first; what it throws
 * is a class of its own.
 */
export const libraryEntries: readonly LibraryEntry[] = [
  { subpath: ".", source: "mod.ts", output: "dist/mod.js", types: "dist/mod.d.ts" },
  { subpath: "./presets", source: "src/presets.ts", output: "dist/presets.js", types: "dist/src/presets.d.ts" },
];

/** Built as soon as its source exists. */
export const commandEntry: CommandEntry = { name: "discoverycache", source: "src/cli/main.ts", output: "dist/cli.js" };

/** The program of a detached refresh's processes, which nobody imports: the library finds it beside itself. */
export const childEntry = { source: "src/detached/child.ts", output: "dist/detached.js" };

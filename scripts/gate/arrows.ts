/**
 * The direction of dependency, as data, and a check of it:
 *
 *     mod -> source -> cache -> refresh -> store <- file_store -> adapter <- adapters/*
 *
 * Pure functions of the sources; the gate reads them.
 */
import { dirname, join } from "node:path/posix";
import { importsOf, withoutCommentsAndStrings } from "./code_only.ts";

/** A room of the house: some files, and what they may import. */
export interface Room {
  readonly name: string;
  /** Which files: a path, or a folder with a slash at its end. */
  readonly files: readonly string[];
  /** The rooms whose files these may import; they may always import each other. */
  readonly sees: readonly string[];
  /** Knows a runtime: may use `Deno`, `Bun` and `process`, and name types from `node:`. */
  readonly knowsRuntime?: boolean;
  /** Is bundled with its libraries: may import packages and `node:` modules. */
  readonly hasLibraries?: boolean;
}

/** Where a file directly in src/ belongs that no room names: small, pure and general. A folder must have a room. */
const leaf: Room = { name: "leaf", files: [], sees: ["errors"] };

/** What is said in the contracts and around them, without any doing. */
const words = ["leaf", "errors"];

/** Who may see whom. */
export const rooms: readonly Room[] = [
  leaf,
  { name: "errors", files: ["src/errors.ts", "src/errors/"], sees: ["leaf"] },
  {
    name: "mod",
    files: ["mod.ts"],
    sees: [
      ...words,
      "data",
      "front",
      "source",
      "cache",
      "cache's words",
      "refresh",
      "open",
      "store",
      "what is told of sources",
      "memory store",
      "file store",
      "adapter",
      "adapters",
    ],
  },
  {
    name: "front",
    files: ["src/discovery_cache.ts"],
    sees: [...words, "data", "source", "cache", "cache's words", "refresh", "open", "store", "what is told of sources"],
  },
  {
    name: "source",
    files: ["src/source/"],
    sees: [...words, "data", "cache", "cache's words", "refresh", "store", "what is told of sources"],
  },
  {
    name: "cache",
    files: [
      "src/cache.ts",
      "src/cache_options.ts",
      "src/access.ts",
      "src/engine.ts",
      "src/judgement.ts",
      "src/lifetime.ts",
      "src/pruning.ts",
    ],
    sees: [...words, "data", "cache's words", "refresh", "open", "store", "what is told of sources"],
  },
  { name: "data", files: ["src/data/"], sees: [...words, "cache's words", "store"] },
  {
    name: "refresh",
    files: ["src/refresh.ts", "src/flight.ts", "src/deadline.ts", "src/wait.ts", "src/progress.ts"],
    sees: [...words, "cache's words", "store"],
  },
  {
    name: "cache's words",
    files: ["src/events.ts", "src/fetcher.ts", "src/launcher.ts", "src/refresher.ts", "src/source_options.ts"],
    sees: [...words, "store"],
  },
  {
    name: "open",
    files: ["src/open.ts", "src/user_cache_dir.ts"],
    sees: [...words, "cache's words", "detached", "store", "memory store", "file store", "adapter", "adapters"],
  },
  {
    name: "detached",
    files: ["src/detached/"],
    sees: [...words, "data", "cache's words", "refresh", "store", "file store", "adapters"],
    knowsRuntime: true,
  },
  // An entry of its own, small because it sees nothing of the cache.
  { name: "presets", files: ["src/presets.ts", "src/presets/"], sees: [...words, "adapters"] },
  {
    name: "store",
    files: [
      "src/store.ts",
      "src/store_answers.ts",
      "src/store_records.ts",
      "src/store_reports.ts",
      "src/refresh_state.ts",
    ],
    sees: words,
  },
  {
    name: "what is told of sources",
    files: ["src/explain.ts", "src/explain_words.ts", "src/explanation.ts", "src/listing.ts"],
    sees: [...words, "store"],
  },
  {
    name: "memory store",
    files: ["src/memory_store.ts", "src/memory_entry.ts", "src/memory_feed.ts"],
    sees: [...words, "store"],
  },
  { name: "file store", files: ["src/file_store/"], sees: [...words, "store", "adapter"] },
  { name: "adapter", files: ["src/adapter.ts", "src/adapter_types.ts"], sees: ["errors"] },
  { name: "adapters", files: ["src/adapters/"], sees: ["adapter", "errors"], knowsRuntime: true },
  {
    name: "command",
    files: ["src/cli/"],
    sees: [
      ...words,
      "data",
      "mod",
      "front",
      "source",
      "cache",
      "cache's words",
      "refresh",
      "open",
      "detached",
      "store",
      "what is told of sources",
      "file store",
      "adapter",
      "adapters",
    ],
    knowsRuntime: true,
    hasLibraries: true,
  },
];

/** The sources: text by path, as seen from the project's folder, with slashes. */
export type Sources = ReadonlyMap<string, string>;

/** Everything that points the wrong way, one line each. */
export function findWrongArrows(sources: Sources): string[] {
  const wrong = [...sources].flatMap(([path, text]) => checkFile(path, text, sources));
  return [...wrong, ...findCycles(sources).map((cycle) => `${cycle.join(" -> ")}: a cycle`)];
}

function checkFile(path: string, text: string, sources: Sources): string[] {
  const room = roomOf(path);
  if (room === undefined) return [`${path}: its folder has no room in scripts/gate/arrows.ts`];
  const wrong: string[] = [];
  for (const { specifier, typeOnly } of importsOf(text)) {
    const problem = specifier.startsWith(".")
      ? checkNeighbour(room, resolve(path, specifier), sources)
      : checkOutsider(room, specifier, typeOnly);
    if (problem !== undefined) wrong.push(`${path} imports ${specifier}: ${problem}`);
  }
  const named = room.knowsRuntime === true
    ? null
    : /\b(?:Deno|Bun|process)\s*(?:\?\.|\.|\[)/.exec(withoutCommentsAndStrings(text));
  if (named !== null) {
    wrong.push(`${path} mentions ${JSON.stringify(named[0])}: only adapters and the command know a runtime`);
  }
  return wrong;
}

function checkNeighbour(room: Room, target: string, sources: Sources): string | undefined {
  if (!sources.has(target)) return "there is no such source";
  const other = roomOf(target);
  if (other === undefined || other === room || room.sees.includes(other.name)) return undefined;
  return `"${room.name}" does not see "${other.name}"`;
}

function checkOutsider(room: Room, specifier: string, typeOnly: boolean): string | undefined {
  if (room.hasLibraries === true) return undefined;
  if (!specifier.startsWith("node:")) return "only the command has libraries";
  if (room.knowsRuntime !== true) return "only adapters and the command know a runtime";
  return typeOnly ? undefined : "loading it at once costs every Deno process 20 ms: get it when it is first used";
}

function roomOf(path: string): Room | undefined {
  const room = rooms.find(({ files }) =>
    files.some((file) => file.endsWith("/") ? path.startsWith(file) : path === file)
  );
  return room ?? (dirname(path) === "src" ? leaf : undefined);
}

const resolve = (path: string, specifier: string): string => join(dirname(path), specifier);

/** Each cycle once, from the file where the search met it. Types count: a cycle of types is one for the reader too. */
function findCycles(sources: Sources): string[][] {
  const cycles: string[][] = [];
  const done = new Set<string>();
  const visit = (path: string, trail: readonly string[]) => {
    const start = trail.indexOf(path);
    if (start >= 0) cycles.push([...trail.slice(start), path]);
    if (start >= 0 || done.has(path)) return;
    for (const { specifier } of importsOf(sources.get(path) ?? "")) {
      const target = resolve(path, specifier);
      if (specifier.startsWith(".") && sources.has(target)) visit(target, [...trail, path]);
    }
    done.add(path);
  };
  for (const path of sources.keys()) visit(path, []);
  return cycles;
}

/**
 * The bare calls about folders, on `Deno`.
 *
 * @module
 */

import type { DirectoryEntry, Watcher } from "../adapter.ts";
import { type DenoFsEvent, type DenoFsWatcher, type DenoNamespace, isGranted } from "./deno_api.ts";
import { kindOf } from "./deno_files.ts";
import type { Errno } from "../errors.ts";
import { errnoOf, systemError } from "./errno.ts";
import type { FileCalls } from "./files.ts";
import type { FolderCalls } from "./folders.ts";
import { nameOf, parentOf } from "./paths.ts";
import { FOLDER_MODE } from "./state.ts";

/** The kind of an event that says that a file was closed after writing: others have told of the writing. */
const ACCESS = "access";

/**
 * The bare calls.
 *
 * @param deno The global `Deno`.
 * @param files The bare calls about files.
 */
export function denoFolderCalls(deno: DenoNamespace, { windows, stat }: FileCalls): FolderCalls {
  return {
    windows,
    stat,
    makeFolder: (path) => {
      makeFolder(deno, path, windows);
      if (!windows) deno.chmodSync(path, FOLDER_MODE);
    },
    realPath: (path) => deno.realPathSync(path),
    entries: (path) => entries(deno, path),
    watch: (path, onChange) => watch(deno, path, windows, onChange),
  };
}

/**
 * Makes one folder; or all of those above it too, where this process may not touch them one by one: for a recursive call
 * the permission for the last one is enough, and asking for another one would prompt.
 */
function makeFolder(deno: DenoNamespace, path: string, windows: boolean): void {
  try {
    deno.mkdirSync(path, { mode: FOLDER_MODE, recursive: false });
  } catch (error) {
    const above = errnoOf(error) === "ENOENT" ? parentOf(path, windows) : undefined;
    if (above === undefined || mayTouch(deno, above)) throw error;
    deno.mkdirSync(path, { mode: FOLDER_MODE, recursive: true });
  }
}

function mayTouch(deno: DenoNamespace, path: string): boolean {
  return isGranted(deno, { name: "read", path }) && isGranted(deno, { name: "write", path });
}

/** Deno reads the whole folder at once. */
function* entries(deno: DenoNamespace, path: string): Generator<DirectoryEntry, void> {
  for (const entry of deno.readDirSync(path)) yield { name: entry.name, kind: kindOf(entry) };
}

function watch(
  deno: DenoNamespace,
  path: string,
  windows: boolean,
  onChange: (name: string | undefined) => void,
): Watcher {
  const watcher = startWatch(deno, path);
  const tell = (event: DenoFsEvent) => {
    if (event.kind === ACCESS) return;
    for (const changed of event.paths) onChange(nameOf(changed, windows));
  };
  const listen = async () => {
    for (;;) {
      const event = await nextEvent(watcher);
      if (event === "closed") return;
      if (event === "broken") return onChange(undefined);
      tell(event);
    }
  };
  void listen();
  return { close: () => watcher.close() };
}

/** What Deno says when the system has no inotify instances, or no watches, left: such errors come without a code. */
const OUT_OF_WATCHES: ReadonlyArray<readonly [RegExp, Errno]> = [
  [/\(os error 24\)/, "EMFILE"],
  [/\(os error 28\)|limit reached/, "ENOSPC"],
];

function startWatch(deno: DenoNamespace, path: string): DenoFsWatcher {
  try {
    return deno.watchFs(path, { recursive: false });
  } catch (error) {
    const message = error instanceof Error ? error.message : "";
    const [, code] = OUT_OF_WATCHES.find(([pattern]) => pattern.test(message)) ?? [];
    throw code === undefined ? error : systemError(code, message);
  }
}

async function nextEvent(watcher: DenoFsWatcher): Promise<DenoFsEvent | "closed" | "broken"> {
  try {
    const next = watcher.next();
    // This lets go of the one promise that is pending, so it is done for each of them.
    watcher.unref();
    return (await next).value ?? "closed";
  } catch {
    return "broken";
  }
}

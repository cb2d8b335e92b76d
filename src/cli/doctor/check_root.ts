/**
 * The root: whether it is there, or can be made, and may be trusted.
 *
 * @module
 */

import { dirname } from "node:path";
import type { Adapter, FileStat } from "../../adapter.ts";
import { AdapterError, type RootProblem } from "../../errors.ts";
import { judgeFolder } from "../../file_store/root.ts";
import { shellLine } from "../record/recipe.ts";
import { codeOf, remedyOf } from "./adapter_faults.ts";
import { type Finding, ok, problem } from "./finding.ts";
import type { Patient } from "./patient.ts";

/** What there is of a root. */
export interface FoundRoot {
  /** Its real path; `undefined` if it is not there. */
  readonly real: string | undefined;
  /** Where things can be tried: in the root, or in the nearest folder above it that is there; `undefined`: nowhere. */
  readonly ground: string | undefined;
  /** What is to be said of it. */
  readonly finding: Finding;
}

const CHECK = "root";

/** What to do about a folder that cannot be used. */
export function remedyOfFolder(kind: RootProblem, path: string, user: number | undefined): string {
  switch (kind) {
    case "writable-by-others":
      return shellLine(["chmod", "go-w", path]);
    case "foreign-owner": {
      const whose = user === undefined ? "" : ` ${user}`;
      const chown = `${user === 0 ? "" : "sudo "}chown -R${whose || ' "$(id -u)"'} ${shellLine([path])}`;
      return `${chown}, if what is in it is yours; or choose another --root`;
    }
    case "link":
    case "dangling-link":
      return shellLine(["rm", path]);
    case "not-a-folder":
    case "removed":
      return "choose another --root: what is there is no folder";
  }
}

const WORDS: Record<RootProblem, string> = {
  "writable-by-others": "others may write to it",
  "foreign-owner": "it belongs to another user",
  "link": "it is a link",
  "dangling-link": "it is a link to nothing",
  "not-a-folder": "it is not a folder",
  "removed": "it has been removed",
};

/** What is wrong with a folder of the cache, in words. */
export function tellFolder(kind: RootProblem, { mode, owner }: Partial<FileStat>): string {
  if (kind === "writable-by-others" && mode !== undefined) return `${WORDS[kind]} (mode ${mode.toString(8)})`;
  if (kind === "foreign-owner" && owner !== undefined) return `${WORDS[kind]} (${owner})`;
  return WORDS[kind];
}

/** The nearest folder above a path that is there. */
function nearest(adapter: Adapter, path: string): string | undefined {
  for (let folder = dirname(path), last = path; folder !== last; [last, folder] = [folder, dirname(folder)]) {
    const real = realPathOf(adapter, folder);
    if (real !== undefined) return real;
  }
  return undefined;
}

/** Below a file there is nothing either. */
function realPathOf(adapter: Adapter, path: string): string | undefined {
  try {
    return adapter.realPath(path);
  } catch (error) {
    if (error instanceof AdapterError && error.code === "ENOTDIR") return undefined;
    throw error;
  }
}

/** Looks at the root. */
export function findRoot({ adapter, root }: Patient): FoundRoot {
  const unusable = (kind: RootProblem, found: Partial<FileStat> = {}): FoundRoot => {
    const fix = remedyOfFolder(kind, root, adapter.self().user);
    return { real: undefined, ground: undefined, finding: problem(CHECK, `${root}: ${tellFolder(kind, found)}`, fix) };
  };
  try {
    const real = realPathOf(adapter, root);
    if (real !== undefined) {
      const found = adapter.stat(real);
      const wrong = found === undefined ? "removed" : judgeFolder(found, adapter.self().user);
      if (wrong !== undefined) return unusable(wrong, found);
      return { real, ground: real, finding: ok(CHECK, real === root ? root : `${root}, which is really ${real}`) };
    }
    const ground = nearest(adapter, root);
    const above = ground === undefined ? undefined : adapter.stat(ground);
    if (ground === undefined || above?.kind !== "directory") {
      const what = `${root} cannot be made: ${ground ?? "the path"} is no folder`;
      return { real: undefined, ground: undefined, finding: problem(CHECK, what, "choose another --root") };
    }
    if (ground === realPathOf(adapter, dirname(root)) && adapter.stat(root) !== undefined) {
      return unusable("dangling-link");
    }
    return { real: undefined, ground, finding: ok(CHECK, `${root} is not there yet: it is made when it is needed`) };
  } catch (error) {
    const what = `${root} cannot be looked at: ${codeOf(error)}`;
    return { real: undefined, ground: undefined, finding: problem(CHECK, what, remedyOf(error, root)) };
  }
}

/**
 * What was run to bring data, and whether what it depends on is as it was.
 *
 * @module
 */

import { formatDuration } from "../../duration.ts";
import { plain } from "../../plain_text.ts";
import { type Recipe, shellLine } from "./recipe.ts";

/** A file now: `"unknown"` if this process may not look. */
export type FileChange = "same" | "changed" | "gone" | "new" | "unknown";

/** A file that the answer depends on. */
export interface FileFact {
  /** Its path. */
  readonly path: string;
  /** What has become of it since. */
  readonly since: FileChange;
}

/** Runtimes round a file's time in their own ways, to the millisecond above or below. */
const SAME_MS = 1;

/** What has become of a file. Both times in milliseconds since the epoch; `null` where it was not there. */
export function judgeFile(then: number | null, now: number | null): FileChange {
  if (then === null) return now === null ? "same" : "new";
  if (now === null) return "gone";
  return Math.abs(now - then) <= SAME_MS ? "same" : "changed";
}

/**
 * Looks at the files that an answer depends on.
 *
 * @param recipe What was run.
 * @param modifiedAt When a file has changed last; `undefined` if it is not there. Throws if it cannot be looked at.
 */
export function fileFacts({ files }: Recipe, modifiedAt: (path: string) => number | undefined): FileFact[] {
  return Object.entries(files).map(([path, then]) => {
    try {
      return { path, since: judgeFile(then, modifiedAt(path) ?? null) };
    } catch {
      return { path, since: "unknown" };
    }
  });
}

const CHANGES: Record<FileChange, string> = {
  same: "unchanged",
  changed: "has changed since",
  gone: "is gone",
  new: "was not there then",
  unknown: "cannot be looked at from here",
};

/** What was run, for people: a name and what belongs to it, for each line. */
export function recipeLines(recipe: Recipe, files: readonly FileFact[]): (readonly [string, string])[] {
  const { command, folder, environment, ttl, refreshDeadline } = recipe;
  const lines: (readonly [string, string])[] = [["runs", plain(shellLine(command))]];
  if (folder !== undefined) lines.push(["in", plain(folder)]);
  lines.push([
    "time",
    `at most ${formatDuration(refreshDeadline)}; what it prints stays fresh for ${formatDuration(ttl)}`,
  ]);
  const variables = Object.keys(environment).map(plain);
  if (variables.length > 0) lines.push(["with", `the environment's ${variables.join(", ")}`]);
  for (const { path, since } of files) lines.push(["file", `${plain(path)}: ${CHANGES[since]}`]);
  if (files.some(({ since }) => since === "changed" || since === "gone" || since === "new")) {
    lines.push(["", "so `run` keeps what it prints now under another name"]);
  }
  return lines;
}

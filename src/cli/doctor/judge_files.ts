/**
 * Owners, modes and kinds of what is in a cache: pure judgements of what was seen.
 *
 * @module
 */

import { judgeFolder } from "../../file_store/root.ts";
import { shellLine } from "../record/recipe.ts";
import { codeOf, remedyOf } from "./adapter_faults.ts";
import { remedyOfFolder, tellFolder } from "./check_root.ts";
import { count } from "../screen/count.ts";
import { attention, type Finding, named, orOk, problem } from "./finding.ts";
import type { SeenFile, SeenTier } from "./look_around.ts";

const FOLDERS = "folders";
const FILES = "files";

/** What nobody but the owner may do: anything. */
const OF_OTHERS = 0o077;

/** The most paths that a command line to be copied names. */
const MOST_PATHS = 5;

/** A command line for some files; for more than a few of them one for their folders. */
function forFiles(command: readonly string[], recursive: string, files: readonly SeenFile[]): string {
  if (files.length <= MOST_PATHS) return shellLine([...command, ...files.map(({ path }) => path)]);
  const folders = [...new Set(files.map(({ path }) => path.slice(0, path.lastIndexOf("/"))))];
  const [name = "", ...rest] = command;
  return shellLine([name, recursive, ...rest, ...folders]);
}

/** Whether each tier's folder may be trusted, and can be looked into. */
export function judgeTiers(tiers: readonly SeenTier[], user: number | undefined): readonly Finding[] {
  const found = tiers.flatMap(({ path, stat, ours, unreadable }): Finding[] => {
    if (unreadable !== undefined) {
      return [problem(FOLDERS, `${path} cannot be looked into: ${codeOf(unreadable)}`, remedyOf(unreadable, path))];
    }
    const wrong = judgeFolder(stat, user);
    // What holds nothing of ours is somebody else's folder.
    if (wrong === undefined || (!ours && wrong !== "link")) return [];
    const say = wrong === "link" ? attention : problem;
    return [say(FOLDERS, `${path}: ${tellFolder(wrong, stat)}`, remedyOfFolder(wrong, path, user))];
  });
  return orOk(found, FOLDERS, count(tiers.length, "tier"));
}

/** Whether each file is a file, one's own, closed to others, and can be read. */
export function judgeFiles(files: readonly SeenFile[], user: number | undefined): readonly Finding[] {
  const paths = (some: readonly SeenFile[]) => named(some.map(({ path }) => path));
  const strange = files.filter(({ stat }) => stat.kind !== "file");
  const real = files.filter(({ stat }) => stat.kind === "file");
  const foreign = real.filter(({ stat: { owner } }) => user !== undefined && owner !== undefined && owner !== user);
  const open = real.filter((file) => !foreign.includes(file) && ((file.stat.mode ?? 0) & OF_OTHERS) !== 0);
  const unreadable = real.filter((file) => !foreign.includes(file) && file.unreadable !== undefined);
  const found: Finding[] = [];
  if (foreign.length > 0) {
    const chown = forFiles(["chown", String(user)], "-R", foreign);
    const what = `${count(foreign.length, "file")} of another user: ${paths(foreign)}`;
    found.push(problem(FILES, what, user === 0 ? chown : `sudo ${chown}`));
  }
  for (const file of unreadable.slice(0, 1)) {
    const what = `${count(unreadable.length, "file")} cannot be read: ${paths(unreadable)}: ${codeOf(file.unreadable)}`;
    const mine = file.stat.owner === user && ((file.stat.mode ?? 0o600) & 0o400) === 0;
    const fix = mine
      ? forFiles(["chmod", "u=rw,go="], "-R", unreadable.slice(0, MOST_PATHS))
      : remedyOf(file.unreadable, file.path);
    found.push(problem(FILES, what, fix));
  }
  if (strange.length > 0) {
    const links = strange.every(({ stat }) => stat.kind !== "directory");
    const fix = links
      ? forFiles(["rm"], "-r", strange.slice(0, MOST_PATHS))
      : `look at ${shellLine([strange[0]?.path ?? ""])}, and move it away`;
    found.push(attention(FILES, `no file where one should be, so nothing is kept there: ${paths(strange)}`, fix));
  }
  if (open.length > 0) {
    const what = `${count(open.length, "file")} may be opened by others: ${paths(open)}`;
    found.push(attention(FILES, what, forFiles(["chmod", "go="], "-R", open)));
  }
  return orOk(found, FILES, count(files.length, "file"));
}

/** What the status line shows of a folder. */
import type { RefreshContext } from "@discoverycache/core";
import { execFile } from "node:child_process";

/** A repository's state; without a branch, the folder is in none. */
export interface Status {
  readonly branch?: string;
  readonly changed: number;
}

/** What git says; `undefined` if it fails, since there is no repository. */
function git(folder: string, signal: AbortSignal): Promise<string | undefined> {
  const args = ["-C", folder, "status", "--porcelain=v2", "--branch"];
  return new Promise((resolve, reject) => {
    execFile("git", args, { signal, maxBuffer: 2 ** 26 }, (error, stdout) => {
      if (error === null) resolve(stdout);
      else if (error.code === 128) resolve(undefined);
      else reject(error);
    });
  });
}

export default async function refreshStatus(folder: string, { signal }: RefreshContext): Promise<Status> {
  const text = await git(folder, signal);
  if (text === undefined) return { changed: 0 };
  const lines = text.trimEnd().split("\n");
  const head = lines.find((line) => line.startsWith("# branch.head "));
  return {
    branch: head?.slice("# branch.head ".length) ?? "?",
    changed: lines.filter((line) => !line.startsWith("#")).length,
  };
}

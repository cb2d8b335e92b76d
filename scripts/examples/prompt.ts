/**
 * A status line for a shell's prompt: the branch of the folder's repository, and how many files have changed. `git status`
 * takes seconds where a repository is large; this takes what the runtime takes to start.
 *
 *     PS1='$(bun /path/to/prompt.ts)$ '
 *
 * It reads, says that what is stale shall be refreshed, and ends: it waits for nothing, and the refresh outlives it. The
 * next prompt shows what that has found. `…`: nobody knows yet; `?`: it may have changed meanwhile.
 */
import { DiscoveryCache, userCacheDir } from "@discoverycache/core";
import process from "node:process";
import type { Status } from "./prompt_refresh.ts";

const cache = new DiscoveryCache({ root: userCacheDir("prompt") });

const repositories = cache.family<string, Status>({
  name: "git-status",
  ttl: "2s",
  refreshDeadline: "1m",
  refresh: new URL("./prompt_refresh.ts", import.meta.url),
  detached: { permissions: ["--allow-run=git", "--allow-env"] },
});

const status = repositories.source(process.cwd());
const { state, data } = status.readSync();
status.maybeRefresh();

if (data === undefined) process.stdout.write("… ");
else if (data.branch !== undefined) {
  const changed = data.changed === 0 ? "" : ` ±${data.changed}`;
  process.stdout.write(`${data.branch}${changed}${state === "stale" ? "?" : ""} `);
}

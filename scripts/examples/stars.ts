/**
 * A family with many keys: `stars.ts OWNER/REPO...` tells how many stars repositories have. Each has an answer of its own
 * on disk, good for an hour; what nobody has asked for in a month is removed.
 *
 *     node --import tsx scripts/examples/stars.ts denoland/deno oven-sh/bun nodejs/node
 */
import { DiscoveryCache, formatDuration, RetryAfterError, userCacheDir } from "@discoverycache/core";
import process from "node:process";

const { API_URL = "https://api.github.com" } = process.env;

const cache = new DiscoveryCache({ root: userCacheDir("stars") });

const stars = cache.family({
  name: "stars",
  ttl: "1h",
  refreshDeadline: "10s",
  refresh: async (repository: string, { signal }) => {
    const response = await fetch(`${API_URL}/repos/${repository}`, { signal });
    // There are quotas: whoever asks next, in whichever process, keeps to it.
    if (response.status === 429) throw RetryAfterError.from(response);
    if (!response.ok) throw new Error(`${repository}: ${response.status}`);
    const { stargazers_count: count } = await response.json() as { readonly stargazers_count: number };
    return count;
  },
});

/** A line for each; an old number is better than none, unless it is very old. */
async function line(repository: string): Promise<string> {
  try {
    const { data, age } = await stars.getEntry(repository, { refresh: "if-stale", maxStale: "7d", maxWait: "5s" });
    return `${String(data).padStart(8)}  ${repository}  (${formatDuration(age)} ago)`;
  } catch (error) {
    process.exitCode = 1;
    return `       ?  ${repository}  (${error instanceof Error ? error.message : error})`;
  }
}

const repositories = process.argv.slice(2);
for (const told of await Promise.all(repositories.map(line))) console.log(told);
const { removed } = await stars.prune({ olderThan: "30d" });
if (removed.length > 0) console.error(`${removed.length} answers removed that nobody has asked for in a month`);
await cache.close();

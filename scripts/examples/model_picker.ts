/**
 * A model picker, as a command-line tool has one: `model_picker.ts [--refresh] [WORDS...]` prints the models of a provider
 * whose names contain all words.
 *
 * The list is there at once, whenever anybody has asked before. If it is older than a day, a process of its own fetches
 * another one while the user still reads this one. Run it with
 *
 *     node --import tsx scripts/examples/model_picker.ts llama 70b
 *     bun scripts/examples/model_picker.ts llama 70b
 *     deno run -A scripts/examples/model_picker.ts llama 70b
 */
import { DiscoveryCache, DiscoveryCacheError, formatDuration, userCacheDir } from "@discoverycache/core";
import process from "node:process";
import type { Models } from "./model_picker_refresh.ts";

const cache = new DiscoveryCache({ root: userCacheDir("model-picker") });

const models = cache.source<Models>({
  name: "models",
  version: 1,
  ttl: "24h",
  refreshDeadline: "10s",
  refresh: new URL("./model_picker_refresh.ts", import.meta.url),
  detached: { permissions: ["--allow-net", "--allow-env=MODELS_URL"] },
});

/** The models that contain all words; prints them, and to whom it may concern how old the list is. */
async function pick(words: readonly string[], forced: boolean): Promise<number> {
  const { data, age, origin } = await models.getEntry({ refresh: forced ? "force" : "background" });
  const found = data.names.filter((name) => words.every((word) => name.includes(word)));
  for (const name of found) console.log(name);
  const behind = origin === "stale" ? ", and being refreshed" : "";
  console.error(`${found.length} of ${data.names.length} models; the list is ${formatDuration(age)} old${behind}`);
  return found.length > 0 ? 0 : 1;
}

const words = process.argv.slice(2);
try {
  process.exitCode = await pick(words.filter((word) => word !== "--refresh"), words.includes("--refresh"));
} catch (error) {
  if (!(error instanceof DiscoveryCacheError)) throw error;
  console.error(error.message);
  process.exitCode = 2;
}

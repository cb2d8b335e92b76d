/**
 * A server that lives for months: what it serves is always there, and never older than its TTL and a refresh. Several of
 * them on one machine ask the provider once.
 *
 *     MODELS_URL=https://openrouter.ai/api/v1/models PORT=8080 node --import tsx scripts/examples/server.ts
 *
 * A request never waits for the provider, but for the very first. SIGTERM ends it in order.
 */
import { DiscoveryCache, userCacheDir } from "@discoverycache/core";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import process from "node:process";

const { MODELS_URL = "https://openrouter.ai/api/v1/models", TTL = "5m", PORT = "0" } = process.env;

const cache = new DiscoveryCache({ root: userCacheDir("models-server") });
cache.on("failed", ({ error }) => console.error(error.message));
cache.on("error", ({ error }) => console.error(error));

const models = cache.source<unknown>({
  name: "models",
  ttl: TTL,
  refreshDeadline: "30s",
  refresh: async ({ signal }) => {
    const response = await fetch(MODELS_URL, { signal });
    if (!response.ok) throw new Error(`${MODELS_URL} answered ${response.status}`);
    return await response.json();
  },
});

const server = createServer(async (_, response) => {
  try {
    const { data, age } = await models.getEntry({ maxWait: "5s" });
    response.writeHead(200, { "content-type": "application/json", age: String(Math.floor(age / 1_000)) });
    response.end(JSON.stringify(data));
  } catch (error) {
    response.writeHead(503, { "content-type": "text/plain" });
    response.end(error instanceof Error ? error.message : String(error));
  }
});
server.listen(Number(PORT), "127.0.0.1", () => {
  console.log(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
});

const ending = new AbortController();
const heartbeat = cache.keepFresh([models], { signal: ending.signal });

process.on("SIGTERM", async () => {
  ending.abort();
  server.close();
  await heartbeat;
  await cache.close();
});

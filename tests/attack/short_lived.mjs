/**
 * A program that finds stale data and leaves; what refreshes it goes on. It notes whom it has started. Argument: the
 * round's folder. It uses the package as it is built.
 */
import { appendFileSync } from "node:fs";
import process from "node:process";
import { pathToFileURL } from "node:url";
import { DiscoveryCache } from "../../dist/mod.js";

const [folder] = process.argv.slice(2);
const cache = new DiscoveryCache({ root: `${folder}/root` });
cache.on(({ kind, pid, reason, error }) => {
  if (kind === "detached") appendFileSync(`${folder}/log`, `here supervisor ${pid} ${process.pid} 0\n`);
  if (kind === "not-detached") console.error(reason);
  // Among many programs, one that finds the lock held leaves it at that.
  if (kind === "error" && error.name !== "LockTimeoutError") console.error(error);
});
const models = cache.source({
  name: "models",
  ttl: 0,
  refreshDeadline: "1h",
  refresh: pathToFileURL(`${folder}/versions.mjs`),
  detached: { permissions: ["--allow-all"] },
});
await models.get();

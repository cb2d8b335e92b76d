/** A process that refreshes two sources, one after the other, and tells each step, and for whom it waits. Argument: the root. */
import process from "node:process";
import { DiscoveryCache } from "../../mod.ts";
import type { Line } from "../support/cache_jobs.ts";
import { endWhenOrphaned } from "../support/orphaned.ts";

const times = { ttl: "1h", refreshDeadline: "100s" } as const;
const cache = new DiscoveryCache({ root: process.argv[2] ?? "" });
const theirs = cache.source<string>({ name: "theirs", ...times, refresh: () => Promise.resolve("not theirs") });
const mine = cache.source<string>({ name: "mine", ...times, refresh: () => Promise.resolve("mine") });

cache.on("waiting", ({ kind, source: { name } }) => tell({ event: { kind: `${kind} for ${name}` } }));
endWhenOrphaned();
const outcomes = await cache.refreshAll([theirs, mine], {
  concurrency: 1,
  onProgress: ({ done, total, failed, running }) => {
    const going = running.map(({ source, progress }) => `${source.name} ${JSON.stringify(progress ?? {})}`);
    tell({ event: { kind: `${done}/${total}, ${failed} failed: ${going}` } });
  },
});
const ends = outcomes.map((outcome) =>
  outcome.kind === "failed" ? String(Object(outcome.error).reason) : `${outcome.entry.data}, ${outcome.entry.origin}`
);
tell({ result: ends });

function tell(line: Line): void {
  console.log(JSON.stringify(line));
}

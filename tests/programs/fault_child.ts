/**
 * A process that refreshes a source, and sends itself a signal before one of the operations that this takes: a crash or a
 * stop at a chosen step, as no signal from outside could hit it. Says how many operations there were, if it comes to its
 * end. Argument: the job.
 */
import process from "node:process";
import { DiscoveryCache } from "../../mod.ts";
import { detectAdapter } from "../../src/adapters/detect.ts";
import type { FaultJob, Line } from "../support/cache_jobs.ts";
import { FaultyAdapter } from "../support/faulty_adapter.ts";

const { root, signal, before } = JSON.parse(process.argv[2] ?? "") as FaultJob;
const isThere = typeof before === "number"
  ? () => operations === before
  : (verb: string, path: string) => verb === before.verb && path.endsWith(before.ending);
let operations = 0;
let sent = false;

const adapter = new FaultyAdapter(detectAdapter(), (verb, path) => {
  if (verb === "self") return undefined;
  operations++;
  if (sent || !isThere(verb, path)) return undefined;
  sent = true;
  process.kill(process.pid, signal);
  return undefined;
});
const cache = new DiscoveryCache({ root, adapter });
const source = { name: "models", ttl: 60_000, refreshDeadline: 60_000 };

tell({ ready: true });
await cache.refresh(source, () => Promise.resolve('"from the child"'));
tell({ outcome: { text: `${operations}`, state: "fresh" } });

function tell(line: Line): void {
  console.log(JSON.stringify(line));
}

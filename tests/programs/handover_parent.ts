/**
 * A program that finds stale data, hands the refresh over to a process of its own, and leaves; or kills itself on the way.
 * Arguments: what nobody needs, the round's folder, and the command line of the supervisor, as JSON.
 */
import process from "node:process";
import { pathToFileURL } from "node:url";
import { detectAdapter } from "../../src/adapters/detect.ts";
import { systemClock } from "../../src/clock.ts";
import { start } from "../../src/detached/start.ts";
import { EventHub } from "../../src/events.ts";
import { FileStore } from "../../src/file_store/file_store.ts";
import type { Launcher, LaunchRequest } from "../../src/launcher.ts";
import { refreshInBackground } from "../../src/refresh.ts";
import { checkSource } from "../../src/source_options.ts";
import { FaultyAdapter } from "../support/faulty_adapter.ts";
import { KILLED_SOURCE, type SupervisorJob } from "../support/kills/jobs.ts";
import { note } from "../support/kills/round_log.ts";
import { Striker } from "../support/kills/strikes.ts";

const [, folder = "", supervisor = "[]"] = process.argv.slice(2);
const root = `${folder}/root`;
const striker = new Striker(folder, "parent");

class StruckLauncher implements Launcher {
  launch({ claim }: LaunchRequest) {
    striker.reached("before the start");
    const job: SupervisorJob = { root, claim };
    const argv = [...JSON.parse(supervisor) as string[], JSON.stringify(job)];
    const started = start(argv, { input: false, output: false });
    started.forget();
    striker.reached("after the start");
    if (started.pid === undefined) return { kind: "not-launched", reason: "no process" } as const;
    return { kind: "launched", pid: started.pid } as const;
  }
}

const adapter = new FaultyAdapter(detectAdapter(), striker.plan);
const store = new FileStore({ root, adapter, memory: 0 });
const tools = { store, clock: systemClock, backoff: {}, events: new EventHub(), launcher: new StruckLauncher() };
await refreshInBackground(tools, {
  source: checkSource(KILLED_SOURCE),
  newerThan: () => Date.now() - KILLED_SOURCE.ttl,
  force: false,
  detached: {
    module: pathToFileURL(`${folder}/refresher.mjs`),
    permissions: undefined,
    codec: false,
    schema: false,
    freeze: true,
    given: [],
  },
  fetcher: () => {
    note(folder, "start", "parent", { owner: process.pid });
    return Promise.reject(new Error("nothing is to be refreshed here"));
  },
});
striker.reached("after the transfer");
striker.done();

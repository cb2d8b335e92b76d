/**
 * The two processes to which `handover_parent` hands its refresh over: what the package's own program does, with an adapter
 * that kills it. Arguments: `supervise`, the round's folder, the command line of the worker and the job, as JSON; or `work`
 * and the folder.
 */
import process from "node:process";
import { pathToFileURL } from "node:url";
import { detectAdapter } from "../../src/adapters/detect.ts";
import { supervise } from "../../src/detached/supervise.ts";
import { work } from "../../src/detached/work.ts";
import { Worker } from "../../src/detached/worker_program.ts";
import { FileStore } from "../../src/file_store/file_store.ts";
import type { Fetcher } from "../../src/refresher.ts";
import { FaultyAdapter } from "../support/faulty_adapter.ts";
import { KILLED_SOURCE, type SupervisorJob } from "../support/kills/jobs.ts";
import { readLog } from "../support/kills/round_log.ts";
import { Striker } from "../support/kills/strikes.ts";

const [role, folder = "", workerLine = "", jobText = ""] = process.argv.slice(2);
if (role === "supervise") await superviseStruck();
else await workStruck();

async function superviseStruck(): Promise<void> {
  const striker = new Striker(folder, "supervisor");
  striker.reached("at its beginning");
  const { root, claim } = JSON.parse(jobText) as SupervisorJob;
  const store = new FileStore({ root, adapter: new FaultyAdapter(detectAdapter(), striker.plan), memory: 0 });
  const worker = new Worker(JSON.parse(workerLine) as string[], {
    module: pathToFileURL(`${folder}/refresher.mjs`).href,
    codec: false,
    schema: false,
    freeze: true,
    given: [],
    label: "discovery/models",
    ttl: KILLED_SOURCE.ttl,
  });
  const fetcher: Fetcher = async (context) => {
    striker.reached("before the worker starts");
    const answer = worker.fetcher(context);
    striker.reached("after the worker started");
    if (striker.endsAt("while the worker works")) {
      while (!readLog(folder).some(({ what }) => what === "start")) await new Promise((go) => setTimeout(go, 5));
      striker.strike();
    }
    return await answer;
  };
  await supervise({ store, source: KILLED_SOURCE, claim, backoff: {}, fetcher, program: worker.program });
  striker.done();
  process.exit(0);
}

async function workStruck(): Promise<void> {
  const striker = new Striker(folder, "worker");
  striker.reached("at its beginning");
  const exit = process.exit.bind(process);
  // What it does when its answer is on its way.
  process.exit = (code) => {
    striker.reached("after it answered");
    return exit(code);
  };
  await work();
}

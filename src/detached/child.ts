/**
 * The program of a detached refresh's two processes. The supervisor, in a session of its own, holds the claim; the
 * worker, started by it in a process group of its own, runs the refresher.
 *
 * @module
 */

import { detectAdapter } from "../adapters/detect.ts";
import { FileStore } from "../file_store/file_store.ts";
import { checkSource } from "../source_options.ts";
import { type Job, SUPERVISE, WORK } from "./job.ts";
import { supervise } from "./supervise.ts";
import { programArguments, system } from "./system.ts";
import { work } from "./work.ts";
import { Worker } from "./worker_program.ts";

async function superviseJob(job: Job): Promise<void> {
  const { root, durable, source, claim, backoff } = job;
  const store = new FileStore({ root, adapter: detectAdapter(), durable, memory: 0 });
  const { label, ttl } = checkSource(source);
  const { program, fetcher } = new Worker(job.worker, { ...job.work, label, ttl });
  await supervise({ store, source, claim, backoff, fetcher, program });
  system().exit(0);
}

// On Deno, a module made for the purpose calls it, with what loads the refresher.
export { work };

const [role, text = ""] = programArguments();
if (role === SUPERVISE) await superviseJob(JSON.parse(text) as Job);
else if (role === WORK) await work();

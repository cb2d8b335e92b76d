/**
 * The part of the command that hands a refresh over and leaves, and the process to which it hands it over: itself, started
 * once more. Either kills itself on the way. The folder in which it lies is the round's.
 */
import { dirname } from "node:path";
import process from "node:process";
import { detectAdapter } from "../../src/adapters/detect.ts";
import { refreshHandedOver } from "../../src/cli/run/handed_over.ts";
import { refreshDetached } from "../../src/cli/run/handover.ts";
import { checkRun } from "../../src/cli/run/run_options.ts";
import { HANDED_OVER } from "../../src/cli/run/self.ts";
import { FileStore } from "../../src/file_store/file_store.ts";
import { checkSource } from "../../src/source_options.ts";
import type { Claim, ClaimAnswer, ClaimOutcome, ClaimRequest, SourceKey } from "../../src/store.ts";
import { FaultyAdapter } from "../support/faulty_adapter.ts";
import { KILLED_SOURCE } from "../support/kills/jobs.ts";
import { Striker } from "../support/kills/strikes.ts";

const folder = dirname(process.argv[1] ?? "");
const root = `${folder}/root`;
if (process.argv[2] === HANDED_OVER) await takeOver();
else await handOver();

async function takeOver(): Promise<void> {
  const striker = new Striker(folder, "supervisor");
  striker.reached("at its beginning");
  const code = await refreshHandedOver(new FaultyAdapter(detectAdapter(), striker.plan));
  striker.done();
  process.exit(code);
}

async function handOver(): Promise<void> {
  const striker = new Striker(folder, "parent");
  class StruckStore extends FileStore {
    override async claim(key: SourceKey, request: ClaimRequest): Promise<ClaimAnswer> {
      const answer = await super.claim(key, request);
      striker.reached("before the start");
      return answer;
    }
    override async transfer(claim: Claim, pid?: number): Promise<ClaimOutcome> {
      striker.reached("after the start");
      const outcome = await super.transfer(claim, pid);
      striker.reached("after the transfer");
      return outcome;
    }
  }
  const store = new StruckStore({ root, adapter: new FaultyAdapter(detectAdapter(), striker.plan), memory: 0 });
  const command = ["sh", `${folder}/question.sh`, folder];
  const { key: { name }, ttl, refreshDeadline } = checkSource(KILLED_SOURCE);
  const request = checkRun({
    options: { root, name, ttl: `${ttl}ms`, deadline: `${refreshDeadline}ms` },
    operands: command,
  });
  await refreshDetached(store, request, { newerThan: Date.now() - ttl, force: false });
  striker.done();
  process.exit(0);
}

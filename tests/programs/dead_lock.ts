/** A process that takes part in many rounds on dead locks: see tests/attack. Argument: the root. */
import { closeSync, openSync, rmSync } from "node:fs";
import process from "node:process";
import { FileStore, systemClock } from "../../mod.ts";
import type { Claim } from "../../mod.ts";
import { detectAdapter } from "../../src/adapters/detect.ts";
import { run } from "../../src/file_store/driver.ts";
import { sourcePaths } from "../../src/file_store/layout.ts";
import { locked } from "../../src/file_store/lock.ts";
import { read } from "../../src/file_store/operation.ts";
import { parseLock } from "../../src/file_store/record.ts";
import type { DeadLockAnswer, DeadLockJob } from "../support/attack/dead_lock_job.ts";
import { halt, haltUntil, serve } from "../support/attack/serve.ts";

/** How long the critical section lasts beyond its operations, the processor given up to others. In milliseconds. */
const INSIDE_MS = 0.3;
/** The pause of who found somebody inside, in milliseconds. */
const PAUSE_MS = 0.1;

const [root = ""] = process.argv.slice(2);
const adapter = detectAdapter();
const store = new FileStore({ root, adapter });
const party = { self: adapter.self(), clock: systemClock, orphans: new Map<string, string>() };
const claims: Claim[] = [];

await serve<DeadLockJob>(async (question) => {
  if (question.job === "end") {
    return await Promise.all(claims.splice(0).map((claim) => store.release(claim)));
  }
  const { first, rounds, at, every } = question;
  const answer = { overlaps: [], robbed: [], granted: [], met: [] } as Record<keyof DeadLockAnswer, number[]>;
  for (let round = first; round < first + rounds; round++) {
    haltUntil(at + (round - first) * every);
    if (question.job === "enter") enter(round, answer);
    else claim(round, answer);
  }
  return answer;
});

/** The real section, run by the real driver, with a detector inside. */
function enter(round: number, answer: Record<keyof DeadLockAnswer, number[]>): void {
  const { lock } = sourcePaths(`${root}/discovery`, { tier: "discovery", name: `r${round}` });
  for (let tries = 0;; tries++) {
    const outcome = run(
      adapter,
      locked(party, lock, function* (held) {
        if (!mark(`${lock}.inside`)) answer.overlaps.push(round);
        halt(INSIDE_MS);
        const found = yield* read(lock, 10_000);
        if (found === undefined || parseLock(found.bytes)?.token !== held.token) answer.robbed.push(round);
        rmSync(`${lock}.inside`, { force: true });
        return "entered";
      }),
    );
    if (outcome === "entered") return;
    if (tries === 0) answer.met.push(round);
    halt(PAUSE_MS);
  }
}

/** Makes a file that only one can make. */
function mark(path: string): boolean {
  try {
    closeSync(openSync(path, "wx"));
    return true;
  } catch {
    return false;
  }
}

/** The real claim. It is kept, so that nobody else may have it after us. */
function claim(round: number, answer: Record<keyof DeadLockAnswer, number[]>): void {
  const request = { refreshDeadline: 600_000, newerThan: Infinity, force: true };
  for (let tries = 0;; tries++) {
    const outcome = store.tryClaim({ tier: "discovery", name: `r${round}` }, request);
    if (outcome.kind === "claimed") {
      answer.granted.push(round);
      claims.push(outcome.claim);
    }
    if (outcome.kind !== "locked") return;
    if (tries === 0) answer.met.push(round);
    halt(PAUSE_MS);
  }
}

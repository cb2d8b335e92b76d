/**
 * `discoverycache refresh`: runs again what `run` has recorded.
 *
 * @module
 */

import { ByteCache } from "../../cache.ts";
import { systemClock } from "../../clock.ts";
import { formatDuration } from "../../duration.ts";
import { openStore } from "../../open.ts";
import type { Store } from "../../store.ts";
import { Attendance } from "../run/attendance.ts";
import { attend } from "../run/foreground.ts";
import { remark } from "../host.ts";
import { EXIT, signalNumber } from "../outcome.ts";
import { lookAt } from "../record/recipe_fitness.ts";
import { openRecords, SourceRecord } from "../record/records.ts";
import { RefreshBoard } from "./refresh_board.ts";
import { checkRefresh, type RefreshRequest, type RefreshWords } from "./refresh_options.ts";
import { isFailure, outcomeOf, type RefreshOutcome } from "./refresh_outcome.ts";
import { planRefresh, type RefreshJob, type RefreshPlan } from "./refresh_plan.ts";
import { openReporter, type Reporter } from "./refresh_report.ts";
import { describeError } from "../remarks.ts";

/** All that is refreshed, and whoever waits for it. */
class Refreshes {
  readonly #store: Store;
  readonly #request: RefreshRequest;
  readonly #plan: RefreshPlan;
  readonly #board: RefreshBoard;
  readonly #cache: ByteCache;
  readonly #records: Store;
  readonly #attendance = new Attendance();
  #waitedEnough = false;
  #failed = false;

  constructor(store: Store, request: RefreshRequest, plan: RefreshPlan) {
    this.#store = store;
    this.#request = request;
    this.#plan = plan;
    this.#cache = new ByteCache({ store });
    this.#records = openRecords(request.root);
    this.#board = new RefreshBoard(plan.jobs.length);
    this.#cache.on((event) => this.#board.hear(event));
  }

  /** Refreshes all of them, and returns the exit code. */
  async run(): Promise<number> {
    const { json, maxWait, concurrency } = this.#request;
    const { jobs, refused, passedOver, failure } = this.#plan;
    const reporter = await openReporter(this.#board, json);
    const over = new AbortController();
    try {
      if (maxWait !== undefined) {
        systemClock.sleep(maxWait, over).then(() => this.#giveUp(), () => {});
      }
      if (passedOver !== undefined) await reporter.note(passedOver);
      if (failure !== undefined) await reporter.note(describeError(failure.error));
      for (const outcome of refused) await this.#tell(reporter, outcome);
      const queue = jobs.values();
      await Promise.all(Array.from({ length: Math.min(concurrency, jobs.length) }, () => this.#work(queue, reporter)));
    } finally {
      over.abort();
      await reporter.close();
      this.#attendance.close();
    }
    return await this.#exitCode();
  }

  async #work(queue: Iterator<RefreshJob> & Iterable<RefreshJob>, reporter: Reporter): Promise<void> {
    for (const job of queue) {
      if (this.#attendance.endedBy !== undefined) return;
      const { source } = job;
      const begun = performance.now();
      this.#board.begin(source, Date.now(), source.refreshDeadline);
      const done = await attend(this.#attendance, {
        store: this.#store,
        source,
        plan: {
          recipe: job.recipe,
          record: new SourceRecord(this.#records, source),
          unrecorded: (error) => void reporter.note(`what was run could not be written down: ${describeError(error)}`),
        },
        obtain: (refresher, signal) => this.#cache.refresh(source, refresher, { signal }),
      });
      const outcome = outcomeOf(source, done, performance.now() - begun);
      if (outcome === undefined) return;
      this.#board.end(source, isFailure(outcome));
      await this.#tell(reporter, outcome);
    }
  }

  async #tell(reporter: Reporter, outcome: RefreshOutcome): Promise<void> {
    if (isFailure(outcome)) this.#failed = true;
    await reporter.tell(outcome);
  }

  #giveUp(): void {
    if (this.#attendance.endedBy !== undefined) return;
    this.#waitedEnough = true;
    this.#attendance.end("SIGTERM");
  }

  async #exitCode(): Promise<number> {
    const { endedBy } = this.#attendance;
    const { total, done } = this.#board.state;
    if (this.#waitedEnough && done < total) {
      const rest = total - done === 1 ? "1 source was" : `${total - done} sources were`;
      await remark(
        `${rest} not done within ${formatDuration(this.#request.maxWait ?? 0)} (see --max-wait), and given up`,
      );
      return EXIT.deadline;
    }
    if (!this.#waitedEnough && endedBy !== undefined) return EXIT.signalBase + signalNumber(endedBy);
    if (this.#plan.failure !== undefined) return EXIT.ownFailure;
    return this.#failed ? EXIT.someFailed : EXIT.done;
  }
}

/**
 * Refreshes.
 *
 * @param words What stands on the command line.
 * @returns The exit code.
 */
export async function performRefresh(words: RefreshWords): Promise<number> {
  const request = checkRefresh(words);
  const store = openStore({ root: request.root, memory: 0 }, systemClock);
  const plan = await planRefresh(store, request.what, lookAt, words.options.root);
  return await new Refreshes(store, request, plan).run();
}

/**
 * A flight: one refresh that this process runs under a claim, and all who wait for it here.
 *
 * @module
 */

import { retryDelay } from "./backoff.ts";
import { Deadline } from "./deadline.ts";
import type { Duration } from "./duration.ts";
import { CacheClosedError, RefreshDeadlineError, RefreshFailedError } from "./errors.ts";
import { isNotModified, nothingLeft, nothingToKeep } from "./fetcher.ts";
import { ProgressReporter } from "./progress.ts";
import { redacted } from "./redacted.ts";
import type { Fetcher, NotModified, RefreshTools } from "./refresher.ts";
import { LONGEST_TEXT, reasonOf } from "./refresher_result.ts";
import { retryAfterOf } from "./retry_after.ts";
import type { CheckedSource } from "./source_options.ts";
import type { Claim, ClaimOutcome, Progress, Store, StoredData } from "./store.ts";
import { untilAborted } from "./until_aborted.ts";

/** How a flight ended. */
export type FlightResult =
  | { readonly kind: "committed"; readonly data: StoredData }
  | { readonly kind: "failed"; readonly error: RefreshFailedError }
  | { readonly kind: "superseded" }
  | { readonly kind: "aborted" };

/** The flights of this process, whichever cache objects began them. */
const flights = new Map<string, Flight>();

/** How long a wait keeps the process alive at most, in milliseconds: longer than any deadline, and what a timer can do. */
const LONGEST_WAIT_MS = 2 ** 31 - 1;

let watchesExit = false;

/** Sees to it that no claim of this process outlives it, if it ends by itself. */
function watchExit({ atExit }: RefreshTools): void {
  if (watchesExit || atExit === undefined) return;
  watchesExit = true;
  atExit(() => {
    for (const flight of flights.values()) flight.giveBackAtExit();
  });
}

function flightId(store: Store, source: CheckedSource): string {
  return `${store.id}\n${source.label}`;
}

/** The flight of a source that goes on in this process, if one does. */
export function currentFlight(store: Store, source: CheckedSource): Flight | undefined {
  return flights.get(flightId(store, source));
}

/** One refresh under a claim, from the first call of the refresher until the claim has ended. */
export class Flight {
  /** How it ended. Never rejects. */
  readonly result: Promise<FlightResult>;
  readonly #tools: RefreshTools;
  readonly #source: CheckedSource;
  readonly #claim: Claim;
  readonly #controller = new AbortController();
  readonly #deadline: Deadline;
  #waiting = 0;

  /**
   * Starts a refresh.
   *
   * @param tools The store, the clock, the back-off and the listeners.
   * @param source What is refreshed.
   * @param claim The right to do so.
   * @param fetcher What does it.
   */
  constructor(tools: RefreshTools, source: CheckedSource, claim: Claim, fetcher: Fetcher) {
    this.#tools = tools;
    this.#source = source;
    this.#claim = claim;
    this.#deadline = new Deadline(tools, source, claim);
    watchExit(tools);
    const id = flightId(tools.store, source);
    flights.set(id, this);
    this.result = this.#run(fetcher).finally(() => flights.delete(id));
  }

  /**
   * Waits for the end. A caller who gives up leaves alone; when the last one has left, the refresher is aborted and the
   * claim given back. Who leaves because his cache is closed has left when that is done.
   *
   * @param signal The caller's.
   * @param keepAlive Whether the wait keeps the process alive.
   * @throws The signal's reason, if it is aborted first.
   */
  async join(signal: AbortSignal | undefined, keepAlive: boolean = true): Promise<FlightResult> {
    const over = new AbortController();
    if (keepAlive) this.#tools.clock.sleep(LONGEST_WAIT_MS, { signal: over.signal }).catch(() => {});
    this.#waiting++;
    try {
      return await untilAborted(this.result, signal);
    } catch (reason) {
      if (--this.#waiting === 0) {
        this.#controller.abort(reason);
        if (reason instanceof CacheClosedError) await this.result;
      }
      throw reason;
    } finally {
      over.abort();
    }
  }

  /** Gives the claim back in this turn of the event loop, since there is no other one; if somebody holds the lock, not. */
  giveBackAtExit(): void {
    void this.#tools.store.release(this.#claim).catch(() => {});
  }

  async #run(fetcher: Fetcher): Promise<FlightResult> {
    const { store, clock, events } = this.#tools;
    const { key } = this.#source;
    const begun = clock.monotonic();
    try {
      // Should it be unreadable, it is the more worth being refreshed.
      const stored = await store.read(key).catch(() => undefined);
      this.#controller.signal.throwIfAborted();
      const answer = await this.#call(fetcher, stored);
      const data = {
        bytes: isNotModified(answer) ? stored?.bytes ?? nothingToKeep() : answer,
        capturedAt: clock.now(),
      };
      if (await this.#commit(answer, data.capturedAt) === "superseded") {
        events.emit({ kind: "superseded", source: key });
        return { kind: "superseded" };
      }
      const { capturedAt, bytes: { length: size } } = data;
      const modified = !isNotModified(answer);
      events.emit({ kind: "refreshed", source: key, capturedAt, modified, size, took: clock.monotonic() - begun });
      return { kind: "committed", data };
    } catch (error) {
      const { signal } = this.#controller;
      const givenUp = signal.aborted && !(signal.reason instanceof RefreshDeadlineError);
      return givenUp ? await this.#giveBack(signal.reason) : await this.#fail(error);
    }
  }

  async #commit(answer: Uint8Array | NotModified, capturedAt: number): Promise<ClaimOutcome | "committed"> {
    const outcome = await this.#tools.store.commit(
      this.#claim,
      isNotModified(answer) ? "not-modified" : answer,
      capturedAt,
    );
    // Somebody may have removed it by hand.
    return outcome === "missing" ? nothingLeft() : outcome;
  }

  /** Calls the fetcher. One that does not heed its signal is cut off all the same. */
  async #call(fetcher: Fetcher, stored: StoredData | undefined): Promise<Uint8Array | NotModified> {
    const { clock } = this.#tools;
    const { signal } = this.#controller;
    const done = new AbortController();
    void this.#deadline.watch(done.signal, (missed) => this.#controller.abort(missed));
    const progress = new ProgressReporter(clock, (latest) => this.#report(latest, done.signal));
    const deadline = this.#deadline;
    const context = {
      signal,
      get deadline() {
        return deadline.at;
      },
      report: (latest: Progress) => progress.report(latest),
      extend: (by: Duration) => deadline.extend(by, done.signal),
      stored,
    };
    try {
      return await untilAborted(Promise.resolve(context).then(fetcher), signal);
    } finally {
      progress.stop();
      done.abort();
    }
  }

  async #report(reported: Progress, signal: AbortSignal): Promise<void> {
    const { store, events } = this.#tools;
    const source = this.#source.key;
    const { message } = reported;
    const progress = message === undefined ? reported : { ...reported, message: this.#told(message) };
    try {
      const outcome = await store.report(this.#claim, progress, { signal });
      if (outcome === "done") events.emit({ kind: "progress", source, progress });
    } catch (error) {
      if (!signal.aborted) events.emit({ kind: "error", source, error });
    }
  }

  async #giveBack(reason: unknown): Promise<FlightResult> {
    const { store, events } = this.#tools;
    const source = this.#source.key;
    await store.release(this.#claim).catch((error) => events.emit({ kind: "error", source, error }));
    events.emit({ kind: "aborted", source, reason });
    return { kind: "aborted" };
  }

  async #fail(cause: unknown): Promise<FlightResult> {
    const { store, clock, backoff, events, explain = String } = this.#tools;
    const { key, label } = this.#source;
    const attempts = this.#claim.attempts + 1;
    const retryAt = clock.now() + (retryAfterOf(cause) ?? retryDelay(attempts, clock.random(), backoff));
    const reason = this.#told(explain(reasonOf(cause))) || "unknown error";
    const error = new RefreshFailedError({ source: label, reason, attempts, retryAt, cause });
    try {
      if ((await store.fail(this.#claim, { message: reason, retryAt })) === "superseded") {
        events.emit({ kind: "superseded", source: key });
        return { kind: "superseded" };
      }
    } catch (unrecorded) {
      // The failure itself is what the caller needs to know; that it could not be written down is told besides.
      events.emit({ kind: "error", source: key, error: unrecorded });
    }
    events.emit({ kind: "failed", source: key, error });
    return { kind: "failed", error };
  }

  /** A text as others may read it. First redacted and then cut, so that no half of a secret stays. */
  #told(text: string): string {
    return redacted(text, this.#tools.redact).slice(0, LONGEST_TEXT);
  }
}

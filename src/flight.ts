/**
 * A flight: one refresh that this process runs under a claim, and all who wait for it here.
 *
 * @module
 */

import { type BackoffOptions, retryDelay } from "./backoff.ts";
import type { Clock } from "./clock.ts";
import { InvalidPayloadError, RefreshDeadlineError, RefreshFailedError } from "./errors.ts";
import type { EventHub } from "./events.ts";
import type { Launcher } from "./launcher.ts";
import { showValue } from "./show_value.ts";
import type { CheckedSource } from "./source_options.ts";
import type { Claim, Store, StoredData } from "./store.ts";
import { untilAborted } from "./until_aborted.ts";

/** What a refresher is given. */
export interface RefreshContext {
  /** Aborted at the deadline, or when nobody waits for the result any more. Hand it on to `fetch` and its like. */
  readonly signal: AbortSignal;
  /** By when the refresh has to be done, milliseconds since the epoch. */
  readonly deadline: number;
}

/** Answers the slow question: returns the bytes or the text to be kept. */
export type Refresher = (context: RefreshContext) => Promise<Uint8Array | string>;

/** What a refresh works with. */
export interface RefreshTools {
  /** Where data lives. */
  readonly store: Store;
  /** Time and randomness. */
  readonly clock: Clock;
  /** How long a failed source is left alone. */
  readonly backoff: BackoffOptions;
  /** Who is told. */
  readonly events: EventHub;
  /** Starts refreshes in processes of their own. */
  readonly launcher: Launcher;
  /** Adds to the reason of a failure what else is known of it. */
  readonly explain?: ((reason: string) => string) | undefined;
}

/** How a flight ended. */
export type FlightResult =
  | { readonly kind: "committed"; readonly data: StoredData }
  | { readonly kind: "failed"; readonly error: RefreshFailedError }
  | { readonly kind: "superseded" }
  | { readonly kind: "aborted" };

/** The flights of this process, whichever cache objects began them. */
const flights = new Map<string, Flight>();

function flightId(store: Store, source: CheckedSource): string {
  return `${store.id}\n${source.label}`;
}

/** The flight of a source that goes on in this process, if one does. */
export function currentFlight(store: Store, source: CheckedSource): Flight | undefined {
  return flights.get(flightId(store, source));
}

const encoder = new TextEncoder();

/** The bytes of what a refresher returned. */
function payloadBytes(payload: unknown): Uint8Array {
  if (typeof payload === "string") return encoder.encode(payload);
  if (payload instanceof Uint8Array) return payload.slice();
  throw new InvalidPayloadError(showValue(payload), "a Uint8Array or a string");
}

/** A text for other processes and for people, whatever was thrown. */
export function reasonOf(error: unknown): string {
  try {
    const text = String(error instanceof Error ? error.message || error.name : error);
    return text === "" ? "unknown error" : text;
  } catch {
    // An object that cannot be made a text, for example one without a prototype.
    return "unknown error";
  }
}

/** One refresh under a claim, from the first call of the refresher until the claim has ended. */
export class Flight {
  /** How it ended. Never rejects. */
  readonly result: Promise<FlightResult>;
  readonly #tools: RefreshTools;
  readonly #source: CheckedSource;
  readonly #claim: Claim;
  readonly #controller = new AbortController();
  #waiting = 0;

  /**
   * Starts a refresh.
   *
   * @param tools The store, the clock, the back-off and the listeners.
   * @param source What is refreshed.
   * @param claim The right to do so.
   * @param refresher What does it.
   */
  constructor(tools: RefreshTools, source: CheckedSource, claim: Claim, refresher: Refresher) {
    this.#tools = tools;
    this.#source = source;
    this.#claim = claim;
    const id = flightId(tools.store, source);
    flights.set(id, this);
    this.result = this.#run(refresher).finally(() => flights.delete(id));
  }

  /** Lets the flight go on to its end, whether or not anybody waits for it. */
  keep(): void {
    this.#waiting++;
  }

  /**
   * Waits for the end. A caller who gives up leaves alone; when the last one has left, the refresher is aborted and the
   * claim given back.
   *
   * @param signal The caller's.
   * @throws The signal's reason, if it is aborted first.
   */
  async join(signal: AbortSignal | undefined): Promise<FlightResult> {
    this.#waiting++;
    try {
      return await untilAborted(this.result, signal);
    } catch (reason) {
      if (--this.#waiting === 0) this.#controller.abort(reason);
      throw reason;
    }
  }

  async #run(refresher: Refresher): Promise<FlightResult> {
    const { store, clock, events } = this.#tools;
    const { key } = this.#source;
    const begun = clock.monotonic();
    try {
      const bytes = payloadBytes(await this.#call(refresher));
      const capturedAt = clock.now();
      if ((await store.commit(this.#claim, bytes, capturedAt)) === "superseded") {
        events.emit({ kind: "superseded", source: key });
        return { kind: "superseded" };
      }
      events.emit({ kind: "refreshed", source: key, capturedAt, took: clock.monotonic() - begun });
      return { kind: "committed", data: { bytes, capturedAt } };
    } catch (error) {
      const { signal } = this.#controller;
      const givenUp = signal.aborted && !(signal.reason instanceof RefreshDeadlineError);
      return givenUp ? await this.#giveBack(signal.reason) : await this.#fail(error);
    }
  }

  /** Calls the refresher. One that does not heed its signal is cut off all the same. */
  async #call(refresher: Refresher): Promise<unknown> {
    const { clock } = this.#tools;
    const { signal } = this.#controller;
    const { startedAt, deadline } = this.#claim;
    const done = new AbortController();
    const span = deadline - startedAt;
    // A claim that was handed over has used up some of its time. A wall clock that was set back gives it no more.
    const left = Math.max(0, Math.min(span, deadline - clock.now()));
    clock.sleep(left, { signal: done.signal }).then(
      () => this.#controller.abort(new RefreshDeadlineError(span)),
      () => {},
    );
    try {
      return await untilAborted(Promise.resolve({ signal, deadline }).then(refresher), signal);
    } finally {
      done.abort();
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
    const retryAt = clock.now() + retryDelay(attempts, clock.random(), backoff);
    const reason = explain(reasonOf(cause));
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
}

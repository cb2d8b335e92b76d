/**
 * A refresh that the caller waits for only for a while: it belongs to a process of its own from the start, so that it goes
 * on when he leaves.
 *
 * @module
 */

import { systemClock } from "../../clock.ts";
import { presentEntry } from "../../entry.ts";
import { RefreshFailedError, WaitTimeoutError } from "../../errors.ts";
import { EventHub } from "../../events.ts";
import { checkSource } from "../../source_options.ts";
import type { Claim, RefreshingState, Store, StoredData } from "../../store.ts";
import { awaitOther, type RecordedFailure } from "../../wait.ts";
import type { Foreground } from "./foreground.ts";
import { refreshDetached } from "./handover.ts";
import type { RunRequest } from "./run_options.ts";

/** A claim that was handed over, as whoever waits for it sees it. */
function inFlight(store: Store, { token, startedAt, deadline, attempts }: Claim): RefreshingState {
  const owner = store.self ?? { pid: 0, host: undefined, processStart: undefined };
  return { kind: "refreshing", token, owner, startedAt, deadline, attempts, progress: undefined };
}

/**
 * Waits.
 *
 * @param store The store.
 * @param request What is to be done.
 * @param maxWait How long, in milliseconds.
 */
export async function waitBriefly(store: Store, request: RunRequest, maxWait: number): Promise<Foreground> {
  const checked = checkSource(request.source);
  const { label, ttl, key } = checked;
  const force = request.mode === "force";
  const start = Date.now();
  const newerThan = () => force ? start - 1 : Date.now() - ttl;
  const patience = new AbortController();
  const { signal } = patience;
  const timer = setTimeout(() => patience.abort(), maxWait);
  const entryOf = ({ bytes, capturedAt }: StoredData, origin: "refreshed" | "joined"): Foreground => {
    const entry = { ...presentEntry(bytes, capturedAt, ttl, Date.now()), origin };
    return { kind: "entry", entry, passedOn: false };
  };
  const failed = ({ lastError: reason, attempts, retryAt }: RecordedFailure): Foreground => {
    return {
      kind: "error",
      error: new RefreshFailedError({ source: label, reason, attempts, retryAt, cause: undefined }),
    };
  };
  const tools = { store, clock: systemClock, events: new EventHub() };
  try {
    for (;;) {
      const answer = await refreshDetached(store, request, { newerThan: newerThan(), force }, signal);
      if (answer.kind === "cooling-down") return failed(answer);
      if (answer.kind === "adopted") {
        const data = await store.read(key);
        if (data !== undefined) return entryOf(data, "joined");
        continue;
      }
      const own = answer.kind === "claimed";
      const seen = own ? inFlight(store, answer.claim) : answer;
      const awaited = await awaitOther(tools, { source: checked, seen, newerThan, signal });
      if (awaited.kind === "adopted") return entryOf(awaited.data, own ? "refreshed" : "joined");
      if (awaited.kind === "failed") return failed(awaited.failure);
      if (awaited.kind === "timeout") {
        const { owner: { pid }, deadline } = awaited.state;
        return { kind: "error", error: new WaitTimeoutError({ source: label, pid, deadline }) };
      }
    }
  } catch (error) {
    return { kind: "error", error: signal.aborted ? new WaitTimeoutError({ source: label, maxWait }) : error };
  } finally {
    clearTimeout(timer);
  }
}

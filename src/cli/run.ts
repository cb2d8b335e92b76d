/**
 * `discoverycache run`: prints what a command prints, from the cache where it can be.
 *
 * @module
 */

import { ByteCache } from "../cache.ts";
import { systemClock } from "../clock.ts";
import type { Entry, PresentEntry } from "../entry.ts";
import { LockTimeoutError, NoDataError, RefreshFailedError, WaitTimeoutError } from "../errors.ts";
import { openStore } from "../open.ts";
import { checkSource } from "../source_options.ts";
import type { Store } from "../store.ts";
import { print, remark } from "./host.ts";
import { EXIT, exitCodeOf, signalNumber } from "./outcome.ts";
import { describeError, failedWithData, failureOf } from "./remarks.ts";
import type { RunRequest } from "./run_options.ts";

/** A lock that has been held for less than this is held by somebody who is at work, in milliseconds. */
const AT_WORK_MS = 5_000;

/** Whether the claim could not be had because somebody else was about to make or to end one, on a busy machine. */
function isBusy(error: unknown): boolean {
  if (!(error instanceof LockTimeoutError)) return false;
  return Date.now() - (error.holder.since ?? 0) < AT_WORK_MS;
}

/** Sees to it that stale data, which has been printed, is refreshed. Whatever comes of it, the command did its work. */
async function refreshBehind(store: Store, request: RunRequest, { age }: PresentEntry<Uint8Array>): Promise<void> {
  const { root, source, command } = request;
  try {
    const { refreshDetached } = await import("./handover.ts");
    const answer = await refreshDetached(store, checkSource(source), { root, source, command });
    const failure = answer.kind === "cooling-down" ? failureOf(answer) : undefined;
    if (failure !== undefined) await remark(failedWithData(failure, age, Date.now()));
  } catch (error) {
    if (isBusy(error)) return;
    await remark(`the data printed is stale, and its refresh could not be started: ${describeError(error)}`);
  }
}

/** The exit code for an error that leaves nothing to print. */
function exitCodeFor(error: unknown): number {
  if (error instanceof RefreshFailedError) return exitCodeOf(error.reason);
  return error instanceof WaitTimeoutError ? EXIT.deadline : EXIT.ownFailure;
}

/** Says why data is printed that is not fresh, although fresh data was asked for. */
async function explainStale(store: Store, request: RunRequest, age: number): Promise<void> {
  const { key, refreshDeadline } = checkSource(request.source);
  const state = await store.state(key, refreshDeadline);
  const failure = failureOf(state);
  if (failure !== undefined) await remark(failedWithData(failure, age, Date.now()));
  else if (state.kind === "refreshing") await remark(describeError(timeoutOf(request, state)));
}

function timeoutOf(
  { source }: RunRequest,
  state: { readonly owner: { readonly pid: number }; readonly deadline: number },
) {
  return new WaitTimeoutError({ source: checkSource(source).label, pid: state.owner.pid, deadline: state.deadline });
}

/** Waits for new data and prints it, or what there is instead. */
async function runAndWait(store: Store, cache: ByteCache, request: RunRequest, found: Entry): Promise<number> {
  const { waitForData } = await import("./foreground.ts");
  const outcome = await waitForData(store, cache, request);
  if (outcome.kind === "interrupted") return EXIT.signalBase + signalNumber(outcome.signal);
  if (outcome.kind === "entry") {
    const { data, origin, age } = outcome.entry;
    if (origin === "stale") await explainStale(store, request, age);
    await print(data);
    return EXIT.done;
  }
  const { error } = outcome;
  if (found.state === "stale") {
    const known = error instanceof RefreshFailedError;
    await remark(known ? failedWithData(error, found.age, Date.now()) : describeError(error));
    await print(found.data);
    return EXIT.done;
  }
  await remark(describeError(error));
  return exitCodeFor(error);
}

/**
 * Runs.
 *
 * @param request What is to be done.
 * @returns The exit code.
 */
export async function run(request: RunRequest): Promise<number> {
  const { root, source, mode } = request;
  const store = openStore({ root, memory: 0 }, systemClock);
  const cache = new ByteCache({ store });
  const found: Entry = mode === "force"
    ? { state: "absent", data: undefined, age: 0, capturedAt: undefined }
    : await cache.read(source);

  if (found.state !== "absent" && (found.state === "fresh" || mode === "background" || mode === "none")) {
    await print(found.data);
    if (found.state === "stale" && mode === "background") await refreshBehind(store, request, found);
    return EXIT.done;
  }
  if (mode === "none") {
    await remark(`${new NoDataError(checkSource(source).label).message.split(":")[0]}: run it without --refresh none`);
    return EXIT.noData;
  }
  return await runAndWait(store, cache, request, found);
}

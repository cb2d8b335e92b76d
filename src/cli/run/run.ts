/**
 * `discoverycache run`: prints what a command prints, from the cache where it can be.
 *
 * @module
 */

import { detectAdapter } from "../../adapters/detect.ts";
import { ABSENT, type Entry, type PresentEntry, presentEntry } from "../../entry.ts";
import { LockTimeoutError, NoDataError, RefreshFailedError, WaitTimeoutError } from "../../errors.ts";
import { FileStore } from "../../file_store/file_store.ts";
import { type CheckedSource, checkSource } from "../../source_options.ts";
import type { Store } from "../../store.ts";
import { give } from "./give.ts";
import { remark } from "../host.ts";
import { EXIT, exitCodeOf, signalNumber } from "../outcome.ts";
import { describeError, failedWithData, failureOf } from "../remarks.ts";
import { checkRun, type RunRequest, type RunWords } from "./run_options.ts";

/** A lock that has been held for less than this is held by somebody who is at work, in milliseconds. */
const AT_WORK_MS = 5_000;

/** Whether the claim could not be had because somebody else was about to make or to end one, on a busy machine. */
function isBusy(error: unknown): boolean {
  if (!(error instanceof LockTimeoutError)) return false;
  return Date.now() - (error.holder.since ?? 0) < AT_WORK_MS;
}

/** What there is. That is all a warm run does: nothing of refreshing is loaded for it. */
async function read(store: Store, source: RunRequest["source"]): Promise<Entry> {
  const data = await store.read(source);
  return data === undefined ? ABSENT : presentEntry(data.bytes, data.capturedAt, source.ttl, Date.now());
}

/** Data that is too far past its TTL counts as none. */
function usable(entry: Entry, { source, maxStale }: RunRequest): Entry {
  return entry.state === "stale" && entry.age - source.ttl > maxStale ? ABSENT : entry;
}

/** Sees to it that stale data, which has been printed, is refreshed. Whatever comes of it, the command did its work. */
async function refreshBehind(store: Store, request: RunRequest, { age }: PresentEntry<Uint8Array>): Promise<void> {
  try {
    const { refreshDetached } = await import("./handover.ts");
    const answer = await refreshDetached(store, request, { newerThan: Date.now() - request.source.ttl, force: false });
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
  if (error instanceof NoDataError) return EXIT.noData;
  return error instanceof WaitTimeoutError ? EXIT.deadline : EXIT.ownFailure;
}

/** Why there is no fresh data, although it was asked for; `undefined` if nothing stands in its way any more. */
async function obstacle(store: Store, { key, label, refreshDeadline }: CheckedSource): Promise<Error | undefined> {
  const state = await store.state(key, refreshDeadline);
  if (state.kind === "refreshing") {
    return new WaitTimeoutError({ source: label, pid: state.owner.pid, deadline: state.deadline });
  }
  if (state.kind !== "cooling-down") return undefined;
  const { lastError: reason, attempts, retryAt } = state;
  return new RefreshFailedError({ source: label, reason, attempts, retryAt, cause: undefined });
}

/** Prints older data instead of new, and says why; or only says why, if there is none. */
async function giveInstead(request: RunRequest, rest: Entry, error: unknown): Promise<number> {
  if (rest.state === "absent") {
    await remark(describeError(error));
    return exitCodeFor(error);
  }
  const failure = error instanceof RefreshFailedError ? error : undefined;
  // Whoever says how long to wait knows what he gets.
  const expected = error === undefined || (error instanceof WaitTimeoutError && error.maxWait !== undefined);
  if (failure !== undefined) await remark(failedWithData(failure, rest.age, Date.now()));
  else if (!expected) await remark(describeError(error));
  await give(request, { ...rest, origin: "stale", failure, passedOn: false });
  return EXIT.done;
}

/** Waits for new data, and prints it, or what there is instead. */
async function runAndWait(store: Store, request: RunRequest, found: Entry): Promise<number> {
  const outcome = request.maxWait === undefined
    ? await (await import("./foreground.ts")).waitForData(store, request)
    : await (await import("./brief_wait.ts")).waitBriefly(store, request, request.maxWait);
  if (outcome.kind === "interrupted") return EXIT.signalBase + signalNumber(outcome.signal);
  if (outcome.kind === "error") return await giveInstead(request, found, outcome.error);
  const { entry, passedOn } = outcome;
  if (entry.origin !== "stale") {
    await give(request, { ...entry, passedOn });
    return EXIT.done;
  }
  const checked = checkSource(request.source);
  const rest = usable(entry, request);
  const error = await obstacle(store, checked);
  const none = rest.state === "absent" ? new NoDataError(checked.label, entry.age) : undefined;
  return await giveInstead(request, rest, error ?? none);
}

/**
 * Runs.
 *
 * @param words What stands on the command line.
 * @returns The exit code.
 */
export async function performRun(words: RunWords): Promise<number> {
  const request = checkRun(words);
  const { root, source, mode } = request;
  const store = new FileStore({ root, adapter: detectAdapter(), memory: 0 });
  const there = mode === "force" ? ABSENT : await read(store, source);
  const found = usable(there, request);

  if (found.state !== "absent" && (found.state === "fresh" || mode === "background" || mode === "none")) {
    await give(request, { ...found, origin: found.state === "fresh" ? "hit" : "stale", passedOn: false });
    if (found.state === "stale" && mode === "background") await refreshBehind(store, request, found);
    return EXIT.done;
  }
  if (mode === "none") {
    const { label } = checkSource(source);
    const { message } = new NoDataError(label, there.state === "absent" ? undefined : there.age);
    await remark(`${message.split(":")[0]}: run it without --refresh none`);
    return EXIT.noData;
  }
  return await runAndWait(store, request, found);
}

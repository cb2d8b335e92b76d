/**
 * Which changes of the marker are allowed: what claims, failures, releases and overrides may make of what was there.
 *
 * @module
 */

import type { FileStat } from "../../src/adapter.ts";
import { FUTURE_TOLERANCE_MS } from "../../src/freshness.ts";
import type { RefreshState } from "../../src/store.ts";
import type { MarkerRecord } from "../../src/file_store/record.ts";
import type { KnownClaim } from "./auditor.ts";
import type { Intent, SimulatedProcess } from "./process.ts";
import { Violation } from "./violation.ts";

const DAY_MS = 24 * 60 * 60 * 1_000;

/** What a judgement is made with. */
interface Judging {
  /** Who acts, or looks. */
  readonly process: SimulatedProcess;
  /** Every claim that has been granted. */
  readonly claims: ReadonlyMap<string, KnownClaim>;
}

/** A change of the marker. */
export interface Transition extends Judging {
  /** The marker before, and after. */
  readonly before: MarkerRecord | undefined;
  readonly now: MarkerRecord | undefined;
  /** The data, now. */
  readonly data: FileStat | undefined;
  /** Whether operations may fail. */
  readonly mayFail: boolean;
}

/** What takes the marker away from whoever has it (P14). */
const OVERRIDES: readonly Intent[] = ["put", "expire", "remove"];

/** What ends a claim without data and without a failure of its own. */
const GIVES_BACK: readonly Intent[] = ["release", "tidy", "put", "expire"];

/** Throws a {@linkcode Violation} if the protocol does not allow a change. */
export function judgeTransition(transition: Transition): void {
  const { before, now, claims } = transition;
  if (now?.token !== undefined && now.lastError === undefined && !claims.has(now.token)) judgeGrant(transition);
  else if (before === undefined) judgeFromNothing(transition);
  else if (before.lastError !== undefined) judgeAfterFailure(transition, before, before.lastError);
  else judgeOfClaim(transition, before);
}

/** Whether the holder of a claim still has it, as far as the one who takes it over can know. */
function isCurrent(marker: MarkerRecord, { process, claims }: Judging): boolean {
  const claim = marker.token === undefined ? undefined : claims.get(marker.token);
  if (claim === undefined || !claim.holder.alive) return false;
  if (claim.holder === process && process.party.orphans.has(claim.token)) return false;
  const span = marker.deadline - marker.startedAt;
  const { latest } = process.clock;
  const believed = span > 0 && span <= DAY_MS ? span : (process.request?.refreshDeadline ?? 60_000);
  if (latest > marker.startedAt + 3 * believed) return false;
  // Times from the future are believed only of an owner who is known to live.
  const known = marker.host !== undefined && marker.host === process.entry.host && process.mayAsk;
  return known || marker.startedAt <= process.clock.earliest + FUTURE_TOLERANCE_MS;
}

/** Whether a failure holds back whoever does not force. */
function holdsBack(marker: MarkerRecord, process: SimulatedProcess): boolean {
  const retryAt = Math.min(marker.retryAt ?? marker.deadline, marker.startedAt + DAY_MS);
  const { earliest, latest } = process.clock;
  return latest < retryAt && marker.startedAt <= earliest + FUTURE_TOLERANCE_MS;
}

/** What a process has to be told of a marker; `undefined` where more than one answer is right. */
export function expectedState(
  process: SimulatedProcess,
  marker: MarkerRecord | undefined,
  claims: ReadonlyMap<string, KnownClaim>,
): RefreshState["kind"] | undefined {
  if (marker === undefined) return "idle";
  if (marker.lastError !== undefined) return holdsBack(marker, process) ? "cooling-down" : undefined;
  const holder = marker.token === undefined ? undefined : claims.get(marker.token)?.holder;
  const judges = process.mayAsk && marker.host !== undefined && marker.host === process.entry.host;
  if (holder?.alive === false && judges) return "abandoned";
  return isCurrent(marker, { process, claims }) ? "refreshing" : undefined;
}

/** A new claim. */
function judgeGrant(transition: Transition): void {
  const { process, before, now, data } = transition;
  const { request } = process;
  if (process.intent !== "claim" || request === undefined) {
    throw new Violation("2", `${process.name} made a claim in order to ${process.intent}`);
  }
  if (before !== undefined && before.lastError === undefined && isCurrent(before, transition)) {
    throw new Violation("2", `${process.name} was granted a claim while another is current`);
  }
  if (before?.lastError !== undefined && !request.force && holdsBack(before, process)) {
    throw new Violation("6", `${process.name} was granted a claim while a failure cools down (P12)`);
  }
  const expected = before === undefined ? 0 : (before.attempts ?? 0) + (before.lastError === undefined ? 1 : 0);
  if ((now?.attempts ?? 0) !== expected) {
    throw new Violation(
      "6",
      `${process.name} claims after ${now?.attempts ?? 0} attempts, and there were ${expected} (P12)`,
    );
  }
  const newEnough = data !== undefined && data.modifiedAt > request.newerThan;
  if (newEnough && data.modifiedAt <= process.clock.earliest + FUTURE_TOLERANCE_MS) {
    throw new Violation("2", `${process.name} was granted a claim that nobody needs: the data is new enough (P9)`);
  }
}

/** Something came where nothing was, and it is no new claim. */
function judgeFromNothing({ process, now }: Transition): void {
  if (now === undefined) return;
  throw new Violation("2", `${process.name} wrote the marker of a claim that had ended (P10)`);
}

/** A failure was there. */
function judgeAfterFailure(transition: Transition, before: MarkerRecord, lastError: string): void {
  const { process, now } = transition;
  if (now === undefined && (process.intent === "prune" || process.intent === "remove")) return;
  if (now?.lastError === lastError && now.retryAt === before.retryAt) return;
  throw new Violation("6", `${process.name} changed a failure in order to ${process.intent} (P12)`);
}

/** Whether a claim is this process's: once it was handed over, whoever handed it over only names the heir. */
function actsFor({ origin, heir }: KnownClaim, process: SimulatedProcess): boolean {
  return process === (heir ?? origin) || (process === origin && process.intent === "hand-over");
}

/** A claim was there, current or not. */
function judgeOfClaim(transition: Transition, before: MarkerRecord): void {
  const { process, now, claims } = transition;
  const claim = before.token === undefined ? undefined : claims.get(before.token);
  const isOwner = claim !== undefined && actsFor(claim, process);
  const overrides = OVERRIDES.includes(process.intent);
  if (now !== undefined && now.token !== before.token) {
    throw new Violation("2", `${process.name} replaced the marker of a newer claim (P10)`);
  }
  if (!isOwner && !overrides && isCurrent(before, transition)) {
    throw new Violation("2", `${process.name} changed the marker of ${claim?.holder.name}, who is at work (P10)`);
  }
  if (now === undefined) judgeEnd(transition, before, claim);
  else if (now.lastError === undefined) judgeAmending(transition, before, now, claim);
  else if (now.lastError !== undefined) judgeFailing(transition, before, now, claim);
}

/** What a claim's marker says was changed: its progress, or whom it names. */
function judgeAmending(
  { process }: Transition,
  before: MarkerRecord,
  now: MarkerRecord,
  claim: KnownClaim | undefined,
) {
  const kept = now.startedAt === before.startedAt && now.deadline === before.deadline;
  const counted = now.attempts === before.attempts && now.previous?.retryAt === before.previous?.retryAt;
  if (!kept || !counted) {
    throw new Violation("6", `${process.name} changed a claim in order to ${process.intent} (P12)`);
  }
  const { intent } = process;
  const named = intent === "hand-over" || intent === "take-over" ? claim?.heir?.entry.pid : before.pid;
  if (now.pid === named && (intent !== "amend" || now.processStart === before.processStart)) return;
  throw new Violation("2", `${process.name} named another owner than there is in order to ${intent} (P17)`);
}

/** A claim's marker was removed. */
function judgeEnd({ process, mayFail, data }: Transition, before: MarkerRecord, claim: KnownClaim | undefined): void {
  const { intent } = process;
  if (intent === "remove" || intent === "prune") return;
  if (intent === "claim") {
    const request = process.request;
    if (request !== undefined && data !== undefined && data.modifiedAt > request.newerThan) return;
  } else if (intent === "commit") {
    if (claim?.committed === true) return;
  } else if (GIVES_BACK.includes(intent) && ((before.attempts ?? 0) === 0 || mayFail)) return;
  throw new Violation("6", `${process.name} removed the marker of a claim in order to ${intent} (P8, P12)`);
}

/** A failure was written into a claim's marker: its own, or the one that was there before it. */
function judgeFailing({ process }: Transition, before: MarkerRecord, now: MarkerRecord, claim: KnownClaim | undefined) {
  const attempts = before.attempts ?? 0;
  const failed = process.intent === "fail" && now.attempts === attempts + 1;
  const earlier = claim?.before;
  const restored = now.attempts === attempts && (earlier === undefined || now.retryAt === earlier.retryAt);
  if (!failed && !restored) throw new Violation("6", `${process.name} wrote another failure than there was (P12)`);
}

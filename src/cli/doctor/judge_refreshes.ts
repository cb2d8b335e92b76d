/**
 * Refreshes that do not come to an end, or to nothing again and again: pure judgements.
 *
 * @module
 */

import { moment } from "../../explain_words.ts";
import { overdueAfter } from "../../overdue.ts";
import { plain } from "../../plain_text.ts";
import { tellReason } from "../outcome.ts";
import { labelOf } from "../sources/survey.ts";
import { count } from "../screen/count.ts";
import { attention, type Finding, orOk, problem } from "./finding.ts";
import type { KnownSource, Patient } from "./patient.ts";
import type { ProcessState } from "./processes.ts";

const REFRESHES = "refreshes";
const FAILURES = "failures";

/** From so many failures in a row on, chance is not to blame. */
const FAILURES_IN_A_ROW = 3;

/** The most characters of somebody else's text that a finding shows. */
const SHOWN_LENGTH = 200;

/** What to do about a process that is stopped. */
export function goOn(pid: number): string {
  return `kill -CONT ${pid}`;
}

/** What to do about a process that lives and does not get on. */
export function lookAt(pid: number): string {
  return `look at process ${pid} (ps -f -p ${pid}); if it hangs: kill ${pid}`;
}

/** What is known besides of a source that is being refreshed, or should be. */
export interface RefreshFacts {
  /** How it stands with whoever refreshes. */
  readonly owner: ProcessState;
  /** The time, milliseconds since the epoch. */
  readonly now: number;
  /** Makes command lines of ours. */
  readonly ours: Patient["ours"];
}

/** How to try a refresh once more. */
function again({ key, runnable }: KnownSource, ours: Patient["ours"]): string {
  if (runnable) return ours("refresh", labelOf(key));
  return `ask for ${labelOf(key)} again, in the program that it is of`;
}

/** What is wrong with a source's refresh; `undefined` if nothing is, or there is none. */
export function judgeRefresh(source: KnownSource, { owner, now, ours }: RefreshFacts): Finding | undefined {
  const { key, state } = source;
  if (state.kind !== "refreshing" && state.kind !== "abandoned") return undefined;
  const label = labelOf(key);
  const { owner: { pid }, deadline, startedAt } = state;
  if (owner === "stopped") {
    return problem(REFRESHES, `${label} is being refreshed by process ${pid}, which is stopped`, goOn(pid));
  }
  if (state.kind === "refreshing") {
    if (now <= deadline) return undefined;
    const late = `${label} was to be refreshed by ${moment(deadline, now)}`;
    if (owner === "alive") return attention(REFRESHES, `${late}, and process ${pid} is still at it`, lookAt(pid));
    const over = moment(overdueAfter(startedAt, deadline), now);
    const fix = `look for process ${pid} where it runs, or wait: after ${over} it is taken over`;
    return attention(REFRESHES, `${late}; whether process ${pid} lives cannot be judged here`, fix);
  }
  switch (state.reason) {
    case "owner-gone": {
      const what = `${label} was being refreshed by process ${pid}, which has ended without a word`;
      return attention(REFRESHES, what, again(source, ours));
    }
    case "overdue": {
      const what = `${label} was to be refreshed by ${moment(deadline, now)}, and nobody waits for that any more`;
      return attention(REFRESHES, what, owner === "alive" ? lookAt(pid) : again(source, ours));
    }
    case "impossible-times":
      return attention(REFRESHES, `${label} is said to be refreshed since a time to come`, again(source, ours));
  }
}

/** What is wrong with every refresh. */
export function judgeRefreshes(
  sources: readonly KnownSource[],
  factsOf: (source: KnownSource) => RefreshFacts,
): readonly Finding[] {
  const found = sources.map((source) => judgeRefresh(source, factsOf(source))).filter((one) => one !== undefined);
  return orOk(found, REFRESHES, `none is stuck, of ${count(sources.length, "source")}`);
}

/** Sources that fail again and again. */
export function judgeFailures(sources: readonly KnownSource[], ours: Patient["ours"]): readonly Finding[] {
  const found = sources.filter(({ state }) => state.attempts >= FAILURES_IN_A_ROW).map((source) => {
    const { key, state } = source;
    const reason = "lastError" in state && state.lastError !== undefined ? tellReason(plain(state.lastError)) : "";
    const why = reason === "" ? "" : `: ${reason.slice(0, SHOWN_LENGTH)}`;
    return attention(
      FAILURES,
      `${labelOf(key)} has failed ${state.attempts} times in a row${why}`,
      again(source, ours),
    );
  });
  return orOk(found, FAILURES, "none goes on");
}

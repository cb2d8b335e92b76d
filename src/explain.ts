/**
 * Explaining a source: a pure function of what is known of it, of who looks, and of the time.
 *
 * @module
 */

import { isFromTheFuture, judgeData } from "./data_state.ts";
import { formatDuration } from "./duration.ts";
import { moment, whoOf, whyOf } from "./explain_words.ts";
import type { ExplainedData, Explanation, Hint, NextStep, Whereabouts } from "./explanation.ts";
import { overdueAfter } from "./overdue.ts";
import type { Owner, RefreshState, SourceKey } from "./store.ts";

/** What is known of a source's data. */
export interface DataFacts {
  /** When it was captured, milliseconds since the epoch. */
  readonly capturedAt: number;
  /** Its size in bytes. */
  readonly size: number;
  /** Why it cannot be decoded; left out if it can be, or nobody has tried. */
  readonly corrupt?: string | undefined;
}

/** What an explanation is made of. */
export interface ExplainFacts {
  /** Which source. */
  readonly source: SourceKey;
  /** How long its data stays fresh, in milliseconds; left out if that is not known. */
  readonly ttl?: number | undefined;
  /** How long a refresh of it may take, in milliseconds; left out if that is not known. */
  readonly refreshDeadline?: number | undefined;
  /** Its data; `undefined` if there is none. */
  readonly data: DataFacts | undefined;
  /** What is going on with it. */
  readonly state: RefreshState;
  /** The time, milliseconds since the epoch. */
  readonly now: number;
  /** The process that asks; left out if it is not known. */
  readonly self?: Owner | undefined;
}

/** A judged source, as the sentences need it. */
type Judged = Pick<ExplainFacts, "refreshDeadline" | "now"> & Pick<Explanation, "data" | "refresh">;

function explainData({ data, ttl, now }: ExplainFacts): ExplainedData {
  const { state, age } = judgeData(data?.capturedAt, ttl, now);
  const { size, capturedAt, corrupt } = data ?? {};
  const dated = capturedAt !== undefined && ttl !== undefined && !isFromTheFuture(capturedAt, now);
  return {
    state: corrupt === undefined ? state : "corrupt",
    size,
    capturedAt,
    age,
    ttl,
    freshUntil: dated && corrupt === undefined ? capturedAt + ttl : undefined,
    corrupt,
  };
}

/** Where the process is that a state names. A state without a token is the Go package's, which knows this host only. */
function locate(state: RefreshState, self: Owner | undefined): Whereabouts | undefined {
  if (state.kind === "idle") return undefined;
  const { owner, token } = state;
  if (self === undefined) return "unknown";
  if (token === undefined) return "this-host";
  if (owner.host === undefined || self.host === undefined) return "unknown";
  if (owner.host !== self.host) return "another-host";
  return owner.pid === self.pid && owner.processStart === self.processStart ? "this-process" : "this-host";
}

/** What those get who ask while nothing new is there; `otherwise` is what they get if there is nothing at all. */
function meanwhile({ data }: Judged, otherwise: string): string {
  if (data.state === "absent" || data.state === "corrupt") return `whoever asks meanwhile ${otherwise}`;
  return `whoever asks meanwhile gets the ${data.state === "unknown" ? "data there is" : `${data.state} data`}`;
}

/** A refresh by whoever asks next: how it is done, in the words of `verb`, and what the one who asks gets. */
function onDemand({ data, refreshDeadline }: Judged, verb: string, verbBehind: string): string {
  switch (data.state) {
    case "absent":
    case "corrupt": {
      const most = refreshDeadline === undefined ? "" : `, ${formatDuration(refreshDeadline)} at the most`;
      return `whoever asks next ${verb}, and waits for that${most}`;
    }
    case "unknown":
      return `whoever asks next gets the data there is, and ${verbBehind} if that is stale`;
    default:
      return `whoever asks next gets the stale data, and ${verbBehind}`;
  }
}

function nextOf(judged: Judged): NextStep {
  const { data, refresh, now } = judged;
  if (refresh.kind === "refreshing") {
    const { startedAt, deadline } = refresh;
    const over = overdueAfter(startedAt, deadline);
    const then = `whoever asks after ${moment(over, now)} takes over`;
    if (now <= deadline) {
      const promise = `it has promised to end by ${moment(deadline, now)}; if it has not, ${then}`;
      return { kind: "end", at: deadline, what: `${promise}; ${meanwhile(judged, "waits for it")}` };
    }
    const meantime = meanwhile(judged, "gets a time-out error at once");
    return { kind: "take-over", at: over, what: `it is late; if it does not end, ${then}; ${meantime}` };
  }
  const cooling = refresh.kind === "cooling-down" && refresh.retryAt > now ? refresh.retryAt : undefined;
  if (data.state === "fresh" && data.freshUntil !== undefined) {
    const retried = cooling !== undefined && cooling > data.freshUntil;
    const then = retried
      ? `a refresh is tried again after ${moment(cooling, now)}, or at once if forced`
      : refresh.kind === "abandoned"
      ? "whoever asks after that gets it stale, and takes the refresh over"
      : "whoever asks after that gets it stale, and starts a refresh in the background";
    return { kind: "stale", at: data.freshUntil, what: `it goes stale at ${moment(data.freshUntil, now)}; ${then}` };
  }
  if (refresh.kind === "abandoned") {
    return {
      kind: "take-over",
      at: undefined,
      what: onDemand(judged, "takes the refresh over", "takes the refresh over"),
    };
  }
  if (cooling !== undefined) {
    const again = `it is tried again by whoever asks after ${moment(cooling, now)}, or at once if forced`;
    return { kind: "retry", at: cooling, what: `${again}; ${meanwhile(judged, "gets the error of the last try")}` };
  }
  const kind = data.state === "unknown" ? "unknown" : "refresh";
  return { kind, at: undefined, what: onDemand(judged, "refreshes it", "starts a refresh in the background") };
}

const AT_WHOM: Record<Whereabouts, (pid: number) => string> = {
  "this-process": () => "see what this process is doing",
  "this-host": (pid) => `look at process ${pid}`,
  "another-host": (pid) => `look for process ${pid} where it runs`,
  "unknown": (pid) => `look for process ${pid}`,
};

/** What to do about a refresh that has promised to be done by now. */
function hintOnLate(pid: number, over: number, owner: Whereabouts, now: number): Hint {
  const hangs = owner === "this-process"
    ? "its refresh is late"
    : owner === "this-host"
    ? "if it hangs, end it, and whoever asks next takes over at once"
    : `nobody here can tell whether it lives, so that it keeps its claim until ${moment(over, now)}`;
  return { action: "check-process", text: `${AT_WHOM[owner](pid)}: ${hangs}` };
}

/** What to do about the refresh, if it calls for anything. */
function hintOnRefresh({ data, refresh, now }: Judged, owner: Whereabouts): Hint | undefined {
  if (refresh.kind === "refreshing") {
    const { startedAt, deadline, owner: { pid } } = refresh;
    if (isFromTheFuture(startedAt, now)) {
      return {
        action: "check-clock",
        text: "check the clock of this machine: the refresh seems to have begun in the future",
      };
    }
    if (now > deadline) return hintOnLate(pid, overdueAfter(startedAt, deadline), owner, now);
    return { action: "wait", text: "nothing needs to be done: it is being refreshed" };
  }
  if (refresh.kind === "abandoned") {
    if (refresh.reason === "impossible-times") {
      return { action: "check-clock", text: "check the clock of this machine, and of whoever wrote such a time" };
    }
    if (refresh.reason === "overdue" && (owner === "this-process" || owner === "this-host")) {
      const text = `${AT_WHOM[owner](refresh.owner.pid)}: its refresh may hang; nobody waits for it any more`;
      return { action: "check-process", text };
    }
    return { action: "none", text: "nothing needs to be done: the refresh is taken over when somebody needs it" };
  }
  if (data.state === "fresh" || (refresh.attempts === 0 && refresh.kind === "idle")) return undefined;
  return {
    action: "force",
    text: 'ask with { refresh: "force" } to try at once, and to see the whole error if it fails',
  };
}

function hintOf(judged: Judged, owner: Whereabouts): Hint {
  const { data, now } = judged;
  const onRefresh = hintOnRefresh(judged, owner);
  if (onRefresh !== undefined) return onRefresh;
  switch (data.state) {
    case "fresh":
      return { action: "none", text: "nothing needs to be done" };
    case "absent":
      return { action: "ask", text: "ask for it: that brings it" };
    case "corrupt":
      return { action: "force", text: 'ask with { refresh: "force" } to replace it now, or delete it' };
    case "unknown":
      return { action: "say-ttl", text: "name its TTL to hear whether it is fresh" };
    case "stale":
      if (data.capturedAt !== undefined && isFromTheFuture(data.capturedAt, now)) {
        return {
          action: "check-clock",
          text: "check the clock of this machine; the next refresh gives the data a true time",
        };
      }
      return {
        action: "ask",
        text: 'nothing needs to be done; to wait for new data, ask with { refresh: "if-stale" }',
      };
  }
}

/**
 * Explains a source: how it stands with its data and why, who refreshes it, what happens next and when, and what to do.
 *
 * @param facts What is known of the source, who asks, and when.
 * @returns The same in order, and in words.
 */
export function explain(facts: ExplainFacts): Explanation {
  const { source, refreshDeadline, state: refresh, now, self } = facts;
  const data = explainData(facts);
  const owner = locate(refresh, self);
  const judged: Judged = { data, refresh, refreshDeadline, now };
  const seen = owner ?? "unknown";
  return {
    source,
    data,
    refresh,
    owner,
    why: whyOf(data, now),
    who: whoOf(refresh, seen, now),
    next: nextOf(judged),
    hint: hintOf(judged, seen),
  };
}

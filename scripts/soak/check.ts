/**
 * The judgement of a soak: pure functions of what its ledger tells. Each returns what is wrong, in words, with places in
 * the ledger.
 */
import type { SoakSource } from "./plan.ts";
import { type Actor, type CallStory, type ClaimStory, stoppedFor, type Story } from "./story.ts";

/** The rules by which time is judged. Generous: a slow machine is no fault. Milliseconds. */
export interface Patience {
  /** The longest that a call may take beyond its refresh deadlines, nobody being stopped. */
  readonly call: number;
  /** The longest that a read may take, which waits for nobody. */
  readonly read: number;
  /** The longest that a source may go without a refresh, though somebody asks for one all the time. */
  readonly source: number;
}

/** As long as a commit tries for the lock, and as much again for the machine. */
export const PATIENCE: Patience = { call: 20_000, read: 10_000, source: 20_000 };

/** A section that was held up for so long gives up half-way: see rule P6 of the protocol. */
const SECTION_LIMIT_MS = 5_000;

/** How many deadlines after its beginning a claim is stale (P13). */
const STALE_DEADLINES = 3;

/** Clocks are read before or after what they time. */
const CLOCK_SLACK_MS = 5;

const who = (actor: Actor) => `process ${actor.number}`;
const what = (claim: ClaimStory) => `${claim.source}'s claim ${claim.token.slice(0, 8)} (line ${claim.place})`;

/** No refresher runs without a claim, and none runs twice in one. */
export function checkRefreshers({ claims, strays }: Story): string[] {
  const twice = [...claims.values()].filter(({ enters }) => enters > 1);
  return [...strays, ...twice.map((claim) => `${claim.enters} refreshers ran inside ${what(claim)}`)];
}

/** Whether a process was held up inside a section for so long that it may not know how its commit ended. */
function wasHeldUp({ owner, leftAt, endedAt }: ClaimStory): boolean {
  return stoppedFor(owner, leftAt, endedAt) >= SECTION_LIMIT_MS;
}

/** A take-over is from somebody who was killed, or who is past his time, and never of a claim that had been ended. */
export function checkTakeOvers({ takeOvers, claims }: Story): string[] {
  return takeOvers.flatMap(({ by, source, from, reason, startedAt, deadline, at, place }) => {
    const claim = claims.get(from ?? "");
    const told = `line ${place}: ${who(by)} took over ${source} (${reason})`;
    if (claim !== undefined && claim.ended < place && !wasHeldUp(claim)) return [`${told}, which had ended`];
    if (reason === "overdue") {
      const due = startedAt + STALE_DEADLINES * (deadline - startedAt);
      return at + CLOCK_SLACK_MS < due ? [`${told} ${due - at} ms too early`] : [];
    }
    // Of a claim that nobody was told of, the owner was killed in between, or had given it up itself.
    if (claim === undefined || claim.owner.killed < place || claim.owner === by) return [];
    return [`${told} from ${who(claim.owner)}, which nobody had killed`];
  });
}

/** How far back a stop is looked for, before a process told that it had a claim. Longer than any stop. In milliseconds. */
const LOOK_BACK_MS = 60_000;

/** Two claims of a source are current at once only if the older one's owner is dead, or past his time. */
export function checkClaims({ claims }: Story, sources: readonly SoakSource[]): string[] {
  const problems: string[] = [];
  const deadlines = new Map(sources.map(({ name, refreshDeadline }) => [name, refreshDeadline]));
  const current = new Map<string, ClaimStory[]>();
  for (const claim of claims.values()) {
    const { place, owner, at } = claim;
    const deadline = deadlines.get(claim.source) ?? 0;
    // Whoever was stopped between the claim and the line that tells of it may have lost it meanwhile.
    const mayBeLost = claim.takenOver < place || stoppedFor(owner, at - LOOK_BACK_MS, at) >= 2 * deadline;
    if (mayBeLost) continue;
    // From the line that tells of it to the last one before it was ended, a claim was certainly current.
    const before = (current.get(claim.source) ?? []).filter((other) =>
      Math.min(other.left, other.ended, other.owner.killed, other.takenOver) > place
    );
    for (const other of before) {
      // Taken over by somebody who was killed before he told of it, or cleared away with newer data: both not before its
      // time, which had begun when it was granted, a little before its owner told of it.
      if (at - other.at >= (STALE_DEADLINES - 1) * deadline) continue;
      problems.push(`line ${place}: ${who(owner)} got ${what(claim)} while ${who(other.owner)} had ${what(other)}`);
    }
    current.set(claim.source, [...before, claim]);
  }
  return problems;
}

/** What is read is one commit's, of this source, never a late one's, and never older than what was there before. */
export function checkVersions({ calls, versions, claims }: Story, sources: readonly SoakSource[]): string[] {
  const pruned = new Set(sources.filter((source) => source.pruned).map(({ name }) => name));
  const places = new Map([...claims.values()].map((claim) => [claim.place, claim]));
  return calls.flatMap((call) => {
    const { version, source, floor, answered } = call;
    const told = `line ${answered}: ${who(call.caller)}'s ${call.op} of ${source}`;
    const newest = places.get(floor);
    if (version === undefined) return [];
    if (version === null) {
      return newest !== undefined && !pruned.has(source) ? [`${told} found nothing, after ${what(newest)}`] : [];
    }
    const claim = versions.get(version);
    if (claim === undefined || claim.source !== source) return [`${told} gave ${version}, which is not of it`];
    const problems: string[] = [];
    if (claim.left > answered || claim.leftHow !== "bytes") {
      problems.push(`${told} gave what the refresher of ${what(claim)} had not returned`);
    }
    if (claim.endedHow === "superseded" && !wasHeldUp(claim)) {
      problems.push(`${told} gave the late ${what(claim)}`);
    }
    if (newest !== undefined && claim.place < floor) {
      problems.push(`${told} went back to ${what(claim)} from ${what(newest)}`);
    }
    return problems;
  });
}

/** Commits come in the order of their claims: who is late changes nothing. */
export function checkCommits({ claims }: Story): string[] {
  const problems: string[] = [];
  const bySource = new Map<string, ClaimStory[]>();
  for (const claim of claims.values()) {
    if (claim.endedHow !== "refreshed") continue;
    // A claim is in the map in the order of its place: all that are older are there already.
    const older = bySource.get(claim.source) ?? [];
    for (const other of older.slice(-20)) {
      if (other.left > claim.ended) problems.push(`${what(other)} was committed after ${what(claim)}`);
    }
    bySource.set(claim.source, [...older.slice(-20), claim]);
  }
  return problems;
}

/** How long somebody else was stopped while a call went on, in milliseconds; overlapping times count once. */
function othersStoppedFor({ actors }: Story, call: CallStory): number {
  const stops = [...actors.values()].filter((actor) => actor !== call.caller).flatMap(({ stops }) => stops)
    .filter(({ from, to }) => to > call.at && from < call.answeredAt)
    .sort((one, other) => one.from - other.from);
  let [sum, reached] = [0, call.at];
  for (const { from, to } of stops) {
    const end = Math.min(to, call.answeredAt);
    if (end <= reached) continue;
    sum += end - Math.max(from, reached);
    reached = end;
  }
  return sum;
}

/** How long a call took, without the time in which its own process was stopped. */
export function durationOf({ caller, at, answeredAt }: CallStory): number {
  return answeredAt - at - stoppedFor(caller, at, answeredAt);
}

/** Every call ends: with an answer, by its bound, or with its process. */
export function checkBlocks(story: Story, sources: readonly SoakSource[], patience: Patience): string[] {
  const deadlines = new Map(sources.map(({ name, refreshDeadline }) => [name, refreshDeadline]));
  return story.calls.flatMap((call) => {
    const { caller, op, source, place } = call;
    const told = `line ${place}: ${who(caller)}'s ${op} of ${source}`;
    if (call.answered === Infinity) return caller.killed === Infinity ? [`${told} never ended`] : [];
    const waits = op !== "read" && op !== "readSync" && op !== "state";
    const bound = waits ? patience.call + STALE_DEADLINES * (deadlines.get(source) ?? 0) : patience.read;
    const took = durationOf(call);
    if (took <= bound) return [];
    const allowed = waits ? bound + othersStoppedFor(story, call) : bound;
    return took > allowed ? [`${told} took ${took} ms: ${allowed} are allowed`] : [];
  });
}

/** A source is refreshed again and again: whoever was killed or stopped, it goes on when its lock's owner does. */
export function checkProgress(story: Story, sources: readonly SoakSource[], patience: Patience): string[] {
  const stops = [...story.actors.values()].flatMap(({ stops }) => stops);
  return sources.flatMap(({ name }) => {
    const times = [...story.claims.values()].filter(({ source }) => source === name).map(({ at }) => at);
    return [...times, story.endAt].flatMap((at, index) => {
      const before = times[index - 1] ?? story.beginAt;
      if (at - before <= patience.source) return [];
      const during = stops.filter(({ from, to }) => to > before && from < at);
      const longest = Math.max(0, ...during.map(({ from, to }) => to - from));
      const took = at - before - longest;
      return took > patience.source ? [`${name} was not refreshed for ${took} ms, up to the moment ${at}`] : [];
    });
  });
}

/** Errors that a call may always end with. Time-outs are judged by checkBlocks and checkProgress. */
const EXPECTED = new Set(["RefreshFailedError", "WaitTimeoutError", "LockTimeoutError"]);

/** Calls end with typed errors, and with none that nothing explains. */
export function checkErrors(story: Story): string[] {
  const problems = story.calls.flatMap((call) => {
    const { error, op, caller } = call;
    if (error === undefined || EXPECTED.has(error.name) || (op === "impatient" && error.name === "Impatient")) {
      return [];
    }
    const ownStop = stoppedFor(caller, call.at, call.answeredAt) > 0;
    if (error.name === "SectionOverrunError" && ownStop) return [];
    return [
      `line ${call.answered}: ${who(caller)}'s ${op} of ${call.source} ended with ${error.name}: ${error.message}`,
    ];
  });
  const background = story.errors.filter(({ error, by }) => {
    if (error.name === "LockTimeoutError") return false;
    return error.name !== "SectionOverrunError" || by.stops.length === 0;
  });
  return [
    ...problems,
    ...background.map(({ by, source, error }) => `${who(by)} met ${error.name} in ${source}: ${error.message}`),
  ];
}

/** Everything that is wrong. */
export function checkStory(story: Story, sources: readonly SoakSource[], patience: Patience = PATIENCE): string[] {
  return [
    ...checkRefreshers(story),
    ...checkTakeOvers(story),
    ...checkClaims(story, sources),
    ...checkVersions(story, sources),
    ...checkCommits(story),
    ...checkBlocks(story, sources, patience),
    ...checkProgress(story, sources, patience),
    ...checkErrors(story),
  ];
}

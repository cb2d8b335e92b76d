/** What a ledger tells: claims, calls, and what was done to the processes. Facts only; check.ts judges them. */
import type { Line, SoakError, SoakOp } from "./ledger.ts";

/** A time in which a process was stopped. Milliseconds since the epoch. */
export interface Stop {
  readonly from: number;
  to: number;
}

/** A process. */
export interface Actor {
  readonly number: number;
  /** Where in the ledger it was killed; `Infinity` if it was not. */
  killed: number;
  readonly stops: Stop[];
}

/** A claim that a process was told of. Places are places in the ledger, `Infinity` for what never came. */
export interface ClaimStory {
  readonly token: string;
  readonly source: string;
  readonly owner: Actor;
  readonly at: number;
  /** Its place: claims that commit are granted in this order. */
  readonly place: number;
  version: number | undefined;
  /** How often its refresher was called. */
  enters: number;
  left: number;
  leftAt: number;
  leftHow: "bytes" | "throws" | "aborted" | undefined;
  ended: number;
  endedAt: number;
  endedHow: "refreshed" | "superseded" | "aborted" | undefined;
  /** Where somebody else told that he took it over. */
  takenOver: number;
}

/** A take-over. */
export interface TakeOver {
  readonly by: Actor;
  readonly source: string;
  readonly from: string | undefined;
  readonly reason: string;
  readonly startedAt: number;
  readonly deadline: number;
  readonly at: number;
  readonly place: number;
}

/** A call, and its answer if there was one. */
export interface CallStory {
  readonly caller: Actor;
  readonly op: SoakOp;
  readonly source: string;
  readonly at: number;
  readonly place: number;
  /** The place of the latest claim that had committed, or had been seen, when the call began; -1 for none. */
  readonly floor: number;
  answered: number;
  answeredAt: number;
  version: number | null | undefined;
  error: SoakError | undefined;
}

/** Everything that a ledger tells. */
export interface Story {
  readonly actors: ReadonlyMap<number, Actor>;
  readonly claims: ReadonlyMap<string, ClaimStory>;
  /** The claim behind each version. */
  readonly versions: ReadonlyMap<number, ClaimStory>;
  readonly takeOvers: readonly TakeOver[];
  readonly calls: readonly CallStory[];
  /** Errors in the background. */
  readonly errors: readonly { readonly by: Actor; readonly source: string; readonly error: SoakError }[];
  /** Steps that no story explains: a refresher without a claim, an answer without a call. */
  readonly strays: readonly string[];
  /** The first moment and the last. */
  readonly beginAt: number;
  readonly endAt: number;
}

/** Reads a ledger. */
export function tellStory(lines: readonly Line[]): Story {
  const actors = new Map<number, Actor>();
  const claims = new Map<string, ClaimStory>();
  const versions = new Map<number, ClaimStory>();
  const takeOvers: TakeOver[] = [];
  const calls: CallStory[] = [];
  const errors: Story["errors"][number][] = [];
  const strays: string[] = [];
  const open = new Map<string, CallStory>();
  const floors = new Map<string, number>();
  /** Where each claim was first told to be taken over, which may be before its owner told that he had it. */
  const taken = new Map<string, number>();
  const [beginAt, endAt] = [lines[0]?.at ?? 0, lines.at(-1)?.at ?? 0];

  const actorOf = (number: number) => {
    const known = actors.get(number) ?? { number, killed: Infinity, stops: [] };
    actors.set(number, known);
    return known;
  };
  const raise = (source: string, claim: ClaimStory) =>
    floors.set(source, Math.max(floors.get(source) ?? -1, claim.place));

  for (const [place, line] of lines.entries()) {
    const actor = actorOf(line.by);
    const { at } = line;
    const resume = () => {
      const last = actor.stops.at(-1);
      if (last?.to === Infinity) last.to = at;
    };
    switch (line.what) {
      case "start":
        break;
      case "stop":
        resume();
        actor.stops.push({ from: at, to: Infinity });
        break;
      case "continue":
        resume();
        break;
      case "kill":
        actor.killed = Math.min(actor.killed, place);
        break;
      case "gone":
        resume();
        break;
      case "claimed":
        claims.set(line.token, {
          ...{ token: line.token, source: line.source, owner: actor, at, place, version: undefined, enters: 0 },
          ...{ left: Infinity, leftAt: Infinity, leftHow: undefined, takenOver: taken.get(line.token) ?? Infinity },
          ...{ ended: Infinity, endedAt: Infinity, endedHow: undefined },
        });
        break;
      case "recovered": {
        const { source, from, reason, startedAt, deadline } = line;
        takeOvers.push({ by: actor, source, from, reason, startedAt, deadline, at, place });
        if (from === undefined || taken.has(from)) break;
        taken.set(from, place);
        const claim = claims.get(from);
        if (claim !== undefined) claim.takenOver = place;
        break;
      }
      case "enter": {
        const claim = claims.get(line.token);
        if (claim === undefined || claim.owner !== actor || claim.source !== line.source) {
          strays.push(`${place}: process ${line.by} refreshes ${line.source} without a claim of its own`);
          break;
        }
        claim.enters++;
        claim.version = line.version;
        versions.set(line.version, claim);
        break;
      }
      case "leave": {
        const claim = claims.get(line.token);
        if (claim === undefined || claim.left !== Infinity) break;
        Object.assign(claim, { left: place, leftAt: at, leftHow: line.how });
        break;
      }
      case "end": {
        const claim = claims.get(line.token);
        if (claim === undefined) break;
        Object.assign(claim, { ended: place, endedAt: at, endedHow: line.how });
        if (line.how === "refreshed") raise(claim.source, claim);
        break;
      }
      case "call": {
        const { op, source } = line;
        const call: CallStory = {
          ...{ caller: actor, op, source, at, place, floor: floors.get(source) ?? -1 },
          ...{ answered: Infinity, answeredAt: Infinity, version: undefined, error: undefined },
        };
        calls.push(call);
        open.set(`${line.by}/${line.call}`, call);
        break;
      }
      case "answer": {
        const call = open.get(`${line.by}/${line.call}`);
        open.delete(`${line.by}/${line.call}`);
        if (call === undefined) {
          strays.push(`${place}: an answer of process ${line.by} to no call`);
          break;
        }
        Object.assign(call, { answered: place, answeredAt: at, version: line.version, error: line.error });
        const claim = versions.get(line.version ?? -1);
        if (claim !== undefined) raise(call.source, claim);
        break;
      }
      case "error":
        errors.push({ by: actor, source: line.source, error: line.error });
        break;
    }
  }
  for (const { stops } of actors.values()) for (const stop of stops) stop.to = Math.min(stop.to, endAt);
  return { actors, claims, versions, takeOvers, calls, errors, strays, beginAt, endAt };
}

/** For how many milliseconds of a time a process was stopped. */
export function stoppedFor({ stops }: Actor, from: number, to: number): number {
  return stops.reduce((sum, stop) => sum + Math.max(0, Math.min(stop.to, to) - Math.max(stop.from, from)), 0);
}

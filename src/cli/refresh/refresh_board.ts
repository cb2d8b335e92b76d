/**
 * Who is at work while several sources are refreshed, and how far they are: what the listeners of a cache are told, kept.
 *
 * @module
 */

import type { CacheEvent } from "../../events.ts";
import type { Progress, SourceKey } from "../../store.ts";
import { labelOf } from "../sources/survey.ts";

/** A source that is being refreshed. */
export interface Underway {
  /** Its label. */
  readonly label: string;
  /** Since when, milliseconds since the epoch. */
  readonly startedAt: number;
  /** By when it is to be done, milliseconds since the epoch. */
  readonly deadline: number;
  /** The process that does it, if it is another one. */
  readonly pid: number | undefined;
  /** How far it is, as far as somebody said so. */
  readonly progress: Progress | undefined;
}

/** How it stands with all of them. */
export interface BoardState {
  /** How many there are. */
  readonly total: number;
  /** How many have ended. */
  readonly done: number;
  /** How many of these have failed. */
  readonly failed: number;
  /** Those at work, the first one first. */
  readonly underway: readonly Underway[];
}

/** Keeps who is at work. */
export class RefreshBoard {
  readonly #total: number;
  readonly #underway = new Map<string, Underway>();
  #done = 0;
  #failed = 0;

  /** @param total How many sources there are. */
  constructor(total: number) {
    this.#total = total;
  }

  /** How it stands. */
  get state(): BoardState {
    return { total: this.#total, done: this.#done, failed: this.#failed, underway: [...this.#underway.values()] };
  }

  /** A source begins. */
  begin(source: SourceKey, startedAt: number, refreshDeadline: number): void {
    const label = labelOf(source);
    const deadline = startedAt + refreshDeadline;
    this.#underway.set(label, { label, startedAt, deadline, pid: undefined, progress: undefined });
  }

  /** A source has ended. */
  end(source: SourceKey, failed: boolean): void {
    this.#underway.delete(labelOf(source));
    this.#done += 1;
    if (failed) this.#failed += 1;
  }

  /** Hears what the cache tells. */
  hear(event: CacheEvent): void {
    const known = this.#underway.get(labelOf(event.source));
    if (known !== undefined) this.#underway.set(known.label, { ...known, ...newsOf(event) });
  }
}

/** What an event changes. */
function newsOf(event: CacheEvent): Partial<Underway> {
  switch (event.kind) {
    case "claimed":
      return { deadline: event.deadline, pid: undefined, progress: undefined };
    case "extended":
      return { deadline: event.deadline };
    case "waiting": {
      const { startedAt, deadline, owner: { pid } } = event.state;
      return { startedAt, deadline, pid, progress: undefined };
    }
    case "progress":
      return { progress: event.progress };
    default:
      return {};
  }
}

/**
 * Stories: what is done with a cache, and the whole transcript of what it tells of that, every field of every event.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import process from "node:process";
import type { CacheEvent } from "../../src/events.ts";
import type { AddClause, Bench } from "./bench.ts";

/** One story. */
export interface Story {
  readonly name: string;
  /** What was before, of which nothing is told. */
  readonly before?: (bench: Bench) => Promise<unknown>;
  /** What happens. Nothing goes on when it resolves. */
  readonly act: (bench: Bench) => Promise<unknown>;
  /** What the cache tells. */
  readonly transcript: readonly string[];
}

/** Fields that are moments: written as what has passed since the story began. */
const MOMENTS = new Set(["capturedAt", "startedAt", "deadline", "retryAt"]);

/** What of an error is written. */
const ERROR_FIELDS = ["source", "reason", "attempts", "retryAt", "maxWait", "pid", "deadline", "operation"];

/** Writes events, so that two runs of one story, on whichever store, are the same text. */
class Writer {
  readonly #start: number;
  readonly #tokens = new Map<string, string>();

  constructor(start: number) {
    this.#start = start;
  }

  line({ kind, ...fields }: CacheEvent): string {
    return [kind, ...this.#fields(fields)].join(" ");
  }

  #fields(fields: object): string[] {
    return Object.entries(fields)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]: [string, unknown]) => `${name}=${this.#value(name, value)}`);
  }

  #value(name: string, value: unknown): string {
    if (name === "token") return this.#token(String(value));
    // The memory store has no process: its owner is 0.
    if (name === "pid") return value === process.pid || value === 0 ? "here" : "elsewhere";
    if (name === "owner") return this.#value("pid", (value as { readonly pid: number }).pid);
    if (name === "source" && typeof value === "object") return Object.values(value as object).join("/");
    if (MOMENTS.has(name)) return `+${Math.round(Number(value) - this.#start)}`;
    if (typeof value === "number") return String(Math.round(value));
    if (value instanceof Error) return `${value.name}${this.#braces(errorFields(value))}`;
    if (typeof value === "object" && value !== null) return this.#braces(value);
    return String(value);
  }

  #braces(fields: object): string {
    return `{${this.#fields(fields).join(" ")}}`;
  }

  #token(token: string): string {
    const known = this.#tokens.get(token) ?? `T${this.#tokens.size + 1}`;
    this.#tokens.set(token, known);
    return known;
  }
}

function errorFields(error: Error): object {
  const { cause } = error;
  const known = Object.fromEntries(Object.entries(error).filter(([name]) => ERROR_FIELDS.includes(name)));
  const shown = Object.keys(known).length === 0 ? { message: error.message } : known;
  return cause instanceof Error ? { ...shown, cause: cause.message } : shown;
}

/**
 * Events as text, the same whenever the same has happened.
 *
 * @param events The events.
 * @param start When the story began, milliseconds since the epoch.
 */
export function transcriptOf(events: readonly CacheEvent[], start: number): string[] {
  const writer = new Writer(start);
  return events.map((event) => writer.line(event));
}

/** Adds a clause for each story. */
export function tellStories(clause: AddClause, stories: readonly Story[]): void {
  for (const { name, before, act, transcript } of stories) {
    clause(name, async (bench) => {
      await before?.(bench);
      bench.heard.events.splice(0);
      const start = bench.clock.now();
      await act(bench);
      assertEquals(transcriptOf(bench.heard.events, start), transcript);
      assertEquals(bench.clock.sleeping, 0, "nothing is left");
    });
  }
}

/** The kinds of events that occur in stories. */
export function kindsIn(stories: readonly Story[]): Set<string> {
  return new Set(stories.flatMap(({ transcript }) => transcript.map((line) => line.split(" ")[0] ?? "")));
}

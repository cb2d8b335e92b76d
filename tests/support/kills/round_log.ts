/**
 * What the processes of one round write down: who began, whose refresher started and ended, and who killed himself.
 * Every line is appended in one step, so that the order of the lines is the order of events.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { appendFileSync, existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";

/** What is written down. `here`: a process began. `start`, `end`: of a refresher. `struck`: it ends itself by SIGKILL. */
export type Noted = "here" | "start" | "end" | "struck" | "done";

/** A line. */
export interface LogLine {
  readonly what: Noted;
  /** Who: a parent, a supervisor, a worker, or the next caller. */
  readonly role: string;
  readonly pid: number;
  /** The process that started it. A refresher's is whoever holds the claim; of the next caller it is himself. */
  readonly owner: number;
  /** How many operations it had, when it is done. */
  readonly operations: number;
}

/** Writes a line. */
export function note(
  folder: string,
  what: Noted,
  role: string,
  facts: { readonly owner?: number; readonly operations?: number } = {},
): void {
  const { owner = process.ppid, operations = 0 } = facts;
  appendFileSync(join(folder, "log"), `${what} ${role} ${process.pid} ${owner} ${operations}\n`);
}

/** Writes down that somebody else is about to be killed. */
export function noteStruck(folder: string, role: string, pid: number): void {
  appendFileSync(join(folder, "log"), `struck ${role} ${pid} 0 0\n`);
}

/** Every line so far. */
export function readLog(folder: string): LogLine[] {
  const path = join(folder, "log");
  const lines = existsSync(path) ? readFileSync(path, "utf8").trimEnd().split("\n") : [];
  return lines.map((line) => {
    const [what, role = "", ...numbers] = line.split(" ");
    const [pid = 0, owner = 0, operations = 0] = numbers.map(Number);
    return { what: what as Noted, role, pid, owner, operations };
  });
}

/** The lines as one text, for whoever has to understand them. */
function story(lines: readonly LogLine[]): string {
  return lines.map(({ what, role, pid, owner }) => `${what} ${role} ${pid} of ${owner}`).join(", ");
}

/**
 * Proves that at most one refresher ran under each claim, and that at no moment two owners who lived had one. What a dead
 * owner has started may go on for a moment: it cannot commit.
 */
export function checkOverlaps(lines: readonly LogLine[]): void {
  const struck = new Set<number>();
  const owners = new Set<number>();
  const running = new Map<number, number>();
  // Whose parent had died before he looked belongs to nobody who is known.
  const isGone = (owner: number) => struck.has(owner) || (struck.size > 0 && !owners.has(owner));
  for (const { what, role, pid, owner } of lines) {
    if (what === "here" && role !== "worker") owners.add(pid);
    if (what === "struck") struck.add(pid);
    if (what === "struck" || what === "end") running.delete(pid);
    if (what !== "start") continue;
    if (role === "next") owners.add(owner);
    assert(isGone(owner) || [...running.values()].every(isGone), `two refreshers at one time: ${story(lines)}`);
    running.set(pid, owner);
  }
  const claims = lines.filter(({ what, owner }) => what === "start" && owners.has(owner)).map(({ owner }) => owner);
  assertEquals(new Set(claims).size, claims.length, `two refreshers under one claim: ${story(lines)}`);
}

/**
 * Proves of one hand-over that at most one refresher ran under its claim, and none of an owner who lives when the next
 * caller had taken that over.
 */
export function checkHandOver(lines: readonly LogLine[]): void {
  checkOverlaps(lines);
  const starts = lines.filter(({ what }) => what === "start");
  const behind = starts.filter(({ role }) => role !== "next");
  assert(behind.length <= 1, `two refreshers under one claim: ${story(lines)}`);
  const [late] = starts.slice(starts.findIndex(({ role }) => role === "next") + 1);
  if (late === undefined || late.role === "next" || starts.length === behind.length) return;
  const lived = (pid: number) => !lines.some(({ what, pid: dead }) => what === "struck" && dead === pid);
  const isKnown = lines.some(({ what, role, pid }) => what === "here" && role === "supervisor" && pid === late.owner);
  assert(!isKnown || !lived(late.owner), `a refresher whose claim was taken over: ${story(lines)}`);
}

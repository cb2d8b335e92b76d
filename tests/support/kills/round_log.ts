/**
 * What the processes of one round write down: who began, whose refresher started and ended, and who killed himself.
 * Every line is appended in one step, so that the order of the lines is the order of events.
 *
 * @module
 */

import { assert } from "@std/assert";
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

/**
 * Proves of a round with one hand-over that at most one refresher ran under its claim, that none began when the next caller
 * had taken that over, and that at no moment two owners who lived had one. What a dead owner has started may go on for a moment: it cannot commit.
 */
export function checkLog(lines: readonly LogLine[]): void {
  const story = lines.map(({ what, role, pid, owner }) => `${what} ${role} ${pid} of ${owner}`).join(", ");
  const struck = new Set<number>();
  const owners = new Set<number>();
  const running = new Map<number, number>();
  // Whose parent had died before he looked belongs to nobody who is known.
  const isGone = (owner: number) => struck.has(owner) || (struck.size > 0 && !owners.has(owner));
  let taken = false;
  for (const { what, role, pid, owner } of lines) {
    if (what === "here" && role !== "worker") owners.add(pid);
    if (what === "struck") struck.add(pid);
    if (what === "struck" || what === "end") running.delete(pid);
    if (what !== "start") continue;
    if (role === "next") {
      owners.add(owner);
      taken = true;
    } else {
      assert(isGone(owner) || !taken, `a refresher of an owner whose claim was taken over: ${story}`);
    }
    assert(isGone(owner) || [...running.values()].every(isGone), `two refreshers at one time: ${story}`);
    running.set(pid, owner);
  }
  const behind = lines.filter(({ what, role }) => what === "start" && role !== "next");
  assert(behind.length <= 1, `two refreshers under one claim: ${story}`);
}

/**
 * How a command ended, as the failure's record says it to everybody, and as an exit code says it to scripts.
 *
 * A record outlives the process that wrote it. So the exit code is read back from its words, which therefore begin with
 * what is fixed and only then name what somebody else chose.
 *
 * @module
 */

import type { ProgramEnd } from "../detached/started.ts";
import { formatDuration } from "../duration.ts";
import { plain } from "../plain_text.ts";
import { nodeProcess } from "./host.ts";

/** The exit codes of our own. */
export const EXIT = {
  done: 0,
  noData: 1,
  someFailed: 1,
  usage: 2,
  deadline: 124,
  ownFailure: 125,
  notExecutable: 126,
  notFound: 127,
  signalBase: 128,
} as const;

/** The most characters of a command's name that are told. */
const SHOWN_NAME_LENGTH = 80;

/**
 * Says how a command ended.
 *
 * @param end How.
 * @param file The command's first word. The others may hold secrets.
 * @param lastWords What it wrote to standard error last; may be empty.
 */
export function describeEnd(end: ProgramEnd, file: string, lastWords: string): string {
  const name = plain(file).slice(0, SHOWN_NAME_LENGTH);
  const words = lastWords === "" ? "" : `: ${lastWords}`;
  switch (end.kind) {
    case "exit":
      return `exit code ${end.code} from ${name}${words}`;
    case "signal":
      return `signal ${end.signal} ended ${name}${words}`;
    case "unstarted":
      return end.errno === "ENOENT" ? `not found: ${name}` : `not executable (${end.errno}): ${name}`;
  }
}

/** The number of a signal. */
export function signalNumber(signal: string): number {
  const { signals } = nodeProcess().getBuiltinModule("node:os").constants;
  return (signals as Readonly<Record<string, number>>)[signal] ?? 0;
}

/**
 * The exit code that belongs to a failure.
 *
 * @param reason The words of its record.
 */
export function exitCodeOf(reason: string): number {
  const code = /^exit code (\d+) from /.exec(reason)?.[1];
  if (code !== undefined) return Number(code);
  const signal = /^signal (SIG\w+) ended /.exec(reason)?.[1];
  if (signal !== undefined) return EXIT.signalBase + signalNumber(signal);
  if (reason.startsWith("not found: ")) return EXIT.notFound;
  if (reason.startsWith("not executable (")) return EXIT.notExecutable;
  return LATE.test(reason) ? EXIT.deadline : EXIT.ownFailure;
}

/** The words of a RefreshDeadlineError. */
const LATE = /^the refresher was not done within its (\d+) ms\b.*?(; it last said: .*)?$/s;

/**
 * The words of a failure's record, as they fit somebody who typed a command.
 *
 * @param reason The words of the record.
 */
export function tellReason(reason: string): string {
  const tell = (_: string, ms: string, lastWords = "") =>
    `it was not done within ${formatDuration(Number(ms))} (see --deadline)${lastWords}`;
  return plain(reason.replace(LATE, tell));
}

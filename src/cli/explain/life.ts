/**
 * Whether the process that a record names is alive, as far as that can be known from here.
 *
 * @module
 */

import type { Liveness } from "../../adapter.ts";
import type { Whereabouts } from "../../explanation.ts";
import { plain } from "../../plain_text.ts";
import type { Owner } from "../../store.ts";

/** `"replaced"`: it has ended, and its number is another process's by now. */
export type Life = "alive" | "dead" | "replaced" | "unknown";

/** How much later than its record a process may seem to have started: its start is only known to a second or two. */
const START_TOLERANCE_MS = 2_000;

/** What a record says of its author. */
export interface Author {
  /** Who it is. */
  readonly owner: Owner;
  /** When he wrote it, milliseconds since the epoch. */
  readonly startedAt: number;
}

/**
 * Judges.
 *
 * @param author Whom.
 * @param where Where he is, seen from here.
 * @param ask Asks the system about a PID; only asked where that means something.
 */
export function judgeLife({ owner, startedAt }: Author, where: Whereabouts, ask: (pid: number) => Liveness): Life {
  if (where !== "this-host" && where !== "this-process") return "unknown";
  const answer = ask(owner.pid);
  if (answer.state !== "alive") return answer.state;
  if (owner.processStart === undefined) {
    return (answer.startedAt ?? 0) > startedAt + START_TOLERANCE_MS ? "replaced" : "alive";
  }
  return answer.processStart === undefined || answer.processStart === owner.processStart ? "alive" : "replaced";
}

/** The same in words. */
export function lifeWords({ pid, host }: Owner, where: Whereabouts, life: Life): string {
  switch (life) {
    case "alive":
      return `process ${pid} is alive`;
    case "dead":
      return `process ${pid} has ended`;
    case "replaced":
      return `process ${pid} has ended, and its number is another process's by now`;
    case "unknown": {
      const elsewhere = where === "another-host" && host !== undefined ? ` on ${plain(host)}` : "";
      return `whether process ${pid}${elsewhere} is alive cannot be known from here`;
    }
  }
}

/**
 * What to do about a source, in words for somebody who types commands.
 *
 * @module
 */

import type { Explanation } from "../../explanation.ts";
import type { LockHolder } from "../../store.ts";
import { roughly } from "../screen/rough.ts";

/** What can be done. */
export interface Advice {
  /** What, in words. */
  readonly text: string;
  /** What to type for it, if that does it; what follows the command's own name. */
  readonly words?: readonly string[];
}

/** What the advice depends on besides. */
export interface AdviceFacts {
  /** `tier/name`. */
  readonly label: string;
  /** Whether it is known what to run. */
  readonly hasRecipe: boolean;
  /** Who has held its lock for long, if anybody has. */
  readonly lock: LockHolder | undefined;
  /** The time, milliseconds since the epoch. */
  readonly now: number;
}

/** Who holds a lock, since when, and what that means. */
export function lockWords({ pid, liveness, since = 0 }: LockHolder, now: number): string {
  const alive = liveness === "alive" ? "is alive" : "may be alive";
  const held = `process ${pid}, which ${alive}, has held its lock for ${roughly(Math.max(now - since, 0))}`;
  return `${held}: what is there can be read, but nobody can refresh it before the lock is let go`;
}

function aboutLock({ pid, liveness }: LockHolder): Advice {
  const look = `look at process ${pid}`;
  if (liveness !== "alive") return { text: `${look} where it runs; if it has ended, its lock is removed after 10s` };
  return {
    text: `${look}: if it was stopped, kill -CONT ${pid} lets it go on; if it hangs, kill ${pid} frees the lock`,
  };
}

/**
 * What to do.
 *
 * @param explanation How it stands with the source.
 * @param facts What else is known.
 */
export function adviceOf({ hint, data }: Explanation, { label, hasRecipe, lock }: AdviceFacts): Advice {
  if (lock !== undefined) return aboutLock(lock);
  const again = { words: ["refresh", label] };
  const there = data.state === "absent" ? "" : "nothing needs to be done; ";
  switch (hint.action) {
    case "none":
    case "check-process":
      return { text: hint.text };
    case "wait":
      return hasRecipe ? { text: `${hint.text}; to wait for that`, ...again } : { text: hint.text };
    case "ask":
      if (hasRecipe) {
        return { text: data.state === "absent" ? "to bring it" : `${there}to have new data now`, ...again };
      }
      return { text: `${there}the program that keeps it here refreshes it when it asks for it` };
    case "force":
      if (hasRecipe) return { text: "to try at once, and to see the whole error if it fails", ...again };
      return { text: "the program that keeps it here can try at once, with a forced refresh" };
    case "check-clock":
      return { text: hint.text, words: ["doctor"] };
    case "say-ttl":
      return { text: `${hint.text}, for example`, words: ["explain", "--ttl", "24h", label] };
  }
}

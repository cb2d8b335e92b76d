/**
 * What a file system really does, found out by trying: hard links, times, and the notice of changes.
 *
 * @module
 */

import type { Adapter } from "../../adapter.ts";
import { AdapterError } from "../../errors.ts";
import { FUTURE_TOLERANCE_MS } from "../../freshness.ts";
import { roughly, roughSize } from "../screen/rough.ts";
import { codeOf, remedyOf } from "./adapter_faults.ts";
import { attention, type Finding, ok, problem } from "./finding.ts";
import type { Probe } from "./probe.ts";
import { freeBytes } from "./system.ts";

const LINKS = "hard links";
const CLOCK = "clock";
const WATCH = "watch";
const SPACE = "space";

/** How long a change may take to be noticed, in milliseconds: far longer than it ever does. */
const NOTICE_MS = 15_000;

/** With less than this, data may not fit any more, in bytes. */
const LITTLE_ROOM_BYTES = 16_000_000;

const ELSEWHERE = "choose another --root, on a local disk";

const bytes = (text: string) => new TextEncoder().encode(text);

/** What each step should come to, and what it came to. */
function* linkSteps(adapter: Adapter, probe: Probe): Generator<readonly [string, string, string]> {
  const [one, two, three] = [probe.path("one"), probe.path("two"), probe.path("three")];
  const text = (path: string) => new TextDecoder().decode(adapter.read(path)?.bytes);
  yield ["making a file", adapter.createExclusive(one, bytes("1")), "created"];
  yield ["making it again", adapter.createExclusive(one, bytes("2")), "exists"];
  yield ["linking it", adapter.link(one, two), "linked"];
  yield ["linking it again", adapter.link(one, two), "exists"];
  yield ["reading the link", text(two), "1"];
  yield ["making another file", adapter.createExclusive(three, bytes("3")), "created"];
  yield ["replacing the link", adapter.replace(three, two), "replaced"];
  yield ["reading what replaced it", text(two), "3"];
  yield ["reading the file itself", text(one), "1"];
  yield ["removing it", String(adapter.remove(two)), "true"];
}

/** Whether of two who link one name exactly one wins, and a replacement is whole. */
export function tryLinks(adapter: Adapter, probe: Probe): Finding {
  try {
    for (const [step, came, should] of linkSteps(adapter, probe)) {
      if (came === "unsupported") {
        return attention(LINKS, "there are none: locks are made in two steps, which is slower to recover", ELSEWHERE);
      }
      if (came !== should) {
        return problem(LINKS, `${step} came to "${came}", not "${should}": locks do not hold`, ELSEWHERE);
      }
    }
    return ok(LINKS, "of two who link one name, one wins");
  } catch (error) {
    return problem(LINKS, `they cannot be tried: ${codeOf(error)}`, remedyOf(error, probe.folder));
  }
}

/**
 * Judges the time that a new file got.
 *
 * @param before The clock before it was made, milliseconds since the epoch.
 * @param modifiedAt Its time.
 * @param after The clock after that.
 */
export function judgeClock(before: number, modifiedAt: number, after: number): Finding {
  const off = modifiedAt < before ? before - modifiedAt : Math.max(0, modifiedAt - after);
  if (off <= FUTURE_TOLERANCE_MS) return ok(CLOCK, "the disk's and this machine's agree");
  const which = modifiedAt < before ? "behind" : "ahead of";
  return problem(CLOCK, `a new file's time is ${roughly(off)} ${which} this machine's clock`, ELSEWHERE);
}

/** Compares the disk's clock with this machine's. */
export function tryClock(adapter: Adapter, probe: Probe, now: () => number): Finding {
  const path = probe.path("time");
  try {
    const before = now();
    adapter.createExclusive(path, bytes("now"));
    return judgeClock(before, adapter.stat(path)?.modifiedAt ?? Number.NaN, now());
  } catch (error) {
    return problem(CLOCK, `it cannot be compared: ${codeOf(error)}`, remedyOf(error, probe.folder));
  }
}

function notice(adapter: Adapter, probe: Probe, patience: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const end = (heard: boolean) => {
      clearTimeout(timer);
      watcher.close();
      resolve(heard);
    };
    // First: if it throws, there is nothing to be ended.
    const watcher = adapter.watch(probe.folder, () => end(true));
    const timer = setTimeout(() => end(false), patience);
    try {
      adapter.createExclusive(probe.path("changed"), bytes(""));
    } catch (error) {
      clearTimeout(timer);
      watcher.close();
      reject(error);
    }
  });
}

/**
 * Whether a change is noticed.
 *
 * @param adapter The files.
 * @param probe Where to try it.
 * @param patience How long to wait for that, in milliseconds.
 */
export async function tryWatch(adapter: Adapter, probe: Probe, patience: number = NOTICE_MS): Promise<Finding> {
  const without = "whoever waits looks every 250 ms instead";
  try {
    if (await notice(adapter, probe, patience)) return ok(WATCH, "changes are noticed at once");
    return attention(WATCH, `a change was not noticed: ${without}`, ELSEWHERE);
  } catch (error) {
    const exhausted = error instanceof AdapterError && ["EMFILE", "ENOSPC"].includes(error.code) &&
      error.operation === "watch";
    const fix = exhausted
      ? "sudo sysctl fs.inotify.max_user_instances=1024 fs.inotify.max_user_watches=524288"
      : remedyOf(error, probe.folder);
    return attention(WATCH, `changes cannot be noticed (${codeOf(error)}): ${without}`, fix);
  }
}

/** Whether there is room for data. */
export function judgeSpace(free: number | undefined, folder: string): Finding[] {
  if (free === undefined) return [];
  if (free >= LITTLE_ROOM_BYTES) return [ok(SPACE, `${roughSize(free)} free`)];
  const full = new AdapterError({ operation: "stage", path: folder, code: "ENOSPC" });
  return [attention(SPACE, `only ${roughSize(free)} free`, remedyOf(full, folder))];
}

/** The same, of a folder. */
export function trySpace(folder: string): Finding[] {
  return judgeSpace(freeBytes(folder), folder);
}

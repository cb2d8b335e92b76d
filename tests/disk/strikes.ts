/**
 * What can go wrong with a file system, operation by operation.
 *
 * @module
 */

import type { Errno } from "../../src/errors.ts";
import type { Fault, FaultyVerb } from "../support/faulty_adapter.ts";

/** A call of an adapter. */
export interface Call {
  readonly verb: FaultyVerb;
  readonly path: string;
}

/** One way in which a disk lets somebody down. */
export interface Strike {
  /** For a list of what went wrong. */
  readonly label: string;
  /** Whether it stands for others like it, so that whoever comes next is tried, too. */
  readonly thorough: boolean;
  /** What happens to a call. */
  readonly fault: (verb: FaultyVerb, index: number) => Fault | undefined;
}

/**
 * The errors that a verb can give on Linux. Left out is what says what a path is, not what state the disk is in: a file
 * that is too large, a link, a folder. Identity and liveness never fail.
 */
const ERRNOS: Readonly<Partial<Record<FaultyVerb, readonly Errno[]>>> = {
  stat: ["EACCES", "EIO", "ENOMEM", "ENOTDIR", "ESTALE"],
  read: ["EACCES", "EIO", "EMFILE", "ENFILE", "ENOMEM", "ENOTDIR", "EPERM", "ESTALE"],
  readLarge: ["EACCES", "EIO", "EMFILE", "ENFILE", "ENOMEM", "ENOTDIR", "EPERM", "ESTALE"],
  createExclusive: ["EACCES", "EDQUOT", "EIO", "EMFILE", "ENFILE", "ENOSPC", "ENOTDIR", "EPERM", "EROFS"],
  stage: ["EACCES", "EDQUOT", "EIO", "EMFILE", "ENFILE", "ENOSPC", "ENOTDIR", "EPERM", "EROFS"],
  link: ["EDQUOT", "EIO", "ENOMEM", "ENOSPC", "ENOTDIR", "EROFS"],
  replace: ["EACCES", "EBUSY", "EDQUOT", "EIO", "ENOSPC", "ENOTDIR", "EPERM", "EROFS"],
  remove: ["EACCES", "EBUSY", "EIO", "ENOTDIR", "EPERM", "EROFS"],
  list: ["EACCES", "EIO", "EMFILE", "ENFILE", "ENOTDIR"],
  makeDirectory: ["EACCES", "EDQUOT", "EIO", "EMLINK", "ENOSPC", "ENOTDIR", "EPERM", "EROFS"],
  realPath: ["EACCES", "EIO", "ENOMEM", "ENOTDIR"],
  setModified: ["EACCES", "EIO", "EPERM", "EROFS"],
  watch: ["EMFILE", "ENOSPC", "ENOTDIR"],
};

/** What a verb does that changes something: it may be done, and be reported as failed all the same. */
const CHANGING: ReadonlySet<FaultyVerb> = new Set<FaultyVerb>([
  "createExclusive",
  "link",
  "makeDirectory",
  "remove",
  "replace",
  "setModified",
  "stage",
]);

/** What writes bytes, and may write only some of them. */
const WRITING: ReadonlySet<FaultyVerb> = new Set<FaultyVerb>(["createExclusive", "stage"]);

/** What opens a file. */
const OPENING: ReadonlySet<FaultyVerb> = new Set<FaultyVerb>([...WRITING, "read", "readLarge", "list", "watch"]);

/** What needs room. */
const GROWING: ReadonlySet<FaultyVerb> = new Set<FaultyVerb>([...WRITING, "link", "makeDirectory"]);

/** What goes on for a while. */
const CONDITIONS: readonly { readonly label: string; fault(verb: FaultyVerb): Fault | undefined }[] = [
  { label: "the disk is full", fault: (verb) => GROWING.has(verb) ? "ENOSPC" : undefined },
  { label: "the disk is read-only", fault: (verb) => CHANGING.has(verb) ? "EROFS" : undefined },
  { label: "no descriptor is left", fault: (verb) => OPENING.has(verb) ? "EMFILE" : undefined },
  { label: "the disk is broken", fault: (verb) => verb in ERRNOS ? "EIO" : undefined },
];

function nameOf({ verb, path }: Call, index: number): string {
  return `call ${index}, ${verb} ${path.replaceAll(/[0-9a-f]{32}/g, "TOKEN")}`;
}

/** Every way in which one of these calls can fail, once. */
export function* singleStrikes(calls: readonly Call[]): Generator<Strike> {
  for (const [at, call] of calls.entries()) {
    const faults: Fault[] = [...ERRNOS[call.verb] ?? []];
    if (CHANGING.has(call.verb)) faults.push({ after: "EIO" });
    if (WRITING.has(call.verb)) faults.push("short");
    for (const [place, fault] of faults.entries()) {
      const what = typeof fault === "string" ? fault : `done, and reported as failed`;
      yield {
        label: `${nameOf(call, at)}: ${what}`,
        thorough: place === 0 || typeof fault !== "string" || fault === "short",
        fault: (verb, index) => index === at && verb === call.verb ? fault : undefined,
      };
    }
  }
}

/** Every condition that can set in with one of these calls, and last. */
export function* lastingStrikes(calls: readonly Call[]): Generator<Strike> {
  for (const [at, call] of calls.entries()) {
    for (const { label, fault } of CONDITIONS) {
      if (fault(call.verb) === undefined) continue;
      yield {
        label: `from ${nameOf(call, at)}, on: ${label}`,
        thorough: false,
        fault: (verb, index) => index >= at ? fault(verb) : undefined,
      };
    }
  }
}

/**
 * Sans I/O: a critical section is a generator that yields one adapter operation at a time and receives its result.
 *
 * Who drives it decides what happens between two operations: the product runs it to its end in one turn of the event
 * loop (`driver.ts`), a simulation may interleave several, fail an operation, or never resume one, as a killed process.
 *
 * @module
 */

import type { CreateOutcome, FileContent, FileStat, LinkOutcome, Liveness } from "../adapter.ts";

/** One operation of an adapter, as data. */
export type Operation =
  | { readonly verb: "stat"; readonly path: string }
  | { readonly verb: "read"; readonly path: string; readonly limit: number }
  | { readonly verb: "createExclusive"; readonly path: string; readonly bytes: Uint8Array }
  | { readonly verb: "link"; readonly existing: string; readonly path: string }
  | { readonly verb: "replace"; readonly from: string; readonly to: string }
  | { readonly verb: "remove"; readonly path: string }
  | { readonly verb: "setModified"; readonly path: string; readonly modifiedAt: number }
  | { readonly verb: "liveness"; readonly pid: number };

/** A piece of the protocol that yields operations and returns a `T`. */
export type Step<T> = Generator<Operation, T, unknown>;

/** Yields a `stat`. */
export function* stat(path: string): Step<FileStat | undefined> {
  return (yield { verb: "stat", path }) as FileStat | undefined;
}

/** Yields a `read` of at most `limit` bytes. */
export function* read(path: string, limit: number): Step<FileContent | undefined> {
  return (yield { verb: "read", path, limit }) as FileContent | undefined;
}

/** Yields a `createExclusive`. */
export function* createExclusive(path: string, bytes: Uint8Array): Step<CreateOutcome> {
  return (yield { verb: "createExclusive", path, bytes }) as CreateOutcome;
}

/** Yields a `link`. */
export function* link(existing: string, path: string): Step<LinkOutcome> {
  return (yield { verb: "link", existing, path }) as LinkOutcome;
}

/** Yields a `replace`. */
export function* replace(from: string, to: string): Step<"replaced" | "absent"> {
  return (yield { verb: "replace", from, to }) as "replaced" | "absent";
}

/** Yields a `remove`. */
export function* remove(path: string): Step<boolean> {
  return (yield { verb: "remove", path }) as boolean;
}

/** Yields a `setModified`. */
export function* setModified(path: string, modifiedAt: number): Step<boolean> {
  return (yield { verb: "setModified", path, modifiedAt }) as boolean;
}

/** Yields a `liveness`. */
export function* liveness(pid: number): Step<Liveness> {
  return (yield { verb: "liveness", pid }) as Liveness;
}

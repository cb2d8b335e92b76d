/**
 * What the clauses of the adapter suite have in common: the fixture's shape, and small helpers.
 *
 * @module
 */

import { assert, assertEquals, assertInstanceOf, assertStringIncludes } from "@std/assert";
import { delay } from "@std/async/delay";
import { it } from "node:test";
import type { Adapter, FileKind } from "../../../src/adapter.ts";
import { AdapterError, type Errno } from "../../../src/errors.ts";
import type { ChildKind, FailureReport, VerbResult } from "../../support/child_jobs.ts";
import { rounds } from "../../support/rounds.ts";

/** Somebody else who works on the same files, not through the adapter. */
export interface Hand {
  /** Makes or overwrites a file, in place. */
  write(path: string, content: string | Uint8Array): void;
  folder(path: string): void;
  /** Makes a symbolic link. */
  link(target: string, path: string): void;
  /** Makes a named pipe. Needed with the capability `pipes`. */
  pipe(path: string): void;
  /** Removes whatever is there, with all that is in it. */
  remove(path: string): void;
  /** A file's text; `undefined` if nothing is there. */
  text(path: string): string | undefined;
  kind(path: string): FileKind | undefined;
  /** The names in a folder, sorted. */
  names(path: string): string[];
  mode(path: string): number;
  /** Lets everybody use a folder, and those above it that belong to the fixture. */
  open(path: string): void;
}

/** File systems with a limit. Needed with the capability `mounts`. */
export interface Disks {
  /** An empty folder on a disk with room for 16 KiB to 64 KiB. */
  small(): string;
  /** A folder on a disk of its own. */
  other(): string;
  /** A folder with a file `file`, on a disk that cannot be changed. */
  readOnly(): string;
  /** A file on a disk without hard links. */
  withoutHardLinks(): string;
}

/** A process that is not this one. */
export interface OtherProcess {
  readonly pid: number;
  /** Ends it; when that resolves, nothing of it is left. */
  end(): Promise<void>;
}

/** Makes processes. */
export interface Processes {
  /** One that lives until it is ended. */
  start(): Promise<OtherProcess>;
  /** One that has ended, and whose parent has not noticed. Needed with the capability `zombies`. */
  zombie(): Promise<OtherProcess>;
}

/** An adapter in a world of its own: an empty folder, and the means to provoke whatever an adapter must cope with. */
export interface AdapterFixture {
  readonly adapter: Adapter;
  /** The PID of the process that the adapter is in. */
  readonly pid: number;
  /** An empty folder. */
  readonly root: string;
  readonly hand: Hand;
  readonly disks: Disks;
  readonly processes: Processes;
  /** The same kind of adapter in a process of its own. Needed with the capability `children`. */
  readonly child: ChildKind;
  /** Frees everything. */
  dispose(): Promise<void> | void;
}

/**
 * - `children`: processes of its own kind can be started.
 * - `pipes`, `mounts`, `users`, `limits`, `namespaces`, `zombies`, `watch-limit`: the machine lets these be made.
 * - `keeps-folders`: `remove` does not remove an empty folder.
 * - `lets-go`: a watch that has called does not keep the process alive.
 * - `yields`: reading takes time, in which others get their turn.
 * - `liveness`: it may ask about other processes, and knows the host.
 */
export type AdapterCapability =
  | "children"
  | "pipes"
  | "mounts"
  | "users"
  | "limits"
  | "namespaces"
  | "zombies"
  | "watch-limit"
  | "keeps-folders"
  | "lets-go"
  | "yields"
  | "liveness";

/** What can be shown of an adapter here: `true`, or the reason why it cannot. */
export type AdapterCapabilities = Readonly<Record<AdapterCapability, true | string>>;

/** Makes a fixture; called for every clause. */
export type MakeFixture = () => Promise<AdapterFixture> | AdapterFixture;

/** Adds a clause to the suite; only where everything that it needs is there. */
export type AddClause = (
  name: string,
  run: (fixture: AdapterFixture) => Promise<void> | void,
  ...needs: readonly AdapterCapability[]
) => void;

/** Generous: a machine may be busy. */
const TIMEOUT_MS = 120_000 * rounds;

/** Makes the function that adds clauses: each gets its own world, which is cleaned up after it. */
export function clauseMaker(makeFixture: MakeFixture, capabilities: AdapterCapabilities): AddClause {
  return (name, run, ...needs) => {
    if (!needs.every((need) => capabilities[need] === true)) return;
    void it(name, { timeout: TIMEOUT_MS }, async () => {
      const fixture = await makeFixture();
      try {
        await run(fixture);
      } finally {
        await fixture.dispose();
      }
    });
  };
}

/** Two runtimes may differ by what lies behind the millisecond. */
export const TOLERANCE_MS = 1;

/** The bytes of a text. */
export function encode(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** The text of bytes. */
export function decode(bytes: Uint8Array | undefined): string | undefined {
  return bytes && new TextDecoder().decode(bytes);
}

/** What a failure must say. */
export interface ExpectedFailure {
  readonly operation: string;
  readonly path: string;
  /** One of these. */
  readonly codes: readonly Errno[];
}

/** Checks that an error is the one error of adapters and says all that it should. */
export function assertAdapterError(error: unknown, { operation, path, codes }: ExpectedFailure): void {
  assertInstanceOf(error, AdapterError, `${operation} ${path} should fail with an AdapterError`);
  assert(
    codes.includes(error.code),
    `${operation} ${path} failed with ${error.code}, not with ${codes}: ${error.message}`,
  );
  assertEquals(error.operation, operation, "the error's operation");
  assertEquals(error.path, path, "the error's path");
  assertInstanceOf(error.cause, Error, "the error's cause");
  for (const part of [operation, path, error.code, error.cause.message]) assertStringIncludes(error.message, part);
}

/** Calls, and checks that it fails as it should. */
export function assertFails(
  operation: string,
  path: string,
  codes: Errno | readonly Errno[],
  call: () => unknown,
): void {
  let value: unknown;
  try {
    value = call();
  } catch (error) {
    return assertAdapterError(error, { operation, path, codes: [codes].flat() as Errno[] });
  }
  throw new Error(`${operation} ${path} should fail with ${codes}, and returned ${JSON.stringify(value)}`);
}

/** {@linkcode assertFails} for the asynchronous verbs. */
export async function assertRejected(
  operation: string,
  path: string,
  codes: Errno | readonly Errno[],
  call: () => Promise<unknown>,
): Promise<void> {
  const error = await call().then(() => undefined, (error: unknown) => error);
  assertAdapterError(error, { operation, path, codes: [codes].flat() as Errno[] });
}

/** The failure that a child reports. */
export function failureOf(result: VerbResult | undefined): FailureReport {
  assert(result !== undefined && "error" in result, `the child's call should fail, and gave ${JSON.stringify(result)}`);
  return result.error;
}

/** The value that a child reports. */
export function valueOf(result: VerbResult | undefined): unknown {
  assert(result !== undefined && "value" in result, `the child's call should work, and gave ${JSON.stringify(result)}`);
  return result.value;
}

/** How often a condition is looked at, in milliseconds. */
const LOOK_MS = 5;

/** When it is given up: long before the clause's time-out, after which nobody would stop looking. In milliseconds. */
const PATIENCE_MS = 60_000;

/** Waits until something is so. */
export async function until(condition: () => boolean): Promise<void> {
  for (let waited = 0; !condition(); waited += LOOK_MS) {
    if (waited > PATIENCE_MS) throw new Error(`after ${PATIENCE_MS} ms still not: ${condition}`);
    await delay(LOOK_MS);
  }
}

/**
 * The jobs that a test gives to a child process with an adapter of its own, and what comes back, as JSON.
 *
 * @module
 */

import type { RuntimeName } from "../../scripts/runtimes.ts";

/** `"native"`: the one that is detected. `"node"`: Node's, whatever the runtime. */
export type AdapterChoice = "native" | "node";

/** A verb to call. Bytes are given as text. */
export interface VerbCall {
  readonly verb: string;
  readonly args: readonly unknown[];
}

/** What became of it. Bytes come back as text. */
export type VerbResult = { readonly value: unknown } | { readonly error: FailureReport };

/** An error, as far as it can be written down. */
export interface FailureReport {
  readonly name: string;
  readonly message: string;
  readonly code?: unknown;
  readonly operation?: unknown;
  readonly path?: unknown;
  /** Whether there is a cause that is an error. */
  readonly hasCause: boolean;
}

/** A job. */
export type Job =
  /** Calls verbs one after the other, each as many times as `times` says; only the last result of each comes back. */
  | { readonly job: "verbs"; readonly calls: readonly VerbCall[]; readonly times?: number }
  /** Waits for the file `go`, then tries to make or to link every name; says which ones it won. */
  | {
    readonly job: "race";
    readonly how: "createExclusive" | "link" | "makeDirectory";
    readonly folder: string;
    readonly names: number;
    /** What it writes; every process has another one. */
    readonly version: number;
  }
  /** Replaces `target` by version after version until the file `stop` is there. */
  | { readonly job: "replace"; readonly folder: string; readonly target: string; readonly stop: string }
  /** Watches a folder, changes it `changes` times and waits for the first call; then has nothing more to do. */
  | { readonly job: "watch"; readonly folder: string; readonly changes: number; readonly close: boolean }
  /** Reads a folder in part, and files that are refused, so often that a leak would use up all descriptors. */
  | { readonly job: "leak"; readonly folder: string; readonly times: number };

/** What comes back from {@linkcode Job} `race`. */
export interface RaceResult {
  /** The names that this process got. */
  readonly won: readonly number[];
  /** What it saw of names that others got, and should not have seen. */
  readonly problems: readonly string[];
}

/** A runtime, an adapter, and Deno's permissions. */
export interface ChildKind {
  readonly runtime: RuntimeName;
  readonly adapter: AdapterChoice;
  readonly denoFlags?: readonly string[];
}

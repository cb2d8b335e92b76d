/**
 * Other processes, as far as a store can tell: with an identity of their own, and without this one's memory of what it
 * could not remove.
 *
 * @module
 */

import { spawnSync } from "node:child_process";
import process from "node:process";
import type { Adapter, Identity } from "../../src/adapter.ts";
import type { FileStore, FileStoreOptions } from "../../src/file_store/file_store.ts";
import { FaultyAdapter } from "./faulty_adapter.ts";

// By another name a module is loaded once more, with state of its own.
const again: string = "../../src/file_store/file_store.ts?of-another-process";
const elsewhere = await import(again) as { readonly FileStore: typeof FileStore };

/** An adapter of a process that lives for as long as the test does. */
export function strangersAdapter(inner: Adapter): Adapter {
  return withIdentity(inner, process.ppid, inner.liveness(process.ppid).processStart);
}

let deadPid: number | undefined;

/** An adapter of a process that is dead already. */
export function deadAdapter(inner: Adapter): Adapter {
  deadPid ??= spawnSync(process.execPath, ["--version"]).pid;
  return withIdentity(inner, deadPid, "0");
}

/** A store as another process would make it. Stores of several other processes share their memory. */
export function storeElsewhere(options: FileStoreOptions): FileStore {
  return new elsewhere.FileStore(options);
}

function withIdentity(inner: Adapter, pid: number, processStart: string | undefined): Adapter {
  const identity: Identity = { ...inner.self(), pid, processStart };
  return new FaultyAdapter(inner, (verb) => verb === "self" ? { returns: identity } : undefined);
}

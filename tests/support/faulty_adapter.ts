/**
 * An adapter around any other one that fails on purpose: before an operation, after it took effect, or half-way.
 *
 * @module
 */

import type {
  Adapter,
  CreateOutcome,
  DirectoryEntry,
  FileContent,
  FileStat,
  Identity,
  LinkOutcome,
  Liveness,
  StageOptions,
  Watcher,
} from "../../src/adapter.ts";
import { AdapterError, type Errno } from "../../src/errors.ts";

/** The verbs that can fail. */
export type FaultyVerb = Exclude<keyof Adapter, "name">;

/**
 * What goes wrong.
 *
 * - An {@linkcode Errno}: the operation is not carried out, and fails with that.
 * - `after`: it is carried out, and is reported as failed.
 * - `returns`: it is not carried out, and returns that.
 * - `"short"`, for what writes a file: half of the bytes are written, and stay; it fails with ENOSPC.
 */
export type Fault = Errno | { readonly after: Errno } | { readonly returns: unknown } | "short";

/**
 * Decides about each call.
 *
 * @param verb The verb.
 * @param path The path it works on; for `link` and `replace` the name it makes, for `liveness` the PID as text.
 * @param count How often this verb has been called, this call included.
 */
export type FaultPlan = (verb: FaultyVerb, path: string, count: number) => Fault | undefined;

/** An adapter that fails as planned. */
export class FaultyAdapter implements Adapter {
  readonly name: string;
  readonly #inner: Adapter;
  readonly #plan: FaultPlan;
  readonly #counts = new Map<FaultyVerb, number>();

  /**
   * @param inner The adapter that does the work.
   * @param plan What goes wrong.
   */
  constructor(inner: Adapter, plan: FaultPlan) {
    this.name = `faulty ${inner.name}`;
    this.#inner = inner;
    this.#plan = plan;
  }

  /** How often a verb has been called. */
  count(verb: FaultyVerb): number {
    return this.#counts.get(verb) ?? 0;
  }

  stat(path: string): FileStat | undefined {
    return this.#call("stat", path, () => this.#inner.stat(path));
  }

  read(path: string, limit?: number): FileContent | undefined {
    return this.#call("read", path, () => this.#inner.read(path, limit));
  }

  readLarge(path: string, limit?: number): Promise<FileContent | undefined> {
    return this.#callAsync("readLarge", path, () => this.#inner.readLarge(path, limit));
  }

  createExclusive(path: string, bytes: Uint8Array): CreateOutcome {
    const create = (written: Uint8Array) => this.#inner.createExclusive(path, written);
    return this.#call("createExclusive", path, () => create(bytes), () => create(half(bytes)));
  }

  stage(path: string, bytes: Uint8Array, options: StageOptions): Promise<CreateOutcome> {
    const stage = (written: Uint8Array) => this.#inner.stage(path, written, options);
    return this.#callAsync("stage", path, () => stage(bytes), () => stage(half(bytes)));
  }

  link(existing: string, path: string): LinkOutcome {
    return this.#call("link", path, () => this.#inner.link(existing, path));
  }

  replace(from: string, to: string): "replaced" | "absent" {
    return this.#call("replace", to, () => this.#inner.replace(from, to));
  }

  remove(path: string): boolean {
    return this.#call("remove", path, () => this.#inner.remove(path));
  }

  list(path: string): Iterable<DirectoryEntry> | undefined {
    return this.#call("list", path, () => this.#inner.list(path));
  }

  makeDirectory(path: string): "created" | "exists" {
    return this.#call("makeDirectory", path, () => this.#inner.makeDirectory(path));
  }

  realPath(path: string): string | undefined {
    return this.#call("realPath", path, () => this.#inner.realPath(path));
  }

  setModified(path: string, modifiedAt: number): boolean {
    return this.#call("setModified", path, () => this.#inner.setModified(path, modifiedAt));
  }

  watch(path: string, onChange: (name: string | undefined) => void): Watcher {
    return this.#call("watch", path, () => this.#inner.watch(path, onChange));
  }

  self(): Identity {
    return this.#call("self", "", () => this.#inner.self());
  }

  liveness(pid: number): Liveness {
    return this.#call("liveness", `${pid}`, () => this.#inner.liveness(pid));
  }

  #decide(verb: FaultyVerb, path: string): Fault | undefined {
    const count = this.count(verb) + 1;
    this.#counts.set(verb, count);
    return this.#plan(verb, path, count);
  }

  #call<T>(verb: FaultyVerb, path: string, work: () => T, halfWork: () => T = work): T {
    const fault = this.#decide(verb, path);
    if (fault === undefined) return work();
    if (fault === "short") {
      halfWork();
      throw failure(verb, path, "ENOSPC");
    }
    if (typeof fault === "string") throw failure(verb, path, fault);
    if ("returns" in fault) return fault.returns as T;
    work();
    throw failure(verb, path, fault.after);
  }

  async #callAsync<T>(
    verb: FaultyVerb,
    path: string,
    work: () => Promise<T>,
    halfWork: () => Promise<T> = work,
  ): Promise<T> {
    const fault = this.#decide(verb, path);
    if (fault === undefined) return await work();
    if (fault === "short") {
      await halfWork();
      throw failure(verb, path, "ENOSPC");
    }
    if (typeof fault === "string") throw failure(verb, path, fault);
    if ("returns" in fault) return fault.returns as T;
    await work();
    throw failure(verb, path, fault.after);
  }
}

/** The same adapter on a file system without hard links. */
export function withoutHardLinks(inner: Adapter): FaultyAdapter {
  return new FaultyAdapter(inner, (verb) => verb === "link" ? { returns: "unsupported" } : undefined);
}

function half(bytes: Uint8Array): Uint8Array {
  return bytes.slice(0, bytes.length >> 1);
}

function failure(operation: string, path: string, code: Errno): AdapterError {
  return new AdapterError({ operation, path, code, cause: new Error("on purpose") });
}

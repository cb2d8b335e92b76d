/**
 * A cache on a real folder whose disk fails as planned, and a process beside it whose disk does not.
 *
 * @module
 */

import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import type { Adapter } from "../../src/adapter.ts";
import { detectAdapter } from "../../src/adapters/detect.ts";
import { systemClock } from "../../src/clock.ts";
import { DiscoveryCache } from "../../src/discovery_cache.ts";
import { FileStore } from "../../src/file_store/file_store.ts";
import { encodeLock } from "../../src/file_store/record.ts";
import { encode, KEY, SOURCE, textOf, Transcript, TTL } from "../cache/bench.ts";
import { FaultyAdapter, withoutHardLinks } from "../support/faulty_adapter.ts";
import { ManualClock } from "../support/manual_clock.ts";
import { deadAdapter, storeElsewhere, strangersAdapter } from "../support/stranger.ts";
import type { Call, Strike } from "./strikes.ts";

/** The adapters of the three processes, on one kind of disk. */
function parties(disk: Adapter) {
  return { own: disk, strangers: strangersAdapter(disk), dead: deadAdapter(disk) };
}

/** What disks can do differs. */
const DISKS = {
  "with hard links": parties(detectAdapter()),
  "without hard links": parties(withoutHardLinks(detectAdapter())),
};

/** A kind of disk. */
export type Disk = keyof typeof DISKS;

/** A token that no party makes. */
export function otherToken(digit: string): string {
  return digit.repeat(32);
}

/** What could not be removed is remembered by its token, for all roots of a process: no two may have the same. */
class WorldClock extends ManualClock {
  override randomBytes(length: number): Uint8Array {
    return systemClock.randomBytes(length);
  }
}

/** One root, and three processes: this one, a stranger, and one that is dead. */
export class World {
  readonly root: string;
  readonly clock: ManualClock = new WorldClock();
  /** This process's cache, on the disk that fails. */
  readonly cache: DiscoveryCache;
  /** This process's store, for what a cache has no call for. */
  readonly store: FileStore;
  /** Another process's. */
  readonly strangersStore: FileStore;
  readonly stranger: DiscoveryCache;
  /** Of a process that ended in the middle of its work. */
  readonly deadStore: FileStore;
  /** What this process's cache has told. */
  readonly heard: Transcript;
  /** The calls that this process made since it was told to begin. */
  readonly calls: Call[] = [];
  /** Whether anything has failed. */
  struck = false;
  readonly #dead: Adapter;
  #strike: Strike | undefined;
  #begun = false;

  /**
   * @param root Its folder, which need not be there.
   * @param disk What it is on.
   */
  constructor(root: string, disk: Disk = "with hard links") {
    this.root = root;
    const { clock } = this;
    const { own, strangers, dead } = DISKS[disk];
    this.#dead = dead;
    const adapter = new FaultyAdapter(own, (verb, path) => {
      if (!this.#begun) return undefined;
      this.calls.push({ verb, path: path.replace(root, "") });
      const fault = this.#strike?.fault(verb, this.calls.length - 1);
      if (fault !== undefined) this.struck = true;
      return fault;
    });
    const rest = { root, clock, durable: false };
    this.cache = new DiscoveryCache({ ...rest, adapter });
    this.store = new FileStore({ ...rest, adapter });
    this.strangersStore = storeElsewhere({ ...rest, adapter: strangers });
    this.stranger = new DiscoveryCache({ store: this.strangersStore, clock });
    this.deadStore = storeElsewhere({ ...rest, adapter: dead });
    this.heard = new Transcript(this.cache);
  }

  /** From now on calls are counted, and fail as the strike wants. */
  begin(strike: Strike | undefined): void {
    this.#strike = strike;
    this.#begun = true;
  }

  /** From now on nothing fails any more. */
  heal(): void {
    this.#strike = undefined;
    this.#begun = false;
  }

  /** Puts stale data there. */
  async seed(): Promise<void> {
    await this.strangersStore.put(KEY, encode("old"), this.clock.now() - 2 * TTL);
  }

  /** Makes a file in the tier's folder. */
  leave(name: string, content: Uint8Array | string): void {
    mkdirSync(`${this.root}/discovery`, { recursive: true, mode: 0o700 });
    writeFileSync(`${this.root}/discovery/${name}`, content, { mode: 0o600 });
  }

  /** Makes a lock of the process that is dead. */
  leaveLock(name: string, token: string): void {
    this.leave(name, encodeLock({ ...this.#dead.self(), token, startedAt: this.clock.now() }));
  }

  /** What a cache reads. */
  async textBy(cache: DiscoveryCache): Promise<string | undefined> {
    return textOf(await cache.read(SOURCE));
  }

  /** Every path below the root. */
  paths(): string[] {
    return readdirSync(this.root, { recursive: true, encoding: "utf8" }).sort();
  }
}

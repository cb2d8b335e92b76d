/**
 * What the tests about the Go package's faults work with: a real root, caches and stores on it that know nothing of each
 * other, other processes that live, have ended or are zombies, and files planted as they leave them.
 *
 * @module
 */

import { existsSync, mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { it } from "node:test";
import type { RuntimeName } from "../../scripts/runtimes.ts";
import type { Adapter } from "../../src/adapter.ts";
import { detectAdapter } from "../../src/adapters/detect.ts";
import type { Clock } from "../../src/clock.ts";
import { DiscoveryCache } from "../../src/discovery_cache.ts";
import { FileStore } from "../../src/file_store/file_store.ts";
import { encodeLock, encodeMarker, type MarkerRecord } from "../../src/file_store/record.ts";
import type { Owner } from "../../src/store.ts";
import { newToken } from "../../src/token.ts";
import { inScene, type Scene } from "../support/cache_children.ts";
import { until } from "../cache/bench.ts";
import { until as untilSeen } from "../support/command_bench.ts";
import { FaultyAdapter } from "../support/faulty_adapter.ts";
import { ManualClock } from "../support/manual_clock.ts";
import { type Lasting, startLasting, tool } from "../support/processes.ts";
import type { FaultNumber } from "./model.ts";

/** The adapter of the runtime that this test runs on. */
export const native: Adapter = detectAdapter();

/** That runtime. */
export const here = native.name as RuntimeName;

/** How the files of the source `models` end: its data, its lock, its marker, and what is staged for them. */
export type Ending = "json" | "lock" | "refreshing" | `${string}.tmp` | `lock${"~" | "~~"}`;

let places = 0;

/** A root, and all who work on it. Time stands still there until it is told to go on. */
export class Place {
  /** The root, and child processes that share it. */
  readonly scene: Scene;
  /** The clock. Its randomness is its own: no two tests make the same token. */
  readonly clock: ManualClock = new ManualClock(Date.now(), 1_000 * ++places);
  readonly #processes: Lasting[] = [];

  constructor(scene: Scene) {
    this.scene = scene;
  }

  /** A cache. With `elsewhere` it shares no refresh with the others: as one in another process. */
  cache(how: { adapter?: Adapter; elsewhere?: boolean; clock?: Clock } = {}): DiscoveryCache {
    const { adapter = how.elsewhere === true ? spied(() => {}) : native, clock = this.clock } = how;
    return new DiscoveryCache({ root: this.scene.root, adapter, clock, durable: false });
  }

  /** A store; what it does is no refresh of any cache here. */
  store(how: { adapter?: Adapter; clock?: Clock } = {}): FileStore {
    const { adapter = native, clock = this.clock } = how;
    return new FileStore({ root: this.scene.root, adapter, clock, durable: false });
  }

  /** Sets the clock to the real present: what real processes have done meanwhile is then past. */
  catchUp(): void {
    this.clock.jump(Math.max(0, Date.now() - this.clock.now()));
  }

  /** The path of a file of the source `models`. */
  path(ending: Ending): string {
    return join(this.scene.root, "discovery", `models.${ending}`);
  }

  /** Puts such a file there, behind everybody's back. */
  plant(ending: Ending, content: string | Uint8Array, ageMs = 0): void {
    mkdirSync(join(this.scene.root, "discovery"), { recursive: true, mode: 0o700 });
    writeFileSync(this.path(ending), content, { mode: 0o600 });
    const then = (this.clock.now() - ageMs) / 1_000;
    utimesSync(this.path(ending), then, then);
  }

  /** Its text; `undefined` if it is not there. */
  text(ending: Ending): string | undefined {
    return existsSync(this.path(ending)) ? readFileSync(this.path(ending), "utf8") : undefined;
  }

  /** The names of all files of the tier. */
  names(): string[] {
    const tier = join(this.scene.root, "discovery");
    return existsSync(tier) ? readdirSync(tier).sort() : [];
  }

  /** The record of a lock of ours, made by a process now. */
  lockOf(owner: Owner): Uint8Array {
    return encodeLock({ ...owner, startedAt: this.clock.now(), token: newToken(this.clock) });
  }

  /** The record of a marker of ours. */
  markerOf(owner: Owner, facts: Partial<MarkerRecord> = {}): Uint8Array {
    const startedAt = this.clock.now();
    const times = { startedAt, deadline: startedAt + 10_000, retryAt: undefined, attempts: 0 };
    const notes = { lastError: undefined, previous: undefined, progress: undefined };
    return encodeMarker({ ...owner, token: newToken(this.clock), ...times, ...notes, ...facts });
  }

  /** A process that lives, and does nothing. */
  async living(): Promise<Owner> {
    return ownerOf((await this.#start(["sleep", "600"])).pid);
  }

  /** A process that has been killed. */
  async killed(): Promise<Owner> {
    const lasting = await startLasting(["sleep", "600"]);
    const owner = ownerOf(lasting.pid);
    await lasting.end();
    return owner;
  }

  /** A process that has been killed, and whose parent never asks what became of it. */
  async zombie(): Promise<Owner> {
    const parent = await this.#start(["sh", "-c", "sleep 600 >&- & echo $!; exec sleep 600"], true);
    const owner = ownerOf(Number(parent.firstLine));
    await untilState(parent.pid, "S", "sleep");
    process.kill(owner.pid, "SIGKILL");
    await untilState(owner.pid, "Z");
    return owner;
  }

  /** Ends every process. */
  async dispose(): Promise<void> {
    await Promise.all(this.#processes.map((lasting) => lasting.end()));
  }

  async #start(argv: readonly string[], waits = false): Promise<Lasting> {
    const lasting = await startLasting(argv, waits);
    this.#processes.push(lasting);
    return lasting;
  }
}

/** A process, as it would sign its own records. */
export function ownerOf(pid: number): Owner {
  return { pid, host: native.self().host, processStart: native.liveness(pid).processStart };
}

/** Waits until the kernel says that a process is in a state (`S`, `T`, `Z`), and runs a program of this name. */
export async function untilState(pid: number, state: string, program = ""): Promise<void> {
  await untilSeen(`process ${pid} is ${state}`, () => {
    const { ok, says } = tool("cat", `/proc/${pid}/stat`);
    return ok && says.includes(`${program}) ${state} `);
  });
}

/** An adapter of its own whose every operation is seen, before it is carried out. */
export function spied(before: (verb: string, path: string) => void): Adapter {
  return new FaultyAdapter(native, (verb, path) => void before(verb, path));
}

/** What a promise resolves to while time stands still: whoever has to wait for anything never gets there, and it fails. */
export async function atOnce<T>(promise: Promise<T>): Promise<T> {
  let settled = false;
  const settle = () => void (settled = true);
  promise.then(settle, settle);
  await until(() => settled);
  return await promise;
}

/** A clock on which no sleep is shorter than so many milliseconds: a machine that is busy. */
export function sleepy(clock: Clock, shortest = 500): Clock {
  return {
    now: () => clock.now(),
    monotonic: () => clock.monotonic(),
    random: () => clock.random(),
    randomBytes: (length) => clock.randomBytes(length),
    sleep: (ms, options) => clock.sleep(Math.max(ms, shortest), options),
  };
}

/** What this machine must let a test do. */
const capabilities = {
  "proc": tool("test", "-r", "/proc/self/stat").ok || "there is no /proc, by which zombies and stopped ones are known",
  "namespaces": namespaces(),
} as const;

function namespaces(): true | string {
  const { ok, says } = tool("unshare", "--pid", "--fork", "--mount-proc", "--kill-child", "true");
  return ok || `this machine refuses \`unshare --pid\`: ${says}`;
}

/** What a test needs. */
export type Need = keyof typeof capabilities;

/**
 * Adds the test of a fault.
 *
 * @param number The fault.
 * @param holds What holds here.
 * @param run Shows it.
 * @param need What the machine must allow for that.
 */
export function fault(
  number: FaultNumber,
  holds: string,
  run: (place: Place) => Promise<void> | void,
  need?: Need,
): void {
  const answer = need === undefined ? true : capabilities[need];
  if (answer !== true) return console.log(`capability: faults of the model: ${need}: ${answer}`);
  void it(`${holds} (fault ${number})`, { timeout: 120_000 }, () => inPlace(run));
}

/** Gives work a place, and cleans up after it. */
export async function inPlace(work: (place: Place) => Promise<void> | void): Promise<void> {
  await inScene(async (scene) => {
    const place = new Place(scene);
    try {
      await work(place);
    } finally {
      await place.dispose();
    }
  });
}

/**
 * Who this process is and whether another one lives: the same judgement for every runtime, over the few questions that
 * each runtime answers in its own way.
 *
 * @module
 */

import type { Identity, Liveness } from "../adapter.ts";
import { hasEnded, linuxHost, parseBootTime, parseProcessStat, type ProcessStat, startOnWallClock } from "./proc.ts";

/** What a signal that is not sent tells: `"unknown"` if this process may not ask. */
export type SignalAnswer = "there" | "gone" | "unknown";

/** The questions. None of them prompts or throws. */
export interface ProcessSystem {
  /** This process's id. */
  readonly pid: number;
  /** Whether there can be a /proc. */
  readonly linux: boolean;
  /** The user id that new files get. */
  user(): number | undefined;
  /** The name of the machine. */
  hostName(): string | undefined;
  /** A small text file of the system; `undefined` if it is not there or may not be read. */
  readText(path: string): string | undefined;
  /** The target of a link of the system; `undefined` likewise. */
  readLink(path: string): string | undefined;
  /** Signal 0. */
  probe(pid: number): SignalAnswer;
}

/** No system has more: a PID is a signed 32-bit number, and 0 and the negative ones stand for groups. */
const MAX_PID = 0x7fff_ffff;

const DEAD: Liveness = { state: "dead", processStart: undefined, startedAt: undefined };
const UNKNOWN: Liveness = { state: "unknown", processStart: undefined, startedAt: undefined };
const ALIVE: Liveness = { state: "alive", processStart: undefined, startedAt: undefined };

/** Asks a question when its answer is first wanted, and never again. */
function once<T>(ask: () => T): () => T {
  let answer: { readonly value: T } | undefined;
  return () => (answer ??= { value: ask() }).value;
}

/** Answers {@linkcode Identity} and {@linkcode Liveness}. Asks nothing before it is called. */
export class Processes {
  readonly #system: ProcessSystem;
  readonly #identity: Identity;
  readonly #own: () => ProcessStat | undefined;

  constructor(system: ProcessSystem) {
    this.#system = system;
    const own = this.#own = once(() => {
      const text = system.linux ? system.readText("/proc/self/stat") : undefined;
      return text === undefined ? undefined : parseProcessStat(text);
    });
    const user = once(() => system.user());
    const host = once(() => this.#host());
    // Each part is asked for when it is first looked at: who only reads needs no more than the user.
    this.#identity = {
      pid: system.pid,
      get host() {
        return host();
      },
      get processStart() {
        return own()?.start;
      },
      get user() {
        return user();
      },
    };
  }

  self(): Identity {
    return this.#identity;
  }

  liveness(pid: number): Liveness {
    if (!Number.isInteger(pid) || pid <= 0 || pid > MAX_PID) return DEAD;
    if (this.#procIsOurs()) {
      const stat = this.#statOf(pid);
      if (stat !== undefined) return hasEnded(stat) ? DEAD : this.#aliveSince(stat);
    }
    if (pid === this.#system.pid) return ALIVE;
    // Also where /proc shows nothing: it may hide other users' processes.
    const answer = this.#system.probe(pid);
    if (answer === "unknown") return UNKNOWN;
    return answer === "gone" ? DEAD : ALIVE;
  }

  #host(): string | undefined {
    const system = this.#system;
    if (!system.linux) return system.hostName();
    const boot = this.#own() && system.readText("/proc/sys/kernel/random/boot_id");
    const namespace = boot === undefined ? undefined : system.readLink("/proc/self/ns/pid");
    return boot === undefined || namespace === undefined ? undefined : linuxHost(boot, namespace);
  }

  /** In a PID namespace of one's own without a /proc of its own, /proc speaks of other processes under these numbers. */
  #procIsOurs(): boolean {
    return this.#own()?.pid === this.#system.pid;
  }

  #statOf(pid: number): ProcessStat | undefined {
    const text = this.#system.readText(`/proc/${pid}/stat`);
    return text === undefined ? undefined : parseProcessStat(text);
  }

  #aliveSince({ start }: ProcessStat): Liveness {
    const system = this.#system;
    return {
      state: "alive",
      processStart: start,
      // Only when it is asked for: /proc/stat grows with the machine, and few records need it.
      get startedAt() {
        const text = system.readText("/proc/stat");
        const bootTime = text === undefined ? undefined : parseBootTime(text);
        return bootTime === undefined ? undefined : startOnWallClock(bootTime, start);
      },
    };
  }
}

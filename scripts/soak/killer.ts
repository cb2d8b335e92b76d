/** What is done to a soak's processes: kills, and stops that end again, at random. */
import process from "node:process";
import { type Hand, runtimeOf } from "../../tests/support/attack/crew.ts";
import type { RuntimeName } from "../runtimes.ts";
import type { LedgerWriter } from "./ledger.ts";

/** One in so many deeds is a kill; the others are stops. */
const KILLS = 0.4;
/** One in so many stops is longer than the claims of most sources are good for. */
const LONG_STOPS = 0.2;
/** The longest stop of each kind, in milliseconds. All are shorter than a commit tries for a lock. */
const SHORT_STOP_MS = 300;
const LONG_STOP_MS = 4_500;

/** A place for a process: when one is killed another is started in it, on the same runtime. */
interface Slot {
  number: number;
  hand: Hand;
  stopped: boolean;
}

/** What the killer works with. */
export interface KillerTools {
  readonly ledger: LedgerWriter;
  readonly random: () => number;
  /** Starts a process. */
  readonly start: (runtime: RuntimeName, number: number) => Hand;
}

/** The processes of a soak, and what is done to them. */
export class Killer {
  readonly #tools: KillerTools;
  readonly #slots: Slot[] = [];
  #numbers = 0;
  #ended = false;
  readonly #pending = new Set<Promise<void>>();

  /**
   * Starts the processes.
   *
   * @param tools What it works with.
   * @param size How many processes, runtimes mixed.
   */
  constructor(tools: KillerTools, size: number) {
    this.#tools = tools;
    for (let index = 0; index < size; index++) {
      const number = ++this.#numbers;
      this.#tools.ledger.write({ what: "start" }, number);
      this.#slots.push({ number, hand: tools.start(runtimeOf(index), number), stopped: false });
    }
  }

  /** Kills or stops one of the processes. */
  strike(): void {
    const { random } = this.#tools;
    const awake = this.#slots.filter(({ stopped }) => !stopped);
    const slot = awake[Math.floor(random() * awake.length)];
    if (slot === undefined) return;
    if (random() < KILLS) this.#track(this.#kill(slot));
    else this.#track(this.#stop(slot, random() * (random() < LONG_STOPS ? LONG_STOP_MS : SHORT_STOP_MS)));
  }

  /** Wakes all who are stopped, and waits for those who are being replaced. */
  async rest(): Promise<void> {
    this.#ended = true;
    for (const slot of this.#slots) this.#wake(slot);
    await Promise.all(this.#pending);
  }

  /** Lets every process end by itself. */
  async dismiss(): Promise<void> {
    await Promise.all(this.#slots.map(async ({ hand, number }) => {
      await hand.endsWell();
      this.#tools.ledger.write({ what: "gone" }, number);
    }));
  }

  #track(work: Promise<void>): void {
    const tracked = work.finally(() => this.#pending.delete(tracked));
    // Whoever rests hears of it.
    tracked.catch(() => {});
    this.#pending.add(tracked);
  }

  async #kill(slot: Slot): Promise<void> {
    const { ledger, start } = this.#tools;
    const { hand, number } = slot;
    slot.stopped = true;
    ledger.write({ what: "kill" }, number);
    hand.kill();
    const how = await hand.ended;
    ledger.write({ what: "gone" }, number);
    if (how !== "SIGKILL") {
      throw new Error(`process ${number} on ${hand.runtime} ended with ${how} before it was killed`);
    }
    slot.number = ++this.#numbers;
    ledger.write({ what: "start" }, slot.number);
    slot.hand = start(hand.runtime, slot.number);
    slot.stopped = false;
  }

  async #stop(slot: Slot, ms: number): Promise<void> {
    slot.stopped = true;
    this.#tools.ledger.write({ what: "stop" }, slot.number);
    process.kill(slot.hand.pid, "SIGSTOP");
    const end = performance.now() + ms;
    while (!this.#ended && performance.now() < end) await new Promise((resolve) => setTimeout(resolve, 20));
    this.#wake(slot);
  }

  #wake(slot: Slot): void {
    if (!slot.stopped || slot.hand.isGone) return;
    slot.stopped = false;
    process.kill(slot.hand.pid, "SIGCONT");
    this.#tools.ledger.write({ what: "continue" }, slot.number);
  }
}

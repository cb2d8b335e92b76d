/**
 * Watches every step of a schedule from outside, and compares what happens with the invariants of the protocol. It knows
 * what no process knows: who really lives, and what everybody is about.
 *
 * The invariants, by number:
 *
 * 1. At most one live process is between acquire and release of one lock (P1 to P7).
 * 2. At most one claim is current, and only its bytes reach the data (P8 to P11). Handed over or not, it is refreshed
 *    under at most once, by whoever the marker named for that (P17).
 * 3. Every read sees exactly the bytes of one commit, or none (P11).
 * 4. Data never goes back (P10, P14).
 * 5. After a crash at any step the next caller goes on (P3, P5, P13).
 * 6. A failure loses nothing, and is not forgotten (P12).
 * 7. What a crash leaves is removed in time, and nothing else is (P15).
 *
 * @module
 */

import type { Operation } from "../../src/file_store/operation.ts";
import { fileRole, type SourcePaths } from "../../src/file_store/layout.ts";
import { type MarkerRecord, parseLock, parseMarker } from "../../src/file_store/record.ts";
import type { MemoryAdapter } from "../support/memory_adapter.ts";
import type { RefreshState } from "../../src/store.ts";
import { expectedState, judgeTransition } from "./marker_rules.ts";
import type { SimulatedProcess } from "./process.ts";
import { Violation } from "./violation.ts";

/** From this age on others may break a lock whose owner they cannot judge, so that its owner counts as outside. */
const BREAKABLE_AGE_MS = 10_000;

const decoder = new TextDecoder();
const encoder = new TextEncoder();

/** What the auditor knows of a claim. */
export interface KnownClaim {
  readonly token: string;
  /** To whom it was granted. */
  readonly origin: SimulatedProcess;
  /** To whom it was handed over: a child that was told the claim when it was started. */
  heir: SimulatedProcess | undefined;
  /** Whom the marker names. */
  holder: SimulatedProcess;
  /** Whether the heir has named itself. */
  taken: boolean;
  /** Whether somebody has begun to refresh. */
  begun: boolean;
  /** Its place in the order in which claims were granted. */
  readonly number: number;
  /** The marker of the failure that it came after. */
  readonly before: MarkerRecord | undefined;
  /** Its bytes have become the data. */
  committed: boolean;
}

/** The bytes that the holder of a token makes the data. */
export function payloadOf(token: string): Uint8Array {
  return encoder.encode(`${token} ${"data".repeat(8)} ${token}`);
}

/** Whose bytes these are. */
function writerOf(bytes: Uint8Array): string {
  const [first = "", , last] = decoder.decode(bytes).split(" ");
  if (first !== last || payloadOf(first).length !== bytes.length) {
    throw new Violation("3", `the data is torn: ${JSON.stringify(decoder.decode(bytes))}`);
  }
  return first;
}

/** The auditor of one schedule, which is about one source. */
export class Auditor {
  readonly claims: Map<string, KnownClaim> = new Map();
  /** How often anything has changed that a look without a lock may see. */
  changes = 0;
  commits = 0;
  superseded = 0;
  takeOvers = 0;
  handOvers = 0;
  /** Whether operations may fail: then a failure may be lost that could not be written. */
  readonly #mayFail: boolean;
  readonly #paths: SourcePaths;
  /** Sees everything, and is nobody. */
  readonly #eye: MemoryAdapter;
  readonly #now: () => number;
  readonly #inside = new Map<string, Map<SimulatedProcess, number>>();
  #marker: MarkerRecord | undefined;
  #granted = 0;
  #last = 0;

  constructor(paths: SourcePaths, eye: MemoryAdapter, now: () => number, mayFail: boolean) {
    this.#paths = paths;
    this.#eye = eye;
    this.#now = now;
    this.#mayFail = mayFail;
  }

  /** The marker that is on the disk. */
  get marker(): MarkerRecord | undefined {
    return this.#marker;
  }

  /** Bytes that an override makes the data: whatever was claimed before may not come after it. */
  overridden(): void {
    this.#last = ++this.#granted;
  }

  /** To be told after every operation that took effect, or that somebody thinks did not. */
  after(process: SimulatedProcess, operation: Operation, tookEffect: boolean, result: unknown): void {
    switch (operation.verb) {
      case "link":
        if (result === "linked" && tookEffect) this.#made(process, operation.path);
        break;
      case "createExclusive":
        if (result === "created" && tookEffect) this.#made(process, operation.path);
        break;
      case "replace":
        if (result === "replaced" && tookEffect) this.#changed(process, operation.to);
        break;
      case "setModified":
        if (result === true && tookEffect) this.#changed(process, operation.path);
        break;
      case "remove":
        // Who removes his lock is outside, even if that fails: he does nothing more.
        this.#inside.get(operation.path)?.delete(process);
        if (result === true && tookEffect) this.#removed(process, operation.path);
        break;
    }
  }

  /** To be told when a process has left its section, or life. */
  outside(process: SimulatedProcess): void {
    for (const holders of this.#inside.values()) holders.delete(process);
  }

  /** To be told when a process is started that a claim is handed to. */
  toldOf(heir: SimulatedProcess, token: string): void {
    const claim = this.claims.get(token);
    if (claim !== undefined) claim.heir = heir;
  }

  /** To be told when a process begins to refresh under a claim. */
  beganWork(process: SimulatedProcess, token: string): void {
    const claim = this.claims.get(token);
    if (claim === undefined) throw new Violation("2", `${process.name} refreshes without a claim`);
    if (claim.begun) throw new Violation("2", `${process.name} refreshes under a claim for the second time (P17)`);
    if ((claim.heir ?? claim.origin) !== process || (claim.heir !== undefined && !claim.taken)) {
      throw new Violation("2", `${process.name} refreshes under a claim that it has not taken over (P17)`);
    }
    claim.begun = true;
  }

  /** What a read of the data gave. */
  sawData(process: SimulatedProcess, bytes: Uint8Array | undefined, capturedAt: number | undefined): void {
    const content = this.#eye.read(this.#paths.data);
    const [seen, there] = [bytes, content?.bytes].map((some) => some === undefined ? "none" : writerOf(some));
    if (seen !== there) {
      throw new Violation("3", `${process.name} read the data of ${seen}, and it is that of ${there}`);
    }
    if (capturedAt !== content?.stat.modifiedAt) throw new Violation("3", `${process.name} read a time of other data`);
  }

  /**
   * What a look without a lock gave.
   *
   * @param changes {@linkcode Auditor.changes} when it began: if anything has changed since, it may have seen either.
   */
  sawState(process: SimulatedProcess, kind: RefreshState["kind"], changes: number): void {
    if (changes !== this.changes) return;
    const expected = expectedState(process, this.#marker, this.claims);
    if (expected === undefined || expected === kind) return;
    throw new Violation("2", `${process.name} was told "${kind}", and it is "${expected}" (P8)`);
  }

  #made(process: SimulatedProcess, path: string): void {
    if (path === this.#paths.lock || (path.startsWith(`${this.#paths.lock}~`) && !path.endsWith(".tmp"))) {
      this.#entered(process, path);
    } else {
      this.#changed(process, path);
    }
  }

  #entered(process: SimulatedProcess, path: string): void {
    const holders = this.#inside.get(path) ?? new Map<SimulatedProcess, number>();
    this.#inside.set(path, holders);
    for (const [other, since] of holders) {
      if (other === process || this.#now() - since > BREAKABLE_AGE_MS) continue;
      throw new Violation("1", `${process.name} and ${other.name} are both inside ${path}`);
    }
    const content = this.#eye.read(path);
    holders.set(process, (content && parseLock(content.bytes)?.startedAt) ?? this.#now());
  }

  #changed(process: SimulatedProcess, path: string): void {
    if (path === this.#paths.marker) this.#markerChanged(process);
    else if (path === this.#paths.data) this.#dataChanged(process);
  }

  #removed(process: SimulatedProcess, path: string): void {
    if (path === this.#paths.marker) this.#markerChanged(process);
    else if (path === this.#paths.data) this.#dataRemoved(process);
    else if (path.endsWith(".tmp")) this.#stagedRemoved(process, path);
  }

  #markerChanged(process: SimulatedProcess): void {
    const content = this.#eye.read(this.#paths.marker);
    const now = content && parseMarker(content.bytes);
    if (content !== undefined && now === undefined) throw new Violation("2", `${process.name} left half a marker (P8)`);
    const before = this.#marker;
    this.#marker = now;
    this.changes++;
    judgeTransition({
      process,
      before,
      now,
      claims: this.claims,
      data: this.#eye.stat(this.#paths.data),
      mayFail: this.#mayFail,
    });
    if (now?.token === undefined || now.lastError !== undefined) return;
    const known = this.claims.get(now.token);
    if (known !== undefined) return this.#amended(process, known, now);
    if (before !== undefined && before.lastError === undefined) this.takeOvers++;
    this.claims.set(now.token, {
      token: now.token,
      origin: process,
      heir: undefined,
      holder: process,
      taken: false,
      begun: false,
      number: ++this.#granted,
      before: before?.lastError === undefined ? this.claims.get(before?.token ?? "")?.before : before,
      committed: false,
    });
  }

  #amended(process: SimulatedProcess, claim: KnownClaim, { pid }: MarkerRecord): void {
    // Only the heir may be named instead.
    if (claim.heir?.entry.pid === pid) claim.holder = claim.heir;
    if (process !== claim.heir || process.intent !== "take-over" || claim.taken) return;
    claim.taken = true;
    this.handOvers++;
  }

  #dataChanged(process: SimulatedProcess): void {
    this.changes++;
    const content = this.#eye.read(this.#paths.data);
    if (content === undefined) return;
    const writer = writerOf(content.bytes);
    if (process.intent !== "commit") {
      if (process.intent !== "put" && process.intent !== "expire") {
        throw new Violation("2", `${process.name} changed the data in order to ${process.intent}`);
      }
      this.overridden();
      return;
    }
    const current = this.#marker;
    const claim = current?.token === undefined ? undefined : this.claims.get(current.token);
    const own = [...this.claims.values()].findLast(({ origin, heir }) => (heir ?? origin) === process);
    if (own === undefined) throw new Violation("2", `${process.name} committed without a claim`);
    if (own.number < this.#last) throw new Violation("4", `${process.name} committed over newer data (P10)`);
    if (claim !== own || current?.lastError !== undefined) {
      throw new Violation("2", `${process.name} committed, and its claim was not current (P10)`);
    }
    if (process.commits !== "not-modified" && writer !== own.token) {
      throw new Violation("2", `${process.name} committed the bytes of ${writer} (P11)`);
    }
    own.committed = true;
    this.#last = own.number;
    this.commits++;
  }

  #dataRemoved(process: SimulatedProcess): void {
    this.changes++;
    if (process.intent === "prune" && process.permitted !== this.#last) {
      throw new Violation("7", `${process.name} pruned data that was committed after it looked`);
    }
    if (process.intent !== "prune" && process.intent !== "remove") {
      throw new Violation("6", `${process.name} removed the data in order to ${process.intent}`);
    }
    this.overridden();
  }

  /** The number of the last commit or override. */
  get last(): number {
    return this.#last;
  }

  #stagedRemoved(process: SimulatedProcess, path: string): void {
    const token = fileRole(path.slice(path.lastIndexOf("/") + 1))?.token;
    if (process.intent !== "prune" || token === undefined || token !== this.#marker?.token) return;
    const claim = this.claims.get(token);
    if (claim === undefined || !claim.holder.alive || this.#marker.lastError !== undefined) return;
    if (claim.holder !== process) {
      throw new Violation("7", `${process.name} pruned what ${claim.holder.name} has staged`);
    }
  }
}

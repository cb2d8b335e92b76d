/**
 * A process that has ended, and the lock and the marker that it left behind.
 *
 * @module
 */

import { writeFileSync } from "node:fs";
import process from "node:process";
import { nodeAdapter } from "../../../src/adapters/node.ts";
import { systemClock } from "../../../src/clock.ts";
import { encodeLock, encodeMarker } from "../../../src/file_store/record.ts";
import type { Owner } from "../../../src/store.ts";
import { newToken } from "../../../src/token.ts";
import { startLasting } from "../processes.ts";

/** Where a dead process's files go. */
interface Left {
  readonly lock: string;
  readonly marker?: string;
}

/** An owner of locks that lives no more. */
export class DeadOwner {
  readonly #owner: Owner;

  private constructor(owner: Owner) {
    this.#owner = owner;
  }

  /** Starts a process, notes who it is, and ends it. */
  static async make(): Promise<DeadOwner> {
    const adapter = nodeAdapter();
    const lasting = await startLasting([process.execPath, "-e", "setInterval(() => {}, 60_000)"]);
    const { processStart } = adapter.liveness(lasting.pid);
    await lasting.end();
    return new DeadOwner({ pid: lasting.pid, host: adapter.self().host, processStart });
  }

  /** Leaves a lock, and a marker, as a process does that is killed. */
  leave({ lock, marker }: Left): void {
    const now = Date.now();
    const facts = { ...this.#owner, startedAt: now - 50 };
    writeFileSync(lock, encodeLock({ ...facts, token: newToken(systemClock) }), { mode: 0o600 });
    if (marker === undefined) return;
    const nothing = { lastError: undefined, previous: undefined, retryAt: undefined, progress: undefined };
    const record = { ...facts, ...nothing, token: newToken(systemClock), deadline: now + 600_000, attempts: 0 };
    writeFileSync(marker, encodeMarker(record), { mode: 0o600 });
  }
}

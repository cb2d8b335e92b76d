/**
 * Ending a command with all that it started: the members of its process group.
 *
 * @module
 */

import type { Signal, Started } from "./started.ts";
import { system } from "./system.ts";

/** The process that a group was made for. */
export type Leader = Pick<Started, "ended" | "kill"> & { readonly pid: number };

/** Between the request to end and the end by force, in milliseconds. */
export const GRACE_MS = 2_000;

/** What is left when the leader has ended gets this long, in milliseconds. */
const LEFTOVER_GRACE_MS = 100;

/** Whether a command leads a process group of its own here. */
function hasGroups(): boolean {
  return system().platform !== "win32";
}

/** Sends a signal to a group; `false` if nobody is left in it, or if this process may not. */
function sendToGroup(leader: number, signal: Signal | 0): boolean {
  try {
    system().kill(hasGroups() ? -leader : leader, signal);
    return true;
  } catch {
    return false;
  }
}

/** Sends a signal to a group; where Deno gave no permission for that, to the leader. */
function send({ pid, kill }: Leader, signal: Signal): void {
  if (!sendToGroup(pid, signal)) kill(signal);
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/**
 * Asks a group to end, and ends by force what is left of it when its leader has ended, or has had its time.
 *
 * Members that ended and that nobody has collected yet look as if they were there: so it is not waited until the group is
 * empty, which may be long in a container.
 *
 * @param leader The process that the group was made for.
 * @param signal How they are asked.
 */
export async function endGroup(leader: Leader, signal: Signal): Promise<void> {
  send(leader, signal);
  await Promise.race([leader.ended, pause(GRACE_MS)]);
  if (sendToGroup(leader.pid, 0)) await pause(LEFTOVER_GRACE_MS);
  send(leader, "SIGKILL");
  await Promise.race([leader.ended, pause(GRACE_MS)]);
}

/** Ends a group by force, at once. */
export function killGroup(leader: Leader): void {
  send(leader, "SIGKILL");
}

/** Ends this process's own group by force, if it leads one, and with it this process. */
export function killOwnGroup(): void {
  sendToGroup(system().pid, "SIGKILL");
}

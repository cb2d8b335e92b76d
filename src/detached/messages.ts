/**
 * What a supervisor and its worker tell each other, line by line.
 *
 * The worker is told what to do by the first line of its standard input, whose end says that the supervisor is gone; each
 * further line answers something that it asked for. It speaks on its standard output, where the refresher may write as
 * well: so each message is a line of its own that begins with a mark, which the refresher does not know.
 *
 * @module
 */

import type { Duration } from "../duration.ts";
import type { Progress, StoredData } from "../store.ts";
import { pack, type Packed, unpack } from "./packed.ts";

/** A module with a refresher, and what belongs to it. */
export interface RefresherModule {
  /** The module whose default export is the refresher. */
  readonly module: string;
  /** Whether it exports the data's codec. */
  readonly codec: boolean;
  /** Whether it exports the data's schema. */
  readonly schema: boolean;
  /** Whether the data from before is frozen. */
  readonly freeze: boolean;
  /** What the refresher is given besides its context. */
  readonly given: readonly unknown[];
}

/** What a worker does, whenever it is started. */
export interface Work extends RefresherModule {
  /** The source, as messages call it. */
  readonly label: string;
  /** How long data stays fresh, in milliseconds. */
  readonly ttl: number;
}

/** What the worker is told. */
export interface Task extends Work {
  /** What its messages begin with. */
  readonly mark: string;
  /** By when the refresh has to be done, milliseconds since the epoch. */
  readonly deadline: number;
  /** The data from before. */
  readonly stored: StoredData | undefined;
}

/** An error, as far as it gets through. */
export interface ToldError {
  /** The class's name. */
  readonly name: string;
  /** What it says. */
  readonly message: string;
  /** Its code, if it has one. */
  readonly code?: string | undefined;
}

/** What the worker is answered when it wanted to put its deadline off. */
export interface Reply {
  /** The number of what was asked. */
  readonly id: number;
  /** Why that was refused; left out if it was not. */
  readonly error?: ToldError | undefined;
}

/** What the worker tells. */
export type Message =
  /** How far it has come. */
  | { readonly kind: "progress"; readonly progress: Progress }
  /** It wants to put its deadline off; by which number the reply is known. */
  | { readonly kind: "extend"; readonly id: number; readonly by: Duration }
  /** It is done. */
  | { readonly kind: "done"; readonly data: Uint8Array }
  /** It is done: what was there before is still right. */
  | { readonly kind: "not-modified" }
  /** It has failed, why, and when it is to be tried again, in milliseconds from now, if that was said. */
  | { readonly kind: "failed"; readonly reason: string; readonly retryAfter?: number | undefined };

/** A task as the supervisor writes it. */
export function encodeTask(task: Task): string {
  const { stored } = task;
  return `${JSON.stringify({ ...task, stored: stored && { ...stored, bytes: pack(stored.bytes) } })}\n`;
}

/** A task out of its line. */
export function decodeTask(line: string): Task {
  const task = JSON.parse(line) as Omit<Task, "stored"> & { readonly stored?: StoredData & { readonly bytes: Packed } };
  const { stored } = task;
  return { ...task, stored: stored && { ...stored, bytes: unpack(stored.bytes) } };
}

/** A reply as the supervisor writes it. */
export function encodeReply(reply: Reply): string {
  return `${JSON.stringify(reply)}\n`;
}

/** A reply out of its line. */
export function decodeReply(line: string): Reply {
  return JSON.parse(line) as Reply;
}

/** A message as the worker writes it. What the refresher wrote before may not have ended its line. */
export function encodeMessage(mark: string, message: Message): string {
  const told = message.kind === "done" ? { ...message, data: pack(message.data) } : message;
  return `\n${mark}${JSON.stringify(told)}\n`;
}

/** A message out of its line, without the mark. */
export function decodeMessage(text: string): Message {
  try {
    const message = JSON.parse(text) as Message & { readonly data: Packed };
    return message.kind === "done" ? { kind: "done", data: unpack(message.data) } : message;
  } catch {
    // Somebody else who has the same output wrote into the middle of it.
    return {
      kind: "failed",
      reason: "the answer of its process was garbled by what something else wrote to its output",
    };
  }
}

/**
 * What an adapter in another process is asked, and what it answers: one line of JSON each.
 *
 * @module
 */

import { Buffer } from "node:buffer";

/** `call`: a verb. `poll`: an asynchronous call that has been begun. `events`: what watches have told. */
export type Request =
  | { readonly ask: "call"; readonly verb: string; readonly args: readonly unknown[] }
  | { readonly ask: "poll"; readonly call: number }
  | { readonly ask: "watch"; readonly path: string }
  | { readonly ask: "close"; readonly watch: number }
  | { readonly ask: "events" }
  | { readonly ask: "end" };

/** An AdapterError, taken apart. */
export interface RemoteFailure {
  readonly operation: string;
  readonly path: string;
  readonly code: string;
  readonly cause: string;
}

/** What a watch has told. */
export interface RemoteEvent {
  readonly watch: number;
  readonly name?: string | undefined;
}

/** An answer. */
export type Answer =
  | { readonly value: unknown }
  | { readonly failure: RemoteFailure }
  | { readonly pending: number }
  | { readonly bug: string };

/** As JSON; bytes, and numbers that JSON does not have, in a form of their own. */
export function toLine(message: Request | Answer): string {
  return `${
    JSON.stringify(message, (_key, value: unknown) => {
      if (value instanceof Uint8Array) return { $bytes: Buffer.from(value).toString("base64") };
      return typeof value === "number" && !Number.isFinite(value) ? { $number: String(value) } : value;
    })
  }\n`;
}

/** The reverse. */
export function fromLine(line: string): unknown {
  return JSON.parse(line, (_key, value: unknown) => {
    if (typeof value !== "object" || value === null) return value;
    if ("$bytes" in value) return new Uint8Array(Buffer.from(String(value.$bytes), "base64"));
    return "$number" in value ? Number(value.$number) : value;
  });
}

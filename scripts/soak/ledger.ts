/**
 * The ledger of a soak: one file to which every process appends a line for each step, and the killer, too. An append is
 * one step for the file system, so the lines are in an order that all agree on: what had ended before something else
 * began stands before it. No clocks have to be compared for that.
 */
import { closeSync, openSync, writeSync } from "node:fs";

/** What a call asked for. */
export type SoakOp = "read" | "readSync" | "ifStale" | "refresh" | "impatient" | "background" | "state" | "prune";

/** An error, as far as the check needs it. */
export interface SoakError {
  readonly name: string;
  readonly message: string;
}

/** A step of a process. */
export type Step =
  /** A call is about to be made. */
  | { readonly what: "call"; readonly call: number; readonly op: SoakOp; readonly source: string }
  /** The call has returned: the version that it gave, `null` for none where there was no data. */
  | {
    readonly what: "answer";
    readonly call: number;
    readonly version?: number | null;
    readonly origin?: string;
    readonly error?: SoakError;
  }
  /** It was told that it has the claim. */
  | { readonly what: "claimed"; readonly source: string; readonly token: string }
  /** It was told that it took over. Times are those of the other's marker. */
  | {
    readonly what: "recovered";
    readonly source: string;
    readonly from: string | undefined;
    readonly reason: string;
    readonly startedAt: number;
    readonly deadline: number;
  }
  /** Its refresher was called, and will return this version. */
  | { readonly what: "enter"; readonly source: string; readonly token: string; readonly version: number }
  /** Its refresher is about to return, or was cut off. */
  | {
    readonly what: "leave";
    readonly source: string;
    readonly token: string;
    readonly how: "bytes" | "throws" | "aborted";
  }
  /** It was told how its refresh ended. */
  | {
    readonly what: "end";
    readonly source: string;
    readonly token: string;
    readonly how: "refreshed" | "superseded" | "aborted";
  }
  /** It was told of an error in the background. */
  | { readonly what: "error"; readonly source: string; readonly error: SoakError };

/**
 * Something that was done to a process. It stands in the ledger before it is done, but for `continue`, which stands after
 * it; `gone`, when nothing is left of the process.
 */
export interface Deed {
  readonly what: "start" | "kill" | "stop" | "continue" | "gone";
}

/** A line. */
export type Line = (Step | Deed) & {
  /** When, milliseconds since the epoch. */
  readonly at: number;
  /** The number of the process that did it, or to which it was done. */
  readonly by: number;
};

/** Appends to a ledger. */
export class LedgerWriter {
  readonly #file: number;
  readonly #by: number;

  /**
   * @param path The ledger.
   * @param by Who writes; for the killer it stands in each line.
   */
  constructor(path: string, by: number) {
    this.#file = openSync(path, "a", 0o600);
    this.#by = by;
  }

  /** Appends a line. */
  write(step: Step | Deed, by: number = this.#by): void {
    const bytes = new TextEncoder().encode(`${JSON.stringify({ at: Date.now(), by, ...step })}\n`);
    const written = writeSync(this.#file, bytes);
    if (written !== bytes.length) throw new Error(`only ${written} of ${bytes.length} bytes went into the ledger`);
  }

  /** Closes the file. */
  close(): void {
    closeSync(this.#file);
  }
}

/** How every line begins. */
const BEGINNING = '{"at":';

/** The lines of a ledger. Of a line that was cut off by a kill only its beginning is there, before the next one. */
export function parseLedger(text: string): Line[] {
  const lines: Line[] = [];
  for (const raw of text.split("\n")) {
    const start = raw.lastIndexOf(BEGINNING);
    if (start < 0) continue;
    try {
      lines.push(JSON.parse(raw.slice(start)) as Line);
    } catch {
      // The end of the ledger, or the place where a process was killed while it wrote.
    }
  }
  return lines;
}

/**
 * Reading and writing an open file to its last byte: a single call may move fewer bytes than it was given.
 *
 * @module
 */

import type { FileStat } from "../adapter.ts";
import { systemError } from "./errno.ts";

/** An open file of a runtime. Each call throws what the runtime throws. */
export interface OpenFile {
  stat(): FileStat;
  /** Reads some bytes, at most as many as fit; 0 at the end of the file. */
  read(into: Uint8Array): number;
  readAsync(into: Uint8Array): Promise<number>;
  /** Writes some bytes, at least one of them. */
  write(from: Uint8Array): number;
  writeAsync(from: Uint8Array): Promise<number>;
  /** Does nothing on Windows. */
  setMode(mode: number): void;
  /** Forces it to the disk. */
  flush(): Promise<void>;
  close(): void;
}

/** The most bytes that one synchronous call is asked to move: more than 2 GiB none accepts. */
const MOST_BYTES = 1 << 30;

/** The most bytes that one asynchronous call is asked to move, so that others get their turn. */
const CHUNK_BYTES = 1 << 20;

/** Reads until `into` is full or the file ends. */
export function readFully(file: OpenFile, into: Uint8Array): number {
  let done = 0;
  while (done < into.length) {
    const count = file.read(into.subarray(done, done + MOST_BYTES));
    if (count === 0) break;
    done += count;
  }
  return done;
}

/** {@linkcode readFully} that lets the event loop go on between the chunks. */
export async function readFullyAsync(file: OpenFile, into: Uint8Array): Promise<number> {
  let done = 0;
  while (done < into.length) {
    const count = await file.readAsync(into.subarray(done, done + CHUNK_BYTES));
    if (count === 0) break;
    done += count;
  }
  return done;
}

/** Writes all bytes. */
export function writeFully(file: OpenFile, bytes: Uint8Array): void {
  for (let done = 0; done < bytes.length;) done += progress(file.write(bytes.subarray(done, done + MOST_BYTES)));
}

/** {@linkcode writeFully} that lets the event loop go on between the chunks. */
export async function writeFullyAsync(file: OpenFile, bytes: Uint8Array): Promise<void> {
  for (let done = 0; done < bytes.length;) {
    done += progress(await file.writeAsync(bytes.subarray(done, done + CHUNK_BYTES)));
  }
}

/** A write that moves nothing and reports no error would be tried for ever. */
function progress(written: number): number {
  if (written > 0) return written;
  throw systemError("EIO", "a write moved no byte");
}

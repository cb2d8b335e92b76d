/**
 * Writing to a pipe, all of it.
 *
 * @module
 */

/** Writes some of the bytes to a descriptor, and returns how many. */
export type Write = (bytes: Uint8Array) => number;

/** A pause before a descriptor that takes nothing just now is tried again, in milliseconds. */
const FULL_PAUSE_MS = 2;

/** Whoever set the other end of a pipe to be non-blocking did so for us, too: then a full pipe is an error. */
function isFull(error: unknown): boolean {
  const { code, name } = error as { readonly code?: unknown; readonly name?: unknown };
  return code === "EAGAIN" || code === "EWOULDBLOCK" || name === "WouldBlock";
}

function isClosed(error: unknown): boolean {
  const { code, name } = error as { readonly code?: unknown; readonly name?: unknown };
  return code === "EPIPE" || code === "ECONNRESET" || name === "BrokenPipe" || name === "ConnectionReset";
}

/**
 * Writes all of the bytes.
 *
 * @param write Writes some of them.
 * @param bytes The bytes.
 * @returns `"closed"` if nobody reads any more.
 * @throws What the system says if they cannot be written, for a full disk for example.
 */
export async function writeAll(write: Write, bytes: Uint8Array): Promise<"written" | "closed"> {
  let rest = bytes;
  while (rest.length > 0) {
    try {
      rest = rest.subarray(write(rest));
    } catch (error) {
      if (isClosed(error)) return "closed";
      if (!isFull(error)) throw error;
      await new Promise((resolve) => setTimeout(resolve, FULL_PAUSE_MS));
    }
  }
  return "written";
}

/**
 * Giving up on a promise, and signals that follow others.
 *
 * @module
 */

/**
 * Waits for work, or until a signal is aborted, whichever comes first. The work itself goes on; what becomes of it later
 * goes unnoticed.
 *
 * @param work What to wait for.
 * @param signal What ends the wait; nothing does if `undefined`.
 * @throws What the work rejects with, or the signal's reason.
 */
export function untilAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return work;
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    if (signal.aborted) abort();
    signal.addEventListener("abort", abort, { once: true });
    void work.then(resolve, reject).then(() => signal.removeEventListener("abort", abort));
  });
}

/**
 * Lets a controller abort as soon as a signal does, with its reason.
 *
 * @param controller The controller.
 * @param signal The signal; nothing happens if `undefined`.
 * @returns Ends that.
 */
export function follow(controller: AbortController, signal: AbortSignal | undefined): () => void {
  if (signal === undefined) return () => {};
  const abort = () => controller.abort(signal.reason);
  if (signal.aborted) abort();
  signal.addEventListener("abort", abort, { once: true });
  return () => signal.removeEventListener("abort", abort);
}

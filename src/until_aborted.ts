/**
 * Giving up on a promise.
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

/** Options of {@linkcode delay}. (`persistent: false` is left out: it only works on Deno.) */
export interface DelayOptions {
  /** Ends the delay early: the promise then rejects with the signal's reason. */
  signal?: AbortSignal;
}

/** Resolves after that many milliseconds. */
export function delay(ms: number, options?: DelayOptions): Promise<void>;

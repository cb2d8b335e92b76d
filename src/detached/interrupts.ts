/**
 * Signals that ask this process to end.
 *
 * @module
 */

import { system } from "./system.ts";

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT"] as const;

/** One of them. */
export type Interrupt = (typeof SIGNALS)[number];

/** Windows knows no SIGQUIT, and refuses to listen for it. */
function signalsHere(): readonly Interrupt[] {
  return system().platform === "win32" ? SIGNALS.filter((signal) => signal !== "SIGQUIT") : SIGNALS;
}

/**
 * Listens for them, instead of ending at once.
 *
 * @param listener Is told once, of the first.
 * @returns A function that ends it: from then on they end the process again.
 */
export function onInterrupt(listener: (signal: Interrupt) => void): () => void {
  const process = system();
  let told = false;
  const handlers = signalsHere().map((signal) => {
    const handler = () => {
      if (told) return;
      told = true;
      listener(signal);
    };
    process.on(signal, handler);
    return { signal, handler };
  });
  return () => {
    for (const { signal, handler } of handlers) process.removeListener(signal, handler);
  };
}

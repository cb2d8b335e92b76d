/** What a soak's processes work on: the sources, and what a process is told when it starts. */
import { seeded } from "../../tests/support/seeded.ts";

/** A source of the soak. */
export interface SoakSource {
  readonly name: string;
  /** Milliseconds. */
  readonly ttl: number;
  /** Milliseconds. Short ones are overrun while their owner is stopped, and taken over. */
  readonly refreshDeadline: number;
  /** How many of its refreshes fail, from 0 to 1. */
  readonly failures: number;
  /** Whether prunes remove it. */
  readonly pruned: boolean;
}

/** The sources. */
export const SOURCES: readonly SoakSource[] = [
  { name: "quick", ttl: 0, refreshDeadline: 400, failures: 0.02, pruned: false },
  { name: "short", ttl: 40, refreshDeadline: 1_000, failures: 0.02, pruned: false },
  { name: "calm", ttl: 300, refreshDeadline: 2_000, failures: 0.1, pruned: false },
  { name: "failing", ttl: 0, refreshDeadline: 1_000, failures: 0.6, pruned: false },
  { name: "pruned", ttl: 100, refreshDeadline: 1_000, failures: 0.05, pruned: true },
];

/** What a process is told. */
export interface SoakJob {
  readonly root: string;
  /** The ledger that all write to. */
  readonly ledger: string;
  /** Its number. Every process that is started has another. */
  readonly number: number;
  readonly seed: number;
}

/** A number in [0, 1) after the other, the same ones for the same seed. */
export function seededRandom(seed: number): () => number {
  const next = seeded(seed);
  return () => next() / 2 ** 32;
}

/**
 * What the command says on standard error about a refresh that did not work, one line each.
 *
 * @module
 */

import { RefreshFailedError } from "../errors.ts";
import type { RefreshState } from "../store.ts";
import { tellReason } from "./outcome.ts";
import { roughly } from "./screen/rough.ts";

/** What is known of a failed refresh. */
export interface KnownFailure {
  /** Why. */
  readonly reason: string;
  /** When it may be tried again, milliseconds since the epoch. */
  readonly retryAt: number;
}

function remedy({ retryAt }: KnownFailure, now: number): string {
  const wait = retryAt - now;
  const next = wait > 0 ? `it is tried again in ${roughly(wait)} at the earliest` : "the next run tries again";
  return `${next}, or at once with --refresh force`;
}

/** A refresh failed, and older data is printed. */
export function failedWithData(failure: KnownFailure, age: number, now: number): string {
  return `${tellReason(failure.reason)}; the data printed is ${roughly(age)} old; ${remedy(failure, now)}`;
}

/** A refresh failed, and nothing is printed. */
export function failedWithoutData(failure: KnownFailure, now: number): string {
  return `${tellReason(failure.reason)}; no data was printed; ${remedy(failure, now)}`;
}

/** The failure that a state tells of; `undefined` if it tells of none. */
export function failureOf(state: RefreshState): KnownFailure | undefined {
  return state.kind === "cooling-down" ? { reason: state.lastError, retryAt: state.retryAt } : undefined;
}

/** Any error in one line. */
export function describeError(error: unknown): string {
  if (error instanceof RefreshFailedError) return failedWithoutData(error, Date.now());
  return error instanceof Error ? error.message || error.name : String(error);
}

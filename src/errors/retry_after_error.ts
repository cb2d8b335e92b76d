/**
 * What a refresher throws when it was told when to come back.
 *
 * @module
 */

import { LONGEST_RETRY_MS, parseRetryAfter } from "../retry_after.ts";
import { DiscoveryCacheError } from "./base.ts";
import { InvalidOptionError } from "./input_errors.ts";

/**
 * What {@linkcode RetryAfterError.from} looks at of an answer: `Response` has it.
 *
 * @example The answer of an HTTP client that knows no Response
 * ```ts
 * import { type ResponseLike, RetryAfterError } from "@discoverycache/core";
 *
 * const adapted = (status: number, headers: Record<string, string>): ResponseLike => ({
 *   status,
 *   headers: { get: (name) => headers[name] ?? null },
 * });
 * const { retryAfter, message } = RetryAfterError.from(adapted(503, { "retry-after": "120" }));
 * if (retryAfter !== 120_000 || !message.includes("503")) throw new Error(message);
 * if (RetryAfterError.from(adapted(503, {})).retryAfter !== undefined) throw new Error("nobody said when");
 * ```
 */
export interface ResponseLike {
  /** The status, 429 for example. */
  readonly status: number;
  /** The headers. */
  readonly headers: { get(name: string): string | null };
}

/**
 * Options of a {@linkcode RetryAfterError}.
 *
 * @example A limit that a provider reports in the text of its answer
 * ```ts
 * import { DiscoveryCache, MemoryStore, RetryAfterError, type RetryAfterOptions } from "@discoverycache/core";
 *
 * const answer = { limit: "daily", reset: 3_600 };
 * const options: RetryAfterOptions = { message: `the ${answer.limit} limit is used up`, cause: answer };
 * const cache = new DiscoveryCache({ store: new MemoryStore() });
 * const quota = { name: "quota", ttl: "5m", refreshDeadline: "10s" };
 * const refresher = () => Promise.reject(new RetryAfterError(answer.reset * 1_000, options));
 * await cache.refresh(quota, refresher).catch(() => {});
 * const state = await cache.refreshState(quota);
 * if (state.kind !== "cooling-down" || state.lastError !== "the daily limit is used up") throw new Error("not told");
 * ```
 */
export interface RetryAfterOptions {
  /** Why, for people, in whichever process they look. Default: how long it is to be left alone. */
  readonly message?: string | undefined;
  /** What lies behind it. */
  readonly cause?: unknown;
}

/**
 * Thrown by a refresher, it sets the next attempt: until then the source is left alone by every process, but for those
 * that force a refresh. More than 24 hours counts as 24 hours.
 *
 * @example A server that wants to be left alone for a minute
 * ```ts
 * import { DiscoveryCache, MemoryStore, RefreshFailedError, RetryAfterError } from "@discoverycache/core";
 *
 * const cache = new DiscoveryCache({ store: new MemoryStore() });
 * const quota = cache.source<number>({
 *   name: "quota",
 *   ttl: "5m",
 *   refreshDeadline: "10s",
 *   refresh: async () => {
 *     const response = await Promise.resolve(new Response("", { status: 429, headers: { "retry-after": "60" } }));
 *     if (response.status === 429) throw RetryAfterError.from(response);
 *     return await response.json();
 *   },
 * });
 * const error = await quota.get().catch((error) => error);
 * if (!(error instanceof RefreshFailedError)) throw error;
 * if (error.retryAt < Date.now() + 50_000) throw new Error("it is tried again in a minute");
 * ```
 */
export class RetryAfterError extends DiscoveryCacheError {
  /** The class's name. */
  override readonly name = "RetryAfterError";
  /** The same literal for every error of this class. */
  override readonly code = "RETRY_AFTER";
  /** How long the source is to be left alone, in milliseconds; `undefined`: for as long as after any other failure. */
  readonly retryAfter: number | undefined;

  /**
   * Makes the error and its message.
   *
   * @param retryAfter How long the source is to be left alone, in milliseconds; `undefined` if nobody said.
   * @param options A message of one's own, and what lies behind it.
   * @throws {InvalidOptionError} If that is no number from 0 on.
   */
  constructor(retryAfter: number | undefined, options: RetryAfterOptions = {}) {
    if (retryAfter !== undefined && !(typeof retryAfter === "number" && retryAfter >= 0)) {
      throw new InvalidOptionError({ what: "retryAfter", value: retryAfter, expected: "milliseconds, 0 or more" });
    }
    const { cause, message = leaveAlone(retryAfter) } = options;
    super(message, cause === undefined ? {} : { cause });
    this.retryAfter = retryAfter;
  }

  /**
   * The error that an answer stands for.
   *
   * @param response The answer. Its Retry-After header says when to come back, in seconds or as a date (RFC 9110, section
   * 10.2.3); without one, the source is left alone for as long as after any other failure.
   * @returns The error, to be thrown.
   */
  static from(response: ResponseLike): RetryAfterError {
    const { status, headers } = response;
    const retryAfter = parseRetryAfter(headers.get("retry-after"), headers.get("date"), Date.now());
    return new RetryAfterError(retryAfter, { message: `the server answered ${status}: ${leaveAlone(retryAfter)}` });
  }
}

function leaveAlone(retryAfter: number | undefined): string {
  if (retryAfter === undefined) return "it is to be left alone for a while";
  return `it is to be left alone for ${Math.ceil(Math.min(retryAfter, LONGEST_RETRY_MS) / 1_000)} s`;
}

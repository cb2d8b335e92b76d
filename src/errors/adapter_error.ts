/**
 * What the system refused.
 *
 * @module
 */

import { DiscoveryCacheError } from "./base.ts";

/**
 * The system's error names that an adapter passes on.
 *
 * `ENOTCAPABLE` is Deno's refusal of a permission, which has no errno of its own; `EUNKNOWN` stands for an error that
 * named none.
 *
 * @example Is the disk full, or the user's part of it?
 * ```ts
 * import { AdapterError, type Errno } from "@discoverycache/core";
 *
 * const full: readonly Errno[] = ["ENOSPC", "EDQUOT"];
 * const isFull = (error: unknown) => error instanceof AdapterError && full.includes(error.code);
 * const failure = { operation: "stage", path: "/var/cache/fiz/discovery/models.json" };
 * if (!isFull(new AdapterError({ ...failure, code: "EDQUOT" }))) throw new Error("his part is full");
 * if (isFull(new AdapterError({ ...failure, code: "EROFS" }))) throw new Error("that is no matter of space");
 * ```
 */
export type Errno =
  | "EACCES"
  | "EAGAIN"
  | "EBUSY"
  | "EDQUOT"
  | "EFBIG"
  | "EINVAL"
  | "EIO"
  | "EISDIR"
  | "ELOOP"
  | "EMFILE"
  | "EMLINK"
  | "ENAMETOOLONG"
  | "ENFILE"
  | "ENOMEM"
  | "ENOSPC"
  | "ENOSYS"
  | "ENOTCAPABLE"
  | "ENOTDIR"
  | "ENOTEMPTY"
  | "ENOTSUP"
  | "ENXIO"
  | "EPERM"
  | "EROFS"
  | "ESTALE"
  | "ETXTBSY"
  | "EUNKNOWN"
  | "EXDEV";

/**
 * What an {@linkcode AdapterError} is made from.
 *
 * @example What an adapter of one's own makes of its system's errors
 * ```ts
 * import { AdapterError, type AdapterFailure } from "@discoverycache/core";
 *
 * const failed = (operation: string, path: string, cause: Error): AdapterFailure => {
 *   const code = cause.name === "QuotaExceededError" ? "EDQUOT" : "EUNKNOWN";
 *   return { operation, path, code, cause };
 * };
 * const cause = new DOMException("no space left", "QuotaExceededError");
 * const error = new AdapterError(failed("stage", "/cache/models.json", cause));
 * if (error.message !== "stage /cache/models.json failed with EDQUOT: no space left") throw error;
 * if (error.cause !== cause) throw new Error("where it came from is lost");
 * ```
 */
export interface AdapterFailure {
  /** The adapter's verb, for example `"replace"`. */
  readonly operation: string;
  /** The path that it worked on. */
  readonly path: string;
  /** The system's name for what happened. */
  readonly code: Errno;
  /** The runtime's own error. */
  readonly cause?: unknown;
}

/**
 * A file or process operation failed in a way that is neither "not there" nor "already there".
 *
 * @example A disk that cannot be read
 * ```ts
 * import { type Adapter, AdapterError, DiscoveryCache } from "@discoverycache/core";
 *
 * const broken: Partial<Adapter> = {
 *   realPath(path) {
 *     throw new AdapterError({ operation: "realPath", path, code: "EIO" });
 *   },
 * };
 * const cache = new DiscoveryCache({ root: "/var/cache/fiz", adapter: broken as Adapter });
 * const error = await cache.read({ name: "models", ttl: "24h", refreshDeadline: "10s" }).catch((error) => error);
 * if (!(error instanceof AdapterError)) throw new Error("it was read");
 * if (error.code !== "EIO" || error.path !== "/var/cache/fiz") throw error;
 * ```
 */
export class AdapterError extends DiscoveryCacheError {
  /** The class's name. */
  override readonly name = "AdapterError";
  /** The system's name for what happened. */
  override readonly code: Errno;
  /** The adapter's verb, for example `"replace"`. */
  readonly operation: string;
  /** The path that it worked on. */
  readonly path: string;

  /**
   * Makes the error and its message.
   *
   * @param failure The operation, its path, the system's code, and the runtime's own error as `cause`.
   */
  constructor(failure: AdapterFailure) {
    const { operation, path, code, cause } = failure;
    const detail = cause instanceof Error ? `: ${cause.message}` : "";
    super(`${operation} ${path} failed with ${code}${detail}`, { cause });
    this.operation = operation;
    this.path = path;
    this.code = code;
  }
}

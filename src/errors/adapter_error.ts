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

/** What an {@linkcode AdapterError} is made from. */
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

/** A file or process operation failed in a way that is neither "not there" nor "already there". */
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

/**
 * One name for each way in which a system call can fail, whatever the runtime calls it.
 *
 * @module
 */

import { AdapterError, type Errno } from "../errors.ts";

/** What an error of a runtime says: a code that may leave an adapter, or one of the three that become values. */
export type SystemErrno = Errno | "ENOENT" | "EEXIST" | "ESRCH";

/** Every code that is passed on as it is. */
const KNOWN: ReadonlySet<string> = new Set<SystemErrno>([
  "EACCES",
  "EAGAIN",
  "EBUSY",
  "EDQUOT",
  "EEXIST",
  "EFBIG",
  "EINVAL",
  "EIO",
  "EISDIR",
  "ELOOP",
  "EMFILE",
  "EMLINK",
  "ENAMETOOLONG",
  "ENFILE",
  "ENOENT",
  "ENOMEM",
  "ENOSPC",
  "ENOSYS",
  "ENOTCAPABLE",
  "ENOTDIR",
  "ENOTEMPTY",
  "ENOTSUP",
  "ENXIO",
  "EPERM",
  "EROFS",
  "ESRCH",
  "ESTALE",
  "ETXTBSY",
  "EXDEV",
]);

/** Other spellings, among them the names of the Deno errors that may come without a code. */
const ALIASES: ReadonlyMap<string, SystemErrno> = new Map<string, SystemErrno>([
  ["EOPNOTSUPP", "ENOTSUP"],
  ["ERR_ACCESS_DENIED", "EACCES"],
  ["ERR_INVALID_ARG_VALUE", "EINVAL"],
  ["AlreadyExists", "EEXIST"],
  ["Busy", "EBUSY"],
  ["FilesystemLoop", "ELOOP"],
  ["IsADirectory", "EISDIR"],
  ["NotADirectory", "ENOTDIR"],
  ["NotCapable", "ENOTCAPABLE"],
  ["NotFound", "ENOENT"],
  ["NotSupported", "ENOTSUP"],
  ["PermissionDenied", "EACCES"],
]);

/** The system's name for what an error of any of the runtimes says; `"EUNKNOWN"` if it says nothing. */
export function errnoOf(error: unknown): SystemErrno {
  if (!(error instanceof Error)) return "EUNKNOWN";
  // By code, never by number: Bun's errno has the other sign. Deno's refusal of a permission has a name only.
  const code: unknown = (error as { readonly code?: unknown }).code;
  if (typeof code === "string") {
    if (KNOWN.has(code)) return code as SystemErrno;
    const alias = ALIASES.get(code);
    if (alias !== undefined) return alias;
  }
  return ALIASES.get(error.name) ?? "EUNKNOWN";
}

/**
 * What leaves an adapter for a code that is a value everywhere else: a folder that the operation needs is not there, or
 * a folder with something in it is in the way.
 */
function leaving(code: SystemErrno): Errno {
  if (code === "ENOENT") return "ENOTDIR";
  if (code === "EEXIST") return "ENOTEMPTY";
  return code === "ESRCH" ? "EUNKNOWN" : code;
}

/** The one error that leaves an adapter. One that already is such an error stays as it is. */
export function adapterError(operation: string, path: string, cause: unknown): AdapterError {
  if (cause instanceof AdapterError) return cause;
  return new AdapterError({ operation, path, code: leaving(errnoOf(cause)), cause });
}

/** A refusal of the adapter's own, in the form that the system's have. */
export function systemError(code: Errno, reason: string): Error {
  return Object.assign(new Error(reason), { code });
}

/**
 * How file systems without hard links refuse one. FAT says EPERM; a policy may too, or EACCES (Android). EMLINK: it
 * allows one name for each file. EISDIR: what Windows' ERROR_INVALID_FUNCTION is made into.
 */
const NO_HARD_LINKS: ReadonlySet<SystemErrno> = new Set<SystemErrno>([
  "EACCES",
  "EISDIR",
  "EMLINK",
  "ENOSYS",
  "ENOTCAPABLE",
  "ENOTSUP",
  "EPERM",
]);

/** Whether a failed link means that there are no hard links here, so that the caller should do without. */
export function meansNoHardLinks(code: SystemErrno): boolean {
  return NO_HARD_LINKS.has(code);
}

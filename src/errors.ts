/**
 * Every error of this package: one base class, and in each class a `code` literal to switch on.
 *
 * A message says what was tried, what was found, and what would be right. The fields carry the same facts for
 * programs, so that nobody has to parse a message.
 *
 * @module
 */

export * from "./errors/base.ts";
export * from "./errors/adapter_error.ts";
export * from "./errors/input_errors.ts";
export * from "./errors/permission_error.ts";
export * from "./errors/store_errors.ts";
export * from "./errors/refresh_errors.ts";
export * from "./errors/wait_errors.ts";
export * from "./errors/data_errors.ts";
export * from "./errors/retry_after_error.ts";

/**
 * Stale-while-revalidate on disk: a cache of slow answers that many processes share.
 *
 * @module
 */
export * from "./src/errors.ts";
export * from "./src/clock.ts";
export * from "./src/duration.ts";
export { checkName, slug } from "./src/source_name.ts";
export type * from "./src/adapter.ts";

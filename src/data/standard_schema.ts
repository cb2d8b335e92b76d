/**
 * Validation by whatever library the user has: what Zod, Valibot, ArkType and others have in common, as Standard Schema
 * (version 1, https://standardschema.dev) describes it: types, a check, and the text of what a validator has found.
 *
 * @module
 */

import { InvalidOptionError } from "../errors.ts";

/**
 * What a validator has found wrong.
 *
 * @example Where the data is wrong
 * ```ts
 * import { DiscoveryCache, MemoryStore, type SchemaIssue, type StandardSchema } from "@discoverycache/core";
 *
 * const issues: SchemaIssue[] = [{ path: ["models", 3, "price"], message: "not a number" }];
 * const schema: StandardSchema = { "~standard": { version: 1, vendor: "example", validate: () => ({ issues }) } };
 *
 * const cache = new DiscoveryCache({ store: new MemoryStore() });
 * const refresh = async () => ({ models: [1, 2, 3, { price: "free" }] });
 * const prices = cache.source({ name: "prices", ttl: "24h", refreshDeadline: "10s", schema, refresh });
 * const error: unknown = await prices.get().catch((error) => error);
 * if (!String(error).includes("models[3].price: not a number")) throw new Error("nobody would find it");
 * ```
 */
export interface SchemaIssue {
  /** What is wrong, for people. */
  readonly message: string;
  /** Where: keys from the outside in, as they are or in an object. */
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}

/**
 * What a validator answers: data, or what is wrong with it.
 *
 * @example A check of one's own
 * ```ts
 * import type { SchemaResult } from "@discoverycache/core";
 *
 * function checkPort(value: unknown): SchemaResult<number> {
 *   const port = Number(value);
 *   if (Number.isInteger(port) && port > 0 && port < 65_536) return { value: port };
 *   return { issues: [{ message: "not a port" }] };
 * }
 *
 * const port = checkPort("8080");
 * if (port.issues !== undefined || port.value !== 8080) throw new Error("it is one");
 * if (checkPort("http").issues?.[0]?.message !== "not a port") throw new Error("it is none");
 * ```
 */
export type SchemaResult<Output> =
  | { readonly value: Output; readonly issues?: undefined }
  | { readonly issues: readonly SchemaIssue[] };

/**
 * A validator.
 *
 * @example A schema that changes data on its way to the callers
 * ```ts
 * import { DiscoveryCache, MemoryStore, type StandardSchema } from "@discoverycache/core";
 *
 * const validate = (value: unknown) =>
 *   typeof value === "string" ? { value: value.split("\n") } : { issues: [{ message: "not a text" }] };
 * const lines: StandardSchema<string, string[]> = { "~standard": { version: 1, vendor: "example", validate } };
 *
 * const cache = new DiscoveryCache({ store: new MemoryStore() });
 * const refresh = async () => "node-1\nnode-2";
 * const nodes = cache.source({ name: "nodes", ttl: "5m", refreshDeadline: "30s", schema: lines, refresh });
 * const [first] = await nodes.get(); // the text is kept, and callers get its lines
 * if (first !== "node-1") throw new Error("not a line");
 * ```
 */
export interface StandardSchema<Input = unknown, Output = Input> {
  /** What the standard asks for. */
  readonly "~standard": {
    /** The standard's version. */
    readonly version: 1;
    /** The library. */
    readonly vendor: string;
    /** Validates. */
    readonly validate: (value: unknown) => SchemaResult<Output> | Promise<SchemaResult<Output>>;
    /** The types that it takes and gives; there at compile time only. */
    readonly types?: { readonly input: Input; readonly output: Output } | undefined;
  };
}

/**
 * Checks something that is to be a validator.
 *
 * @param schema It.
 * @param what What errors call it.
 * @throws {InvalidOptionError} If it is none.
 */
export function checkSchema(schema: unknown, what: string): asserts schema is StandardSchema<unknown, unknown> {
  const standard = (Object(schema) as Partial<StandardSchema>)["~standard"];
  if (standard?.version === 1 && typeof standard.validate === "function") return;
  const expected =
    "a validator that knows Standard Schema, version 1: Zod 3.24, Valibot 1, ArkType 2 or later, for example";
  throw new InvalidOptionError({ what, value: schema, expected });
}

/** The most issues that are told one by one. */
const MOST_TOLD = 3;

function place(path: SchemaIssue["path"]): string {
  const keys = (path ?? []).map((segment) => typeof segment === "object" ? segment.key : segment);
  return keys.map((key) => typeof key === "number" ? `[${key}]` : `.${String(key)}`).join("").replace(/^\./, "");
}

/** What is wrong, in one line. */
export function describeIssues(issues: readonly SchemaIssue[]): string {
  const told = issues.slice(0, MOST_TOLD).map(({ path, message }) => {
    const where = place(path);
    return where === "" ? message : `${where}: ${message}`;
  });
  const more = issues.length - told.length;
  return [...told, ...(more > 0 ? [`and ${more} more`] : [])].join("; ") || "no reason given";
}

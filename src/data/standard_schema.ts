/**
 * Validation by whatever library the user has: what Zod, Valibot, ArkType and others have in common, as Standard Schema
 * (version 1, https://standardschema.dev) describes it: types, a check, and the text of what a validator has found.
 *
 * @module
 */

import { InvalidOptionError } from "../errors.ts";

/** What a validator has found wrong. */
export interface SchemaIssue {
  /** What is wrong, for people. */
  readonly message: string;
  /** Where: keys from the outside in, as they are or in an object. */
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}

/** What a validator answers: data, or what is wrong with it. */
export type SchemaResult<Output> =
  | { readonly value: Output; readonly issues?: undefined }
  | { readonly issues: readonly SchemaIssue[] };

/** A validator. */
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

/**
 * Data out of bytes: decoded and validated once for each version, then shared.
 *
 * @module
 */

import { CorruptDataError, InvalidOptionError } from "../errors.ts";
import { type Codec, jsonCodec } from "./codec.ts";
import { deepFreeze } from "./frozen.ts";
import { describeIssues, type SchemaResult, type StandardSchema } from "./standard_schema.ts";

/** Makes data of bytes, which it must not change. Throws a {@linkcode CorruptDataError} if it cannot. */
export interface DataDecoder<T> {
  /** The data, or a promise of it. */
  decode(bytes: Uint8Array): T | Promise<T>;
  /** The data, at once. */
  decodeSync(bytes: Uint8Array): T;
  /** Whether it is news that these bytes are corrupt. */
  isNews(bytes: Uint8Array): boolean;
}

/** How a source's bytes are decoded. */
export interface Decoding<T> {
  /** What makes data of bytes. */
  readonly codec: Codec<unknown>;
  /** What validates it. */
  readonly schema: StandardSchema<unknown, T> | undefined;
  /** Whether data is frozen and shared. */
  readonly freeze: boolean;
}

/** What bytes were found to be. */
type Known<T> =
  | { readonly kind: "shared"; readonly value: T }
  | { readonly kind: "corrupt"; readonly error: CorruptDataError; told: boolean };

/** What a validator has accepted. */
function valueOf<T>(result: SchemaResult<T>): T {
  if (result.issues !== undefined) throw new Error(describeIssues(result.issues));
  return result.value;
}

/** A decoder of one kind of data. What it knows of bytes it forgets with them. */
export class Decoder<T> implements DataDecoder<T> {
  readonly #decoding: Decoding<T>;
  readonly #label: string;
  readonly #known: WeakMap<Uint8Array, Known<T>>;
  readonly #pending = new WeakMap<Uint8Array, Promise<T>>();

  /**
   * @param label What data is called in errors: `tier/name`.
   * @param decoding How it is decoded.
   * @param known What is known of bytes; shared by decoders of the same kind.
   */
  constructor(label: string, decoding: Decoding<T>, known: WeakMap<Uint8Array, Known<T>> = new WeakMap()) {
    this.#label = label;
    this.#decoding = decoding;
    this.#known = known;
  }

  /** The same for another source of the same kind. */
  for(label: string): Decoder<T> {
    return new Decoder(label, this.#decoding, this.#known);
  }

  decode(bytes: Uint8Array): T | Promise<T> {
    const known = this.#look(bytes);
    if (known !== undefined) return known.value;
    const pending = this.#pending.get(bytes);
    if (pending !== undefined) return pending;
    const made = this.#make(bytes);
    if (!(made instanceof Promise)) return made;
    const forget = () => this.#pending.delete(bytes);
    // What is not shared is made for each caller anew.
    if (this.#decoding.freeze) this.#pending.set(bytes, made);
    made.then(forget, forget);
    return made;
  }

  decodeSync(bytes: Uint8Array): T {
    const known = this.#look(bytes);
    if (known !== undefined) return known.value;
    const made = this.#make(bytes);
    if (!(made instanceof Promise)) return made;
    made.catch(() => {});
    throw new InvalidOptionError({
      what: "schema",
      value: this.#decoding.schema,
      expected: "one that validates at once; or use read()",
    });
  }

  isNews(bytes: Uint8Array): boolean {
    const known = this.#known.get(bytes);
    if (known?.kind !== "corrupt" || known.told) return false;
    known.told = true;
    return true;
  }

  #look(bytes: Uint8Array): { readonly value: T } | undefined {
    const known = this.#known.get(bytes);
    if (known?.kind === "corrupt") throw known.error;
    return known;
  }

  #make(bytes: Uint8Array): T | Promise<T> {
    const { codec, schema } = this.#decoding;
    let decoded: unknown;
    try {
      // Another codec may keep or change what it is given.
      decoded = codec.decode(codec === jsonCodec ? bytes : bytes.slice());
    } catch (error) {
      throw this.#corrupt(bytes, error);
    }
    if (schema === undefined) return this.#keep(bytes, decoded as T);
    const refused = (error: unknown): never => {
      throw this.#corrupt(bytes, error);
    };
    let result: SchemaResult<T> | Promise<SchemaResult<T>>;
    try {
      result = schema["~standard"].validate(decoded);
      if (!(result instanceof Promise)) return this.#keep(bytes, valueOf(result));
    } catch (error) {
      return refused(error);
    }
    return result.then(valueOf).catch(refused).then((value) => this.#keep(bytes, value));
  }

  #keep(bytes: Uint8Array, value: T): T {
    if (this.#decoding.freeze && deepFreeze(value)) this.#known.set(bytes, { kind: "shared", value });
    return value;
  }

  #corrupt(bytes: Uint8Array, cause: unknown): CorruptDataError {
    const error = new CorruptDataError(this.#label, cause);
    this.#known.set(bytes, { kind: "corrupt", error, told: false });
    return error;
  }
}

/**
 * How a typed source is defined, and whether that can be used.
 *
 * @module
 */

import { checkSwitch } from "../cache_options.ts";
import { checkCodec, type Codec, jsonCodec } from "../data/codec.ts";
import type { Decoding } from "../data/decoder.ts";
import type { DeepReadonly } from "../data/frozen.ts";
import { checkSchema, type StandardSchema } from "../data/standard_schema.ts";
import { InvalidOptionError } from "../errors.ts";
import type { DetachedRefresh } from "../launcher.ts";
import type { NotModified, RefreshContext } from "../refresher.ts";
import type { Source } from "../source_options.ts";

/**
 * How a refresh runs in a process of its own.
 *
 * @example What a refresh may do on Deno, and why it stays in this program
 * ```ts
 * import { type DetachedOptions, DiscoveryCache, MemoryStore } from "@discoverycache/core";
 *
 * const detached: DetachedOptions = { permissions: ["--allow-net=openrouter.ai"] };
 * // In a program: new URL("./refresh_models.ts", import.meta.url)
 * const refresh = new URL("data:text/javascript,export default async () => ['new']");
 *
 * const cache = new DiscoveryCache({ store: new MemoryStore() });
 * const reasons: string[] = [];
 * cache.on("not-detached", ({ reason }) => reasons.push(reason)); // no other process reaches this memory
 * const models = cache.source<string[]>({ name: "models", ttl: 0, refreshDeadline: "10s", detached, refresh });
 * await models.put(["old"]);
 * if ((await models.get())[0] !== "old" || reasons.length !== 1) throw new Error("it could not be detached");
 * await cache.drain();
 * if ((await models.read()).data?.[0] !== "new") throw new Error("it was not refreshed");
 * ```
 */
export interface DetachedOptions {
  /**
   * What that process may do on Deno, as flags of its command line: `["--allow-net=openrouter.ai"]`. Needed there, since
   * a program cannot pass on permissions that it does not know; without it the refresh goes on in the program itself.
   * Node and Bun ignore it.
   */
  readonly permissions?: readonly string[] | undefined;
}

/**
 * What every definition of typed data may say.
 *
 * @example Two releases that keep different shapes side by side
 * ```ts
 * import { type DataOptions, DiscoveryCache, MemoryStore } from "@discoverycache/core";
 *
 * const models: DataOptions = { name: "models", ttl: "24h", refreshDeadline: "10s" };
 * const cache = new DiscoveryCache({ store: new MemoryStore() });
 * const first = cache.source<string[]>({ ...models, version: 1, refresh: async () => ["one"] });
 * const second = cache.source<{ name: string }[]>({ ...models, version: 2, refresh: async () => [{ name: "one" }] });
 * await first.get();
 * const [model] = await second.get();
 * if (model?.name !== "one" || first.readSync().data?.[0] !== "one") throw new Error("they fight over one file");
 * ```
 */
export interface DataOptions extends Source {
  /**
   * The version of the data's shape, a number or a short text; it becomes a part of the file's name. Two releases of a
   * program that keep their data in different shapes then do not fight over one file. Default: none.
   */
  readonly version?: number | string | undefined;
  /**
   * Whether data is decoded once for each version on disk, frozen, and shared by all who ask. Default: `true`. With
   * `false` every caller gets data of his own, to be changed as he likes. What cannot be frozen (bytes, dates, maps, objects
   * of a class) is decoded for each caller anew in any case.
   */
  readonly freeze?: boolean | undefined;
  /**
   * Whether stale data is refreshed in a process of its own, which goes on when the program has ended: for programs that
   * live for less time than a refresh takes. `refresh` has to be a module's URL. Default: `false`.
   *
   * That process is in a session of its own, without a terminal; it has the program's environment, working directory and
   * (on Node and Bun) flags. It has nothing of the program but the module: a source with a `codec` or a `schema` needs a
   * module that exports them, too, by these names; one that exports what its source does not have may do so, and it is
   * ignored. Where there can be no such process (a compiled binary, a cache with a store of its own, no permission, a key
   * that JSON cannot hold), the refresh goes on in the program itself, as without this, and the event `not-detached` says
   * why. A call that waits for its data refreshes in the program itself, unless it waits no longer than `maxWait`.
   */
  readonly detached?: boolean | DetachedOptions | undefined;
}

/**
 * A source that knows how to refresh itself.
 *
 * @example A program's sources, all made alike
 * ```ts
 * import { DiscoveryCache, MemoryStore, type SourceDefinition } from "@discoverycache/core";
 *
 * const daily = <T>(name: string, refresh: SourceDefinition<T>["refresh"]): SourceDefinition<T> => {
 *   return { tier: "providers", name, ttl: "24h", refreshDeadline: "10s", refresh };
 * };
 * const cache = new DiscoveryCache({ store: new MemoryStore() });
 * const models = cache.source(daily("models", async () => ["one", "another"]));
 * const limits = cache.source(daily("limits", async () => ({ perMinute: 60 })));
 * if ((await models.get()).length !== 2 || (await limits.get()).perMinute !== 60) throw new Error("mixed up");
 * ```
 */
export interface SourceDefinition<T, Previous = DeepReadonly<T>> extends DataOptions {
  /**
   * Answers the slow question. Instead of the function itself, the URL of a module whose default export it is:
   * `new URL("./refresh_models.ts", import.meta.url)`. Name the type, as in `cache.source<Model[]>`, or give a codec, if it
   * looks at `context.previous`: where the type is that of what it returns, `previous` has data of an unknown type.
   */
  readonly refresh: ((context: RefreshContext<Previous>) => Promise<T | NotModified>) | URL;
  /** Makes bytes of data, and data of bytes. Default: JSON. */
  readonly codec?: Codec<T> | undefined;
  /** None: then data is of the type that the refresher returns, and nobody checks that. */
  readonly schema?: undefined;
}

/**
 * A source that knows how to refresh itself, and what its data has to be.
 *
 * @example One schema for the same answer of several providers
 * ```ts
 * import { DiscoveryCache, MemoryStore, type StandardSchema, type ValidatedDefinition } from "@discoverycache/core";
 *
 * const validate = (value: unknown) => Array.isArray(value) ? { value } : { issues: [{ message: "not a list" }] };
 * const schema: StandardSchema<string[]> = { "~standard": { version: 1, vendor: "example", validate } };
 * const models = (name: string, ask: () => Promise<unknown>): ValidatedDefinition<string[], string[]> => {
 *   return { name, ttl: "24h", refreshDeadline: "10s", schema, refresh: ask };
 * };
 * const cache = new DiscoveryCache({ store: new MemoryStore() });
 * const good = cache.source(models("good", async () => ["one"]));
 * const bad = cache.source(models("bad", async () => ({ error: "quota exceeded" })));
 * const error: unknown = await bad.get().catch((error) => error);
 * if ((await good.get())[0] !== "one" || !String(error).includes("not a list")) throw error;
 * ```
 */
export interface ValidatedDefinition<Input, Output> extends DataOptions {
  /**
   * Answers the slow question. What the schema does not accept is a failed refresh. Instead of the function itself, the
   * URL of a module whose default export it is: `new URL("./refresh_models.ts", import.meta.url)`.
   */
  readonly refresh: ((context: RefreshContext<DeepReadonly<Output>>) => Promise<unknown>) | URL;
  /** Makes bytes of data as the refresher returns it, and that of bytes. Default: JSON. */
  readonly codec?: Codec<Input> | undefined;
  /**
   * Validates what is read, and with it what a refresher returns: any validator that knows Standard Schema (Zod, Valibot,
   * ArkType, ...). What is kept is what the refresher returned; what callers get is what the schema makes of that.
   */
  readonly schema: StandardSchema<Input, Output>;
}

/** A definition, whatever its types. */
export interface AnyDefinition extends DataOptions {
  readonly refresh: ((...given: never[]) => unknown) | URL;
  readonly codec?: Codec<unknown> | undefined;
  readonly schema?: StandardSchema<unknown, unknown> | undefined;
}

/**
 * What a definition says of its data.
 *
 * @throws {InvalidOptionError} If that cannot be used.
 */
export function dataKindOf<T>({ codec, schema, freeze }: AnyDefinition): Decoding<T> {
  if (codec !== undefined) checkCodec(codec, "codec");
  if (schema !== undefined) checkSchema(schema, "schema");
  checkSwitch("freeze", freeze);
  return {
    codec: codec ?? jsonCodec,
    schema: schema as StandardSchema<unknown, T> | undefined,
    freeze: freeze ?? true,
  };
}

const VERSION = /^[a-z0-9]+(?:[._-][a-z0-9]+)*$/;

/**
 * A name with the version of the data's shape in it.
 *
 * @param name The name.
 * @param version The version.
 * @throws {InvalidOptionError} If the version cannot be used.
 */
export function versionedName(name: string, version: number | string | undefined): string {
  if (version === undefined) return name;
  const usable = typeof version === "number"
    ? Number.isSafeInteger(version) && version >= 0
    : typeof version === "string" && VERSION.test(version);
  if (usable) return `${name}.v${version}`;
  const expected = 'a whole number from 0 on, or small letters and digits, for example 2 or "2024-11"';
  throw new InvalidOptionError({ what: "version", value: version, expected });
}

/**
 * Checks what refreshes a source.
 *
 * @throws {InvalidOptionError} If it is neither a function nor a URL.
 */
export function checkRefresh(refresh: unknown): void {
  if (typeof refresh === "function" || refresh instanceof URL) return;
  const expected = "a function that returns a promise of the data, or the URL of a module whose default export is one";
  throw new InvalidOptionError({ what: "refresh", value: refresh, expected });
}

/** A flag of Deno's that is about permissions. */
const PERMISSION_FLAG = /^(?:-A|--(?:allow|deny)-[a-z]+(?:=.+)?)$/s;

/**
 * What refreshes a source in a process of its own; `undefined` if that is not asked for.
 *
 * @throws {InvalidOptionError} If it is asked for in a way that cannot be used.
 */
export function detachedRefreshOf(definition: AnyDefinition): DetachedRefresh | undefined {
  const { refresh, detached, codec, schema, freeze = true } = definition;
  if (detached === undefined || detached === false) return undefined;
  if (detached !== true && (typeof detached !== "object" || detached === null)) {
    throw new InvalidOptionError({
      what: "detached",
      value: detached,
      expected: "true, false or { permissions: [...] }",
    });
  }
  if (!(refresh instanceof URL)) {
    const expected = "the URL of a module whose default export is the refresher, since another process has to load it";
    throw new InvalidOptionError({ what: "refresh", value: refresh, expected });
  }
  const permissions = detached === true ? undefined : detached.permissions;
  if (permissions !== undefined && !Array.isArray(permissions)) {
    const expected = 'a list of flags, for example ["--allow-net=openrouter.ai"]';
    throw new InvalidOptionError({ what: "detached.permissions", value: permissions, expected });
  }
  for (const flag of permissions ?? []) {
    if (typeof flag === "string" && PERMISSION_FLAG.test(flag)) continue;
    const expected = "a permission as Deno's command line gives it: --allow-net=openrouter.ai, --allow-env, ...";
    throw new InvalidOptionError({ what: "detached.permissions", value: flag, expected });
  }
  const kind = { codec: codec !== undefined, schema: schema !== undefined, freeze };
  return { module: refresh, permissions, ...kind, given: [] };
}

/**
 * Data that many callers share: nobody can change it, and its type says so.
 *
 * @module
 */

/**
 * Objects that have insides of their own, which freezing does not reach.
 *
 * @example A date is no caller's to share
 * ```ts
 * import { type Codec, DiscoveryCache, MemoryStore, type Opaque } from "@discoverycache/core";
 *
 * const dates: Codec<Date> = {
 *   encode: (date) => date.toISOString(),
 *   decode: (bytes) => new Date(new TextDecoder().decode(bytes)),
 * };
 * const cache = new DiscoveryCache({ store: new MemoryStore() });
 * const source = { name: "released", ttl: "24h", refreshDeadline: "10s", codec: dates };
 * const released = cache.source({ ...source, refresh: async () => new Date("2024-11-01") });
 * const mine: Date & Opaque = await released.get(); // of the type that the codec makes, not a readonly one
 * mine.setFullYear(1999);
 * if ((await released.get()).getFullYear() !== 2024) throw new Error("another caller's date was changed");
 * ```
 */
export type Opaque =
  | ((...args: never[]) => unknown)
  | ArrayBufferLike
  | ArrayBufferView
  | Date
  | RegExp
  | Error
  | URL
  | ReadonlyMap<unknown, unknown>
  | ReadonlySet<unknown>
  | WeakMap<WeakKey, unknown>
  | WeakSet<WeakKey>
  | Promise<unknown>;

/**
 * A type whose properties and elements, at any depth, are readonly.
 *
 * @example A function that only looks at shared data
 * ```ts
 * import { type DeepReadonly, DiscoveryCache, MemoryStore } from "@discoverycache/core";
 *
 * type Model = { name: string; tags: string[] };
 * const fast = (models: DeepReadonly<Model[]>) => models.filter(({ tags }) => tags.includes("fast")); // no tags.push()
 *
 * const cache = new DiscoveryCache({ store: new MemoryStore() });
 * const refresh = async (): Promise<Model[]> => [{ name: "one", tags: ["fast"] }, { name: "two", tags: [] }];
 * const models = cache.source({ name: "models", ttl: "24h", refreshDeadline: "10s", refresh });
 * const [one, ...others] = fast(await models.get());
 * if (one?.name !== "one" || others.length > 0) throw new Error("only one of them is fast");
 * if (!Object.isFrozen(one.tags)) throw new Error("somebody else could change them");
 * ```
 */
export type DeepReadonly<T> = 0 extends 1 & T ? T
  : T extends Opaque ? T
  : T extends object ? { readonly [Key in keyof T]: DeepReadonly<T[Key]> }
  : T;

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

/** Whether freezing an object keeps it from being changed. */
function canBeFrozen(object: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(object);
  return prototype === null || prototype === Object.prototype || Array.isArray(object);
}

/**
 * Freezes plain objects and arrays, at any depth.
 *
 * @param value What to freeze.
 * @returns Whether all of it is frozen now; `false` if there is something in it that cannot be, a `Map` for example.
 */
export function deepFreeze(value: unknown): boolean {
  if (!isObject(value)) return typeof value !== "function";
  const seen = new Set<object>([value]);
  // No recursion: data may be nested more deeply than a stack.
  for (const object of seen) {
    if (!canBeFrozen(object)) return false;
    for (const { value: inner, get, set } of Object.values(Object.getOwnPropertyDescriptors(object))) {
      if (get !== undefined || set !== undefined || typeof inner === "function") return false;
      if (isObject(inner)) seen.add(inner);
    }
  }
  for (const object of seen) Object.freeze(object);
  return true;
}

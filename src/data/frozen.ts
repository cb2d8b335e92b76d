/**
 * Data that many callers share: nobody can change it, and its type says so.
 *
 * @module
 */

/** Objects that have insides of their own, which freezing does not reach. */
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

/** A type whose properties and elements, at any depth, are readonly. */
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

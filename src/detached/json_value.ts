/**
 * What JSON can hold.
 *
 * @module
 */

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype || Array.isArray(value);
}

/**
 * Whether a value is the same when it is written as JSON and read again. A property without a value may get lost: whoever
 * asks for it gets `undefined` in either case.
 *
 * @param value The value.
 */
export function survivesJson(value: unknown): boolean {
  if (typeof value === "number") return Number.isFinite(value) && !Object.is(value, -0);
  if (typeof value !== "object" || value === null) {
    return ["string", "boolean"].includes(typeof value) || value === null;
  }
  if (!isPlain(value) || "toJSON" in value) return false;
  if (Array.isArray(value)) return Array.from(value).every(survivesJson);
  return Object.values(value).every((inner) => inner === undefined || survivesJson(inner));
}

/**
 * Whether this process is one in which a detached refresh works. It is remembered where every copy of this package finds
 * it: the program and the worker are two bundled files.
 *
 * @module
 */

const INSIDE = Symbol.for("@discoverycache/core: inside a detached refresh");

/** Remembers that it is. */
export function setInside(): void {
  Object.defineProperty(globalThis, INSIDE, { value: true });
}

/** Whether it is. */
export function isInside(): boolean {
  return INSIDE in globalThis;
}

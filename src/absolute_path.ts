/**
 * Whether a path stays the same wherever a program stands.
 *
 * @module
 */

/** Of every system, on every system: whoever writes `C:\cache` does not mean a file of that name where he stands. */
const ABSOLUTE = /^(?:[/\\]|[a-zA-Z]:[/\\])/;

/** Whether a path is absolute. */
export function isAbsolutePath(path: string): boolean {
  return ABSOLUTE.test(path);
}

/**
 * The two questions about a path's text that adapters ask.
 *
 * @module
 */

function lastSeparator(path: string, windows: boolean): number {
  return windows ? Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\")) : path.lastIndexOf("/");
}

/** The folder that a path is in; `undefined` for a root and for a path without folders. */
export function parentOf(path: string, windows: boolean): string | undefined {
  let end = path.length;
  while (end > 1 && lastSeparator(path.slice(0, end), windows) === end - 1) end--;
  const at = lastSeparator(path.slice(0, end), windows);
  if (at < 0 || end <= 1) return undefined;
  // "C:\x" is in "C:\", while "C:" alone is some folder of that drive.
  return at === 0 || (windows && path[at - 1] === ":") ? path.slice(0, at + 1) : path.slice(0, at);
}

/** The last name in a path. */
export function nameOf(path: string, windows: boolean): string {
  return path.slice(lastSeparator(path, windows) + 1);
}

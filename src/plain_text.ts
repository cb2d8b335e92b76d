/**
 * Text of somebody else, fit to be shown.
 *
 * @module
 */

/** On one line, and nothing in it that a terminal would obey. */
export function plain(text: string): string {
  // deno-lint-ignore no-control-regex -- they are what has to go
  return text.replaceAll(/\x1b\[[0-9;?]*[ -/]*[@-~]/g, "").replaceAll(/[\x00-\x1f\x7f-\x9f]+/g, " ").trim();
}

/**
 * What is taken out of a text before others can read it.
 *
 * @module
 */

/** Stands for a text that could not be redacted: what was to be taken out must not get out since that failed. */
const NOT_TOLD = "not told: the cache's redact function failed";

/**
 * A text as others may read it.
 *
 * @param text The text.
 * @param redact The cache's function; the text stays as it is if `undefined`.
 */
export function redacted(text: string, redact: ((text: string) => string) | undefined): string {
  if (redact === undefined) return text;
  try {
    const answer: unknown = redact(text);
    if (typeof answer === "string") return answer;
    // An async function by mistake: what it throws ends no process.
    Promise.resolve(answer).catch(() => {});
  } catch {
    // It is said below.
  }
  return NOT_TOLD;
}

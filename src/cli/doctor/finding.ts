/**
 * What an examination finds, and what follows from all of it: pure judgements.
 *
 * @module
 */

/** How serious a finding is, the least serious first. */
export const SEVERITIES = ["ok", "attention", "problem"] as const;

/** How serious a finding is. `"attention"`: it works, but not as well as it could, or somebody should know. */
export type Severity = (typeof SEVERITIES)[number];

/** What a check has found. */
export interface Finding {
  /** What was looked at. */
  readonly check: string;
  /** How serious it is. */
  readonly severity: Severity;
  /** What was found. */
  readonly what: string;
  /** What to do about it: a command line, or words. Of what is in order there is none. */
  readonly fix?: string | undefined;
}

/** A check without a fault. */
export function ok(check: string, what: string): Finding {
  return { check, severity: "ok", what };
}

/** Something that somebody should look at. */
export function attention(check: string, what: string, fix: string): Finding {
  return { check, severity: "attention", what, fix };
}

/** Something that keeps the cache from doing what it is for. */
export function problem(check: string, what: string, fix: string): Finding {
  return { check, severity: "problem", what, fix };
}

/** Findings, or that there are none. */
export function orOk(found: readonly Finding[], check: string, what: string): readonly Finding[] {
  return found.length === 0 ? [ok(check, what)] : found;
}

/** How serious the most serious of them is. */
export function worstOf(findings: readonly Finding[]): Severity {
  const ranks = findings.map(({ severity }) => SEVERITIES.indexOf(severity));
  return SEVERITIES[Math.max(0, ...ranks)] ?? "ok";
}

/** The one thing to do: what the first of the most serious findings calls for; `undefined` if nothing needs to be done. */
export function theOneThing(findings: readonly Finding[]): string | undefined {
  const worst = worstOf(findings);
  return findings.find(({ severity, fix }) => severity === worst && fix !== undefined)?.fix;
}

/** The most things that one finding names. */
const MOST_NAMED = 3;

/** Some names, and how many more there are. */
export function named(names: readonly string[]): string {
  const more = names.length - MOST_NAMED;
  return names.slice(0, MOST_NAMED).join(", ") + (more > 0 ? ` and ${more} more` : "");
}

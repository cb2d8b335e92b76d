/**
 * Findings, told: a line for each, and at the end the one thing to do.
 *
 * @module
 */

import { plain } from "../../plain_text.ts";
import { drawTable } from "../screen/table.ts";
import type { Look } from "../screen/terminal.ts";
import { type Finding, type Severity, theOneThing } from "./finding.ts";

function colored(severity: Severity, { colors }: Pick<Look, "colors">): string {
  switch (severity) {
    case "ok":
      return colors.green(severity);
    case "attention":
      return colors.yellow(severity);
    case "problem":
      return colors.bold(colors.red(severity));
  }
}

/** The lines. */
export function tellFindings(findings: readonly Finding[], look: Pick<Look, "colors">): string[] {
  const rows = findings.map(({ check, severity, what }) => [colored(severity, look), check, plain(what)]);
  const [, ...lines] = drawTable([{ head: "" }, { head: "" }, { head: "" }], rows);
  const todo = theOneThing(findings);
  return [...lines, "", todo === undefined ? "nothing needs to be done" : `do this: ${plain(todo)}`];
}

/** The same as data, fit for JSON. */
export function findingsData(root: string, findings: readonly Finding[]): unknown {
  return { root, findings, todo: theOneThing(findings) ?? null };
}

/** Tries every mutation, and says in a table how the simulation noticed it. */
import { CRASH } from "../../tests/simulation/violation.ts";
import { loadMutated } from "./mutate.ts";
import { type Mutation, mutations } from "./mutations.ts";

/** What became of a mutation. */
export interface Verdict {
  readonly mutation: Mutation;
  /** How it was noticed; `undefined` if it survived. */
  readonly caught:
    | { readonly seed: number; readonly after: number; readonly steps: number; readonly violation: string }
    | undefined;
}

/** A mutation's schedule need not be the very shortest. */
const MOST_STEPS = 60_000;

/** Plays schedules with each mutation until one of them violates an invariant. */
export async function survey(schedules: number, seed: number): Promise<Verdict[]> {
  const verdicts: Verdict[] = [];
  for (const mutation of mutations) {
    const { explore } = await loadMutated(mutation);
    const { finding } = explore(schedules, seed, MOST_STEPS);
    if (finding?.shortest.violation?.invariant === CRASH) {
      throw new Error(`"${mutation.name}" does not run: ${finding.shortest.violation.message}`);
    }
    verdicts.push({
      mutation,
      caught: finding && {
        seed: finding.seed,
        after: finding.after,
        steps: finding.shortest.steps,
        violation: finding.shortest.violation?.message ?? "",
      },
    });
  }
  return verdicts;
}

/** The verdicts as lines of text. */
export function renderVerdicts(verdicts: readonly Verdict[]): string[] {
  const lines = verdicts.map(({ mutation: { name, rule }, caught }) =>
    caught === undefined
      ? [rule, name, "-", "-", "SURVIVED"]
      : [rule, name, String(caught.after), String(caught.steps), `invariant ${caught.violation}`]
  );
  const rows = [["rule", "the protocol, broken", "schedules", "steps", "noticed by"], ...lines];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  ").trimEnd());
}

/** The steps of the gate: each one either has nothing to say, or remarks, or throws. */
import { run } from "../run.ts";

/** One step. */
export interface Step {
  readonly name: string;
  /**
   * Does it.
   *
   * @returns Remarks that are printed but fail nothing.
   * @throws When the step fails; the message is printed in full.
   */
  perform(): Promise<readonly string[] | void>;
}

/** How a step ended. */
export interface StepResult {
  readonly name: string;
  readonly ok: boolean;
  readonly ms: number;
}

/** Performs every step, even after one failed, and tells about each. */
export async function performAll(steps: readonly Step[]): Promise<StepResult[]> {
  const results: StepResult[] = [];
  for (const step of steps) {
    const started = performance.now();
    let ok = true;
    let remarks: readonly string[];
    try {
      remarks = await step.perform() ?? [];
    } catch (error) {
      ok = false;
      remarks = [error instanceof Error ? error.message : String(error)];
    }
    const result = { name: step.name, ok, ms: performance.now() - started };
    results.push(result);
    console.log(describeStep(result));
    for (const remark of remarks) console.log(remark.trimEnd().replaceAll(/^/gm, "         "));
  }
  return results;
}

/** A line about a step. */
export function describeStep({ name, ok, ms }: StepResult): string {
  return `${ok ? "ok    " : "FAILED"} ${(ms / 1000).toFixed(1).padStart(5)} s  ${name}`;
}

/** A step that is one program: it fails when the program does. */
export function programStep(name: string, argv: () => readonly string[]): Step {
  return {
    name,
    async perform() {
      const { code, output } = await run(argv(), { env: { NO_COLOR: "1", FORCE_COLOR: undefined } });
      if (code !== 0) throw new Error(`${output}\nended with ${code ?? "a signal"}`);
    },
  };
}

/** A step that looks for faults: it fails when there is one. */
export function searchStep(name: string, search: () => readonly string[] | Promise<readonly string[]>): Step {
  return {
    name,
    async perform() {
      const found = await search();
      if (found.length > 0) throw new Error(found.join("\n"));
    },
  };
}

/** What Node's test runner tells, as one line of JSON for each event: see readNodeReport. */
import type { NodeEvent } from "./reports.ts";

interface RunnerEvent {
  readonly type: string;
  readonly data: {
    readonly name?: string;
    readonly nesting?: number;
    readonly skip?: unknown;
    readonly todo?: unknown;
    readonly details?: { readonly type?: string };
  };
}

export default async function* nodeReporter(source: AsyncIterable<RunnerEvent>): AsyncGenerator<string> {
  for await (const { type, data } of source) {
    const outcome = type === "test:pass" ? "passed" : type === "test:fail" ? "failed" : undefined;
    if (type !== "test:start" && outcome === undefined) continue;
    // A test counts as skipped when it is marked "todo" as well: it proves nothing. `skip: ""` is a mark too.
    const marked = isMarked(data.skip) || isMarked(data.todo);
    const event: NodeEvent = {
      kind: outcome === undefined ? "start" : data.details?.type === "suite" ? "suite" : "test",
      nesting: data.nesting ?? 0,
      name: data.name ?? "",
      outcome: marked && outcome !== undefined ? "skipped" : outcome,
    };
    yield `${JSON.stringify(event)}\n`;
  }
}

function isMarked(value: unknown): boolean {
  return value !== undefined && value !== false;
}

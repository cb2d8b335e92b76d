/** What a soak did, in figures. */
import { durationOf } from "./check.ts";
import type { Line } from "./ledger.ts";
import type { Story } from "./story.ts";

/** The figures of a soak, as lines of text. */
export function soakFigures(lines: readonly Line[], story: Story): string[] {
  const count = (test: (line: Line) => boolean) => lines.filter(test).length;
  const ends = (how: string) => count((line) => line.what === "end" && line.how === how);
  const leaves = (how: string) => count((line) => line.what === "leave" && line.how === how);
  const calls = (...ops: readonly string[]) => story.calls.filter(({ op }) => ops.includes(op));
  const timedOut = (name: string) => story.calls.filter(({ error }) => error?.name === name).length;
  const overdue = story.takeOvers.filter(({ reason }) => reason === "overdue").length;
  const answered = story.calls.filter((call) => call.answered !== Infinity);
  const longest = answered.reduce<(typeof answered)[number] | undefined>(
    (most, call) => most === undefined || durationOf(call) > durationOf(most) ? call : most,
    undefined,
  );
  const block = longest === undefined
    ? "none"
    : `${durationOf(longest)} ms (${longest.op} of ${longest.source}${longest.error ? `: ${longest.error.name}` : ""})`;
  return [
    `${story.calls.length} calls: ${calls("read", "readSync").length} reads, ${calls("refresh").length} forced ` +
    `refreshes, ${calls("ifStale").length} if stale, ${calls("background").length} in the background, ` +
    `${calls("impatient").length} given up, ${calls("prune").length} prunes`,
    `${count(({ what }) => what === "enter")} refreshes: ${ends("refreshed")} commits, ${leaves("throws")} failures, ` +
    `${leaves("aborted")} cut off, ${ends("superseded")} late ones rejected`,
    `${count(({ what }) => what === "kill")} kills, ${count(({ what }) => what === "stop")} stops; ` +
    `${story.takeOvers.length} take-overs, ${overdue} of them from somebody who was overdue`,
    `${timedOut("LockTimeoutError")} lock time-outs, ${timedOut("WaitTimeoutError")} wait time-outs; ` +
    `the longest block: ${block}`,
  ];
}

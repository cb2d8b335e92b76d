/**
 * How `watch` tells what it sees: a table that changes on a terminal, a line for each event elsewhere, or JSON.
 *
 * @module
 */

import { iso } from "../../explain_words.ts";
import type { Owner } from "../../store.ts";
import { changeJson, changeWords } from "./change_words.ts";
import type { Change } from "./changes.ts";
import { print, remark } from "../host.ts";
import { describeError } from "../remarks.ts";
import { labelOf } from "../sources/survey.ts";
import { lookOf } from "../screen/terminal.ts";
import type { Sight } from "./watch_look.ts";
import { MOST_CHANGES, type SeenChange, watchLines } from "./watch_screen.ts";

/** Who is told. */
export interface WatchReporter {
  /** What is seen, and what has changed. */
  tell(sight: Sight, changes: readonly Change[]): Promise<void>;
  /** There is nothing more to tell. */
  close(): Promise<void>;
}

const encoder = new TextEncoder();

/** Without a terminal: what cannot be read is told once. */
function plainReporter(json: boolean, onGone: () => void): WatchReporter {
  const told = new Set<string>();
  const tell = async ({ failure }: Sight, changes: readonly Change[]) => {
    const note = failure && describeError(failure.error);
    if (note !== undefined && !told.has(note)) await remark(note);
    if (note !== undefined) told.add(note);
    const now = Date.now();
    const lines = changes.map((change) =>
      json
        ? JSON.stringify(changeJson(change, now))
        : `${iso(now)} ${labelOf(change.source)} ${changeWords(change, now)}`
    );
    if (lines.length === 0) return;
    if (await print(encoder.encode(`${lines.join("\n")}\n`)) === "closed") onGone();
  };
  return { tell, close: () => Promise.resolve() };
}

async function liveReporter(here: Owner | undefined, onResize: () => void, onGone: () => void): Promise<WatchReporter> {
  const { LiveBlock } = await import("../screen/live.ts");
  const block = new LiveBlock("stdout", onResize, onGone);
  let last: readonly SeenChange[] = [];
  return {
    tell: ({ sources, failure }, changes) => {
      const now = Date.now();
      last = [...last, ...changes.map((change) => ({ change, time: now }))].slice(-MOST_CHANGES);
      const note = failure && describeError(failure.error);
      block.draw((look) => watchLines({ sources: [...sources.values()], changes: last, note, now, here }, look));
      return Promise.resolve();
    },
    close: () => block.close("stays"),
  };
}

/**
 * Begins to tell.
 *
 * @param json Whether events are printed as JSON.
 * @param here This process.
 * @param onResize Told when it has to be told anew.
 * @param onGone Told when nobody hears any more.
 */
export async function openWatchReporter(
  json: boolean,
  here: Owner | undefined,
  onResize: () => void,
  onGone: () => void,
): Promise<WatchReporter> {
  const live = !json && lookOf("stdout").terminal;
  return live ? await liveReporter(here, onResize, onGone) : plainReporter(json, onGone);
}

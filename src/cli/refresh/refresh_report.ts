/**
 * How `refresh` tells what it does: a block that changes on a terminal, a line for each source elsewhere, or JSON.
 *
 * @module
 */

import { print, printError, remark } from "../host.ts";
import type { RefreshBoard } from "./refresh_board.ts";
import { outcomeJson, outcomeLine, type RefreshOutcome } from "./refresh_outcome.ts";
import { refreshLines } from "./refresh_view.ts";
import { lookOf } from "../screen/terminal.ts";

/** Between two looks at what there is to draw, in milliseconds. */
const FRAME_MS = 100;

/** Who is told. */
export interface Reporter {
  /** What became of a source. */
  tell(outcome: RefreshOutcome): Promise<void>;
  /** Something else that somebody should know. */
  note(text: string): Promise<void>;
  /** There is nothing more to tell. */
  close(): Promise<void>;
}

const encoder = new TextEncoder();

/** Without a terminal. */
function plainReporter(json: boolean): Reporter {
  const tell = async (outcome: RefreshOutcome) => {
    // That nobody reads it is no reason to leave the work undone.
    if (json) await print(encoder.encode(`${JSON.stringify(outcomeJson(outcome))}\n`));
    else await printError(encoder.encode(`${outcomeLine(outcome, lookOf("stderr"))}\n`));
  };
  return { tell, note: async (text) => void await remark(text), close: () => Promise.resolve() };
}

/** On a terminal. */
async function liveReporter(board: RefreshBoard, json: boolean): Promise<Reporter> {
  const { LiveBlock } = await import("../screen/live.ts");
  const draw = () => block.draw((look) => refreshLines(board.state, Date.now(), look));
  const block = new LiveBlock("stderr", draw);
  const frames = setInterval(draw, FRAME_MS);
  const printed = plainReporter(json);
  return {
    tell: async (outcome) => json ? await printed.tell(outcome) : block.keep(outcomeLine(outcome, lookOf("stderr"))),
    note: (text) => Promise.resolve(block.keep(`discoverycache: ${text}`)),
    close: async () => {
      clearInterval(frames);
      await block.close("goes");
    },
  };
}

/**
 * Begins to tell.
 *
 * @param board How it stands with all sources.
 * @param json Whether what became of each is printed as JSON.
 */
export async function openReporter(board: RefreshBoard, json: boolean): Promise<Reporter> {
  // JSON and a block that changes on one and the same terminal would be neither.
  const live = lookOf("stderr").terminal && !(json && lookOf("stdout").terminal);
  return live ? await liveReporter(board, json) : plainReporter(json);
}

/**
 * Refreshes at work, as a block of lines on a terminal: pure functions.
 *
 * @module
 */

import { plain } from "../../plain_text.ts";
import type { Progress } from "../../store.ts";
import { bar } from "../screen/bar.ts";
import type { BoardState, Underway } from "./refresh_board.ts";
import { roughly } from "../screen/rough.ts";
import type { Look } from "../screen/terminal.ts";
import { shorten, textWidth } from "../screen/text_width.ts";

/** The most columns of a bar. */
const BAR_COLUMNS = 20;

/** The most columns of a name. */
const NAME_COLUMNS = 40;

/** A text with spaces after it, so that it takes so many columns at least. */
function padded(text: string, columns: number): string {
  return text + " ".repeat(Math.max(columns - textWidth(text), 0));
}

/** How far somebody is, where he counts. */
export function shareOf(progress: Progress | undefined): number | undefined {
  const { done = 0, total } = progress ?? {};
  return total === undefined || total <= 0 ? undefined : done / total;
}

/** How far somebody is, in words: what he counts, or else the time that has gone. */
function amountOf({ progress, startedAt, deadline }: Underway, now: number): string {
  if (progress?.total !== undefined && progress.total > 0) return `${progress.done ?? 0}/${progress.total}`;
  const gone = Math.floor(Math.max(now - startedAt, 0) / 1_000) * 1_000;
  const time = `${roughly(gone)} of ${roughly(Math.max(deadline - startedAt, 0))}`;
  return progress?.done === undefined ? time : `${progress.done}, ${time}`;
}

/** A bar of what is counted, or, thinner, of the time that has gone. */
function barOf({ progress, startedAt, deadline }: Underway, now: number, columns: number, unicode: boolean): string {
  const share = shareOf(progress);
  if (share !== undefined) return bar(share, columns, unicode);
  return bar((now - startedAt) / Math.max(deadline - startedAt, 1), columns, unicode, "time");
}

function lineOf(source: Underway, now: number, nameColumns: number, { columns = 80, unicode, colors }: Look): string {
  const name = padded(shorten(source.label, nameColumns, unicode), nameColumns);
  const drawn = barOf(source, now, Math.min(BAR_COLUMNS, Math.floor(columns / 5)), unicode);
  const message = plain(source.progress?.message ?? "");
  const where = source.pid === undefined ? "" : `process ${source.pid}`;
  const words = [amountOf(source, now), message, where].filter((part) => part !== "").join("  ");
  const rest = columns - nameColumns - textWidth(drawn) - 4;
  const counted = shareOf(source.progress) !== undefined;
  return `${name}  ${counted ? colors.cyan(drawn) : colors.dim(drawn)}  ${shorten(words, rest, unicode)}`;
}

/** All of them together. */
function overall({ total, done, failed }: BoardState, nameColumns: number, look: Look): string {
  const { columns = 80, unicode, colors } = look;
  const drawn = bar(done / total, Math.min(BAR_COLUMNS, Math.floor(columns / 5)), unicode);
  const rest = columns - nameColumns - textWidth(drawn) - 4;
  const words = shorten(`${done} of ${total} done${failed > 0 ? `, ${failed} failed` : ""}`, rest, unicode);
  return `${padded(shorten("all of them", nameColumns, unicode), nameColumns)}  ${colors.green(drawn)}  ${words}`;
}

/**
 * The block: a line for each source at work, and one for all of them if there are several. It fits into the window.
 *
 * @param state How it stands.
 * @param now The time, milliseconds since the epoch.
 * @param look How the terminal looks.
 */
export function refreshLines(state: BoardState, now: number, look: Look): string[] {
  const { underway, total } = state;
  if (underway.length === 0) return [];
  const { rows = 24, columns = 80, unicode } = look;
  // The cursor stands below the block; of a line that is full to the end, terminals disagree where it ends.
  const narrow: Look = { ...look, columns: columns - 1 };
  const room = Math.max(rows - 2, 1);
  const several = total > 1 && room > 1;
  const shown = underway.slice(0, Math.max(room - (several ? 1 : 0), 1));
  const fits = shown.length === underway.length;
  const named = fits || shown.length === 1 ? shown : shown.slice(0, -1);
  const widest = Math.max(11, ...named.map(({ label }) => textWidth(label)));
  const nameColumns = Math.min(widest, NAME_COLUMNS, Math.max(Math.floor(columns / 3), 1));
  const lines = named.map((source) => lineOf(source, now, nameColumns, narrow));
  if (named.length < shown.length) {
    lines.push(shorten(`and ${underway.length - named.length} more`, columns - 1, unicode));
  }
  return several ? [...lines, overall(state, nameColumns, narrow)] : lines;
}

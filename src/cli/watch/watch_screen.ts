/**
 * What `watch` shows on a terminal: pure functions of what was seen and of the window.
 *
 * @module
 */

import type { SourceListing } from "../../listing.ts";
import type { Owner } from "../../store.ts";
import type { Change } from "./changes.ts";
import { CHANGE_HUES, changeWords } from "./change_words.ts";
import { sourceTable } from "../sources/source_table.ts";
import { type SeenState, viewOf } from "../sources/source_view.ts";
import { labelOf } from "../sources/survey.ts";
import type { Look } from "../screen/terminal.ts";
import { shorten } from "../screen/text_width.ts";

/** Something that was seen, and when. */
export interface SeenChange {
  /** What. */
  readonly change: Change;
  /** When, milliseconds since the epoch. */
  readonly time: number;
}

/** What there is to show. */
export interface WatchScene {
  /** The sources. */
  readonly sources: readonly SourceListing[];
  /** What happened last, the latest last. */
  readonly changes: readonly SeenChange[];
  /** What else somebody should know; `undefined` if there is nothing. */
  readonly note: string | undefined;
  /** The time, milliseconds since the epoch. */
  readonly now: number;
  /** This process. */
  readonly here: Owner | undefined;
}

/** The most lines of what happened last. */
export const MOST_CHANGES = 6;

/** Who comes first. */
const FIRST: readonly SeenState[] = ["refreshing", "abandoned", "cooling-down"];

function rankOf(source: SourceListing, now: number): number {
  const place = FIRST.indexOf(viewOf(source, now).state);
  return place < 0 ? FIRST.length : place;
}

/** The sources, those at work first, then those in trouble, then the others; each by name. */
export function inOrder(sources: readonly SourceListing[], now: number): SourceListing[] {
  return sources.map((source) => ({ source, rank: rankOf(source, now), label: labelOf(source.source) }))
    .sort((one, other) => one.rank - other.rank || (one.label < other.label ? -1 : 1))
    .map(({ source }) => source);
}

/** A time of the day, as the reader's clock shows it. */
function clockTime(time: number): string {
  const date = new Date(time);
  return [date.getHours(), date.getMinutes(), date.getSeconds()].map((part) => String(part).padStart(2, "0")).join(":");
}

function changeLine({ change, time }: SeenChange, columns: number, { colors, unicode }: Look): string {
  const hue = CHANGE_HUES[change.kind];
  const start = `${clockTime(time)}  `;
  const rest = shorten(`${labelOf(change.source)}  ${changeWords(change, time)}`, columns - start.length, unicode);
  const label = labelOf(change.source);
  if (hue === undefined || !rest.startsWith(label)) return colors.dim(start) + rest;
  return colors.dim(start) + label + colors[hue](rest.slice(label.length));
}

/** As many sources as there are lines for; how many are left out is told. */
function tableLines({ sources, now, here }: WatchScene, rows: number, look: Look): string[] {
  const sorted = inOrder(sources, now);
  // One line is the heads.
  if (sorted.length < rows) return sourceTable(sorted, now, look, here);
  const shown = sorted.slice(0, Math.max(rows - 2, 1));
  const more = `and ${sorted.length - shown.length} more`;
  const lines = sourceTable(shown, now, look, here);
  return (sorted.length > shown.length ? [...lines, look.colors.dim(more)] : lines).slice(0, Math.max(rows, 1));
}

/**
 * The lines to show, which fit into the window: the table, and below it what happened last.
 *
 * @param scene What there is to show.
 * @param look How the terminal looks.
 */
export function watchLines(scene: WatchScene, look: Look): string[] {
  const { rows = 24, columns = 80, colors, unicode } = look;
  // Below the lines the cursor stands; and of a line that is full to the end, terminals disagree where it ends.
  const room = Math.max(rows - 1, 1);
  const narrow: Look = { ...look, columns: Math.max(columns - 1, 1) };
  const width = narrow.columns ?? 1;
  const most = Math.min(MOST_CHANGES, Math.floor(room / 3));
  const last = scene.changes.slice(scene.changes.length - Math.min(most, scene.changes.length));
  const below = last.length === 0 ? [] : ["", ...last.map((change) => changeLine(change, width, narrow))];
  const note = scene.note === undefined ? [] : [colors.yellow(shorten(scene.note, width, unicode))];
  const above = Math.max(room - below.length - note.length, 1);
  const table = scene.sources.length === 0
    ? [colors.dim(shorten("nothing is there yet", width, unicode))]
    : tableLines(scene, above, narrow);
  return [...table, ...note, ...below].slice(0, room);
}

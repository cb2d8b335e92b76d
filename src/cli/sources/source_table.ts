/**
 * Sources as a table: a line for each, none longer than the terminal is wide.
 *
 * @module
 */

import { formatDuration } from "../../duration.ts";
import type { SourceListing } from "../../listing.ts";
import { plain } from "../../plain_text.ts";
import type { Owner } from "../../store.ts";
import { bar } from "../screen/bar.ts";
import { type ColumnNeed, fitColumns } from "../screen/fit.ts";
import { tellReason } from "../outcome.ts";
import { roughly, roughSize } from "../screen/rough.ts";
import { SEEN_HUES, seenWords, type SourceView, viewOf } from "./source_view.ts";
import { type Column, drawTable } from "../screen/table.ts";
import type { Hue, Look } from "../screen/terminal.ts";
import { shorten, textWidth } from "../screen/text_width.ts";

/** How many characters the bar has. */
const BAR_WIDTH = 8;

/** What a cell is made with. */
interface Scene {
  readonly now: number;
  readonly look: Look;
  readonly here: Owner | undefined;
}

/** A column of the table. */
interface SourceColumn extends Column, Omit<ColumnNeed, "width"> {
  /** What stands in it: on one line, and without colours. */
  readonly text: (view: SourceView, scene: Scene) => string;
  /** How that is coloured. */
  readonly hue?: (view: SourceView) => Hue | undefined;
}

/** `3/10`, `3`, or nothing. */
function amountOf({ progress }: SourceView): string {
  if (progress?.total !== undefined) return `${progress.done ?? 0}/${progress.total}`;
  return progress?.done === undefined ? "" : `${progress.done}`;
}

/** A host's name, as much of it as tells two apart: of a machine's boot the beginning, and the container's number. */
function shortHost(host: string): string {
  const [, boot, container] = /^linux:([0-9a-f]{8})[0-9a-f-]*:(\d+)$/.exec(host) ?? [];
  return boot === undefined ? plain(host) : `${boot}:${container}`;
}

function ownerText({ owner, hostless }: SourceView, { here }: Scene): string {
  if (owner === undefined) return "";
  const { pid, host } = owner;
  return hostless || host === undefined || host === here?.host ? `${pid}` : `${pid}@${shortHost(host)}`;
}

/** What happens next that somebody may wait for. */
function nextText({ state, data, deadline, retryAt, lastError }: SourceView, { now }: Scene): string {
  if (deadline !== undefined) {
    return deadline < now ? `late by ${roughly(now - deadline)}` : `due in ${roughly(deadline - now)}`;
  }
  if (retryAt !== undefined) return `retry in ${roughly(retryAt - now)}`;
  if (state === "abandoned" || (lastError !== undefined && data !== "fresh")) return "retry when asked";
  return "";
}

function wordsText({ progress, lastError }: SourceView): string {
  return lastError === undefined ? plain(progress?.message ?? "") : tellReason(lastError);
}

const COLUMNS: readonly SourceColumn[] = [
  { head: "SOURCE", text: ({ label }) => label, least: 20 },
  {
    head: "STATE",
    text: (view) => `${seenWords(view.state)} ${amountOf(view)}`.trimEnd(),
    hue: ({ state }) => SEEN_HUES[state],
  },
  { head: "AGE", align: "right", text: ({ age }) => age === undefined ? "" : roughly(age), goes: 7 },
  { head: "TTL", align: "right", text: ({ ttl }) => ttl === undefined ? "" : formatDuration(ttl), goes: 2 },
  {
    head: "USED",
    text: ({ used }, { look }) => used === undefined ? "" : bar(used, BAR_WIDTH, look.unicode),
    hue: ({ data }) => SEEN_HUES[data],
    goes: 3,
  },
  { head: "SIZE", align: "right", text: ({ size }) => size === undefined ? "" : roughSize(size), goes: 1 },
  { head: "OWNER", align: "right", text: ownerText, goes: 4 },
  { head: "NEXT", text: nextText, goes: 6 },
  {
    head: "MESSAGE",
    text: wordsText,
    hue: ({ lastError }) => lastError === undefined ? undefined : "red",
    least: 20,
    goes: 5,
  },
];

/** A column, and what stands in it. */
interface Filled {
  readonly column: SourceColumn;
  readonly texts: readonly string[];
}

function needOf({ column: { head, least, goes }, texts }: Filled): ColumnNeed {
  const width = texts.reduce((widest, text) => Math.max(widest, textWidth(text)), head.length);
  return { width, ...least !== undefined && { least }, ...goes !== undefined && { goes } };
}

/**
 * Draws sources: a line of heads and a line for each. Columns that would be empty are left out; where there is no room for
 * all of them, long texts are shortened first, and then what can be missed best goes.
 *
 * @param sources What there is, in the order of the lines.
 * @param now The time, milliseconds since the epoch.
 * @param look How it may look.
 * @param here This process: the host of an owner is told if it is another.
 * @returns The lines; none if there are no sources.
 */
export function sourceTable(sources: readonly SourceListing[], now: number, look: Look, here?: Owner): string[] {
  if (sources.length === 0) return [];
  const views = sources.map((source) => viewOf(source, now));
  const scene: Scene = { now, look, here };
  const filled = COLUMNS.map((column): Filled => ({ column, texts: views.map((view) => column.text(view, scene)) }))
    .filter(({ texts }) => texts.some((text) => text !== ""));
  const widths = fitColumns(filled.map(needOf), look.columns);
  const shown = filled.flatMap(({ column, texts }, index) => {
    const width = widths[index];
    return width === undefined
      ? []
      : [{ column, cells: texts.map((text) => shorten(text, width, look.unicode)), width }];
  });
  const heads = shown.map(({ column: { head, align = "left" }, width }) => {
    return { head: look.colors.dim(shorten(head, width, look.unicode)), align, width };
  });
  const rows = views.map((view, row) =>
    shown.map(({ column, cells }) => {
      const hue = column.hue?.(view);
      const cell = cells[row] ?? "";
      return hue === undefined || cell === "" ? cell : look.colors[hue](cell);
    })
  );
  return drawTable(heads, rows);
}

/**
 * Tables without lines, for a terminal or a pipe.
 *
 * @module
 */

import Table from "cli-table3";

/** A column. */
export interface Column {
  /** What stands above it. */
  readonly head: string;
  /** Numbers stand at the right. */
  readonly align?: "left" | "right";
  /** How wide it is; as wide as its widest cell if left out. */
  readonly width?: number;
}

/** How many rows are drawn at a time where widths are known: the library's time grows with the square of that. */
const ROWS_AT_A_TIME = 100;

const NO_LINES = {
  "top": "",
  "top-mid": "",
  "top-left": "",
  "top-right": "",
  "bottom": "",
  "bottom-mid": "",
  "bottom-left": "",
  "bottom-right": "",
  "left": "",
  "left-mid": "",
  "mid": "",
  "mid-mid": "",
  "right": "",
  "right-mid": "",
  "middle": "  ",
} as const;

function drawRows(columns: readonly Column[], rows: readonly (readonly string[])[]): string[] {
  const table = new Table({
    chars: NO_LINES,
    style: { "padding-left": 0, "padding-right": 0, "head": [], "border": [] },
    colAligns: columns.map(({ align = "left" }) => align),
    colWidths: columns.map(({ width }) => width ?? null),
  });
  table.push(...rows.map((row) => [...row]));
  return table.toString().split("\n").map((line) => line.trimEnd());
}

/**
 * Draws a table: a line for each row, with no spaces at the end.
 *
 * @param columns The columns.
 * @param rows The cells of each row, which may have colours.
 */
export function drawTable(columns: readonly Column[], rows: readonly (readonly string[])[]): string[] {
  const all = [columns.map(({ head }) => head), ...rows];
  if (columns.some(({ width }) => width === undefined)) return drawRows(columns, all);
  const lines: string[] = [];
  for (let from = 0; from < all.length; from += ROWS_AT_A_TIME) {
    lines.push(...drawRows(columns, all.slice(from, from + ROWS_AT_A_TIME)));
  }
  return lines;
}

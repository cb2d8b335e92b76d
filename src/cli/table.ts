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
}

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

/**
 * Draws a table: a line for each row, with no spaces at the end.
 *
 * @param columns The columns.
 * @param rows The cells of each row, which may have colours.
 */
export function drawTable(columns: readonly Column[], rows: readonly (readonly string[])[]): string[] {
  const table = new Table({
    chars: NO_LINES,
    style: { "padding-left": 0, "padding-right": 0, "head": [], "border": [] },
    colAligns: columns.map(({ align = "left" }) => align),
  });
  table.push(columns.map(({ head }) => head), ...rows.map((row) => [...row]));
  return table.toString().split("\n").map((line) => line.trimEnd());
}

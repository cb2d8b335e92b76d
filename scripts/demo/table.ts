/** A table for people: columns as wide as they need to be, numbers to the right. */

/** A cell; `undefined` stays empty. */
export type Cell = string | number | undefined;

const show = (cell: Cell): string => typeof cell === "number" ? `${Math.round(cell)} ms` : cell ?? "";

/** Renders rows under a head. */
export function renderTable(head: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => show(row[column]).length)));
  const right = head.map((_, column) => rows.some((row) => typeof row[column] === "number"));
  const line = (cells: readonly Cell[]) =>
    cells.map((cell, column) => {
      const width = widths[column] ?? 0;
      return right[column] ? show(cell).padStart(width) : show(cell).padEnd(width);
    }).join("  ").trimEnd();
  return [line(head), widths.map((width) => "-".repeat(width)).join("  "), ...rows.map(line)].join("\n");
}

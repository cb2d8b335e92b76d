/**
 * Marks: empty files by which processes keep step.
 *
 * @module
 */

import { existsSync, writeFileSync } from "node:fs";
import { endIfOrphaned } from "./orphaned.ts";

/** How often a mark is looked for, in milliseconds. */
const LOOK_MS = 1;

/** The file by which somebody says that he has done his part of something. */
function markPath(marks: string, part: number, name: string): string {
  return `${marks}/${part}.${name}`;
}

/** Says that somebody has done his part. */
export function mark(marks: string, part: number, name: string): void {
  writeFileSync(markPath(marks, part, name), "");
}

/** Waits until all of these have done their part; meanwhile other work goes on. */
export async function marked(marks: string, part: number, names: readonly string[]): Promise<void> {
  for (const name of names) {
    while (!existsSync(markPath(marks, part, name))) await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}

/** The same without a pause, so that all who wait go on together. */
export function markedAtOnce(marks: string, part: number, names: readonly string[]): void {
  for (const name of names) while (!existsSync(markPath(marks, part, name))) endIfOrphaned();
}

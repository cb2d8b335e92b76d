/**
 * Where the command's output goes, and how it may look there.
 *
 * @module
 */

import picocolors from "picocolors";
import { isDeno, mayKnow, nodeProcess } from "../host.ts";

/** What text can look like. */
export type Hue = "bold" | "dim" | "red" | "green" | "yellow" | "blue" | "magenta" | "cyan" | "gray";

/** How an output may look. */
export interface Look {
  /** Whether it is a window in which things can be drawn, as opposed to a pipe, a file or a teletype. */
  readonly terminal: boolean;
  /** Colours, which leave the text alone where there are to be none. */
  readonly colors: Readonly<Record<Hue, (text: string) => string>>;
  /** Whether more than ASCII can be shown. */
  readonly unicode: boolean;
  /** How many columns there are; `undefined` where no line is too long. */
  readonly columns: number | undefined;
  /** How many lines there are; `undefined` where there is no end. */
  readonly rows: number | undefined;
}

/** What is known of an output. */
export interface LookFacts {
  /** Whether it is a terminal. */
  readonly terminal: boolean;
  /** Its columns, if it has any. */
  readonly columns: number | undefined;
  /** Its lines, if it has any. */
  readonly rows: number | undefined;
  /** A variable of the environment. */
  readonly variable: (name: string) => string | undefined;
}

/** How an output may look: NO_COLOR as https://no-color.org has it, the character set as POSIX names it. */
export function judgeLook({ terminal: seen, columns, rows, variable }: LookFacts): Look {
  // One that knows nothing but lines is written to as a pipe is.
  const terminal = seen && variable("TERM") !== "dumb";
  const colored = terminal && (variable("NO_COLOR") ?? "") === "";
  const locale = [variable("LC_ALL"), variable("LC_CTYPE"), variable("LANG")].find((value) => (value ?? "") !== "");
  return {
    terminal,
    colors: picocolors.createColors(colored) as Look["colors"],
    unicode: /utf-?8/i.test(locale ?? ""),
    columns: terminal ? columns || 80 : undefined,
    rows: terminal ? rows || 24 : undefined,
  };
}

/** How standard output or standard error may look, now: a window can be given another size. */
export function lookOf(output: "stdout" | "stderr"): Look {
  const { env, [output]: stream } = nodeProcess();
  const { columns, rows, isTTY } = stream;
  const variable = (name: string) => isDeno() && !mayKnow(name) ? undefined : env[name];
  return judgeLook({ terminal: isTTY === true, columns, rows, variable });
}

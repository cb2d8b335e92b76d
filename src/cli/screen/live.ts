/**
 * A block of lines at the end of a terminal that changes in place: what is drawn, and the cursor, which is hidden meanwhile
 * and shown again whatever ends the command.
 *
 * @module
 */

import { createLogUpdate } from "log-update";
import { nodeProcess, print, printError } from "../host.ts";
import { type Look, lookOf } from "./terminal.ts";
import { textWidth } from "./text_width.ts";

const HIDE_CURSOR = "\x1b[?25l";
const SHOW_CURSOR = "\x1b[?25h";

/** To the beginning of the line, and nothing after it: what was typed meanwhile goes. */
const CLEAN_LINE = "\r\x1b[K";

type Draw = ReturnType<typeof createLogUpdate>;

/** What has to be heard of signals that the command itself does not listen for. */
type Listener = readonly [string, () => void];

/** A block that changes. */
export class LiveBlock {
  readonly #output: "stdout" | "stderr";
  readonly #gone: () => void;
  readonly #draw: Draw;
  readonly #listeners: readonly Listener[];
  #look: Look;
  #drawn: readonly string[] = [];
  #pending = "";
  #writing: Promise<void> | undefined;
  #closed = false;

  /**
   * Hides the cursor.
   *
   * @param output Which terminal.
   * @param onResize Told when the window has another size, or is seen again.
   * @param onGone Told when nobody sees it any more.
   */
  constructor(output: "stdout" | "stderr", onResize: () => void, onGone: () => void = () => {}) {
    this.#output = output;
    this.#gone = onGone;
    this.#look = lookOf(output);
    const look = () => this.#look;
    const stream = {
      isTTY: true,
      get columns() {
        return look().columns;
      },
      get rows() {
        return look().rows;
      },
      write: (text: string) => this.#write(text),
    };
    // It only ever writes to it; and the cursor is this module's business: the library listens for the end in its own way.
    this.#draw = createLogUpdate(stream as unknown as NodeJS.WritableStream, { showCursor: true });
    this.#listeners = [
      ["SIGWINCH", onResize],
      ["SIGTSTP", () => this.#stop(onResize)],
      ["exit", () => this.#writeNow(SHOW_CURSOR)],
    ];
    this.#listen();
    this.#write(HIDE_CURSOR);
  }

  /**
   * Draws it anew, if it has changed.
   *
   * @param lines The lines of the block, for a terminal that looks like this.
   */
  draw(lines: (look: Look) => readonly string[]): void {
    // A terminal that is behind gets the newest when it has caught up.
    if (this.#closed || this.#writing !== undefined) return;
    this.#refit();
    this.#show(lines(this.#look));
  }

  /** Puts a line above the block, where it stays. */
  keep(line: string): void {
    if (this.#closed) return;
    this.#refit();
    this.#draw.persist(line);
    const drawn = this.#drawn;
    this.#drawn = [];
    this.#show(drawn);
  }

  /**
   * Ends it, and shows the cursor.
   *
   * @param rest Whether the block stays as it is.
   */
  async close(rest: "stays" | "goes"): Promise<void> {
    if (this.#closed) return;
    if (rest === "goes") this.#show([]);
    this.#closed = true;
    this.#pending += CLEAN_LINE + SHOW_CURSOR;
    this.#flush();
    await this.#writing;
    for (const [name, listener] of this.#listeners) nodeProcess().removeListener(name, listener);
  }

  #show(lines: readonly string[]): void {
    if (lines.length > 0) this.#draw(lines.join("\n"));
    else if (this.#drawn.length > 0) this.#draw.clear();
    this.#drawn = lines;
  }

  /** In a window of another width the lines take another number of rows: what is there is taken away as it is there. */
  #refit(): void {
    const before = this.#look;
    this.#look = lookOf(this.#output);
    const { columns = 80 } = this.#look;
    if (before.columns === columns || this.#drawn.length === 0) return;
    const rows = this.#drawn.reduce((sum, line) => sum + Math.max(Math.ceil(textWidth(line) / columns), 1), 0);
    this.#write(`\x1b[${rows}A\r\x1b[J`);
    this.#draw.done();
    this.#drawn = [];
  }

  #write(text: string): boolean {
    this.#pending += text;
    queueMicrotask(() => this.#flush());
    return true;
  }

  #flush(): void {
    if (this.#writing !== undefined || this.#pending === "") return;
    this.#writing = this.#writeAll().finally(() => this.#writing = undefined);
  }

  async #writeAll(): Promise<void> {
    const write = this.#output === "stdout" ? print : printError;
    while (this.#pending !== "") {
      const bytes = new TextEncoder().encode(this.#pending);
      this.#pending = "";
      // A terminal that is gone says so in its own way, and gets nothing more.
      const outcome = await write(bytes).catch(() => "closed" as const);
      if (outcome === "closed") this.#gone();
    }
  }

  /** For the end of the process, where nothing is waited for. */
  #writeNow(text: string): void {
    if (this.#closed) return;
    try {
      nodeProcess().getBuiltinModule("node:fs").writeSync(this.#output === "stdout" ? 1 : 2, text);
    } catch {
      // Nobody sees it.
    }
  }

  #listen(): void {
    for (const [name, listener] of this.#listeners) {
      try {
        nodeProcess().on(name, listener);
      } catch {
        // Not every system has every signal.
      }
    }
  }

  /** Somebody wants his shell back for a while. */
  #stop(onResize: () => void): void {
    this.#writeNow(SHOW_CURSOR);
    nodeProcess().kill(nodeProcess().pid, "SIGSTOP");
    // From here on, it goes on again.
    this.#write(HIDE_CURSOR);
    onResize();
  }
}

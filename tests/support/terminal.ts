/**
 * A real terminal: tmux, in which a program runs, is typed to, and is looked at.
 *
 * @module
 */

import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { GUARD_MS, until } from "./command_bench.ts";

function tmux(...args: readonly string[]): { readonly ok: boolean; readonly says: string } {
  const { status, stdout, stderr } = spawnSync("tmux", args, { encoding: "utf8" });
  return { ok: status === 0, says: status === 0 ? stdout : stderr };
}

/** Whether there are terminals on this machine. */
export const hasTerminals: boolean = tmux("-V").ok;

/** A command as a shell takes it. */
function shellWords(argv: readonly string[]): string {
  return argv.map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(" ");
}

/** How a terminal is made. */
export interface TerminalOptions {
  readonly columns?: number;
  readonly rows?: number;
  /** What differs from this process's environment; no colours are asked away unless it says so. */
  readonly env?: Readonly<Record<string, string>>;
}

/** A terminal with a shell in it. */
export class Terminal {
  readonly #folder = mkdtempSync(join(tmpdir(), "discoverycache-terminal-"));
  readonly #socket = join(this.#folder, "socket");

  /** Opens one. */
  constructor({ columns = 120, rows = 30, env = {} }: TerminalOptions = {}) {
    const given = { LANG: "C.UTF-8", LC_ALL: "C.UTF-8", NO_COLOR: "", PS1: "$ ", ...env };
    const settings = Object.entries(given).flatMap(([name, value]) => ["-e", `${name}=${value}`]);
    const size = ["-x", String(columns), "-y", String(rows)];
    const made = tmux("-u", "-f", "/dev/null", "-S", this.#socket, "new-session", "-d", ...size, ...settings, "sh");
    if (!made.ok) throw new Error(made.says);
    // What is typed before the shell is ready stands above its prompt, and what a program shows behind it.
    const start = performance.now();
    while (this.screen().trim() === "") {
      if (performance.now() - start > GUARD_MS) throw new Error(`the shell shows no prompt within ${GUARD_MS} ms`);
    }
  }

  /** Types a command into the shell; `code=N` is shown when it has ended. */
  type(argv: readonly string[]): void {
    this.keys(`${shellWords(argv)}; echo "code=$?"`, "Enter");
  }

  /** Presses keys, as tmux names them. */
  keys(...keys: readonly string[]): void {
    tmux("-S", this.#socket, "send-keys", ...keys);
  }

  /** What is seen now. */
  screen(): string {
    return tmux("-S", this.#socket, "capture-pane", "-p", "-J").says;
  }

  /** The same with the escape sequences of its colours. */
  colored(): string {
    return tmux("-S", this.#socket, "capture-pane", "-p", "-e").says;
  }

  /** All that was seen since it was opened. */
  history(): string {
    return tmux("-S", this.#socket, "capture-pane", "-p", "-J", "-S", "-").says;
  }

  /** Whether the cursor is seen. */
  showsCursor(): boolean {
    return tmux("-S", this.#socket, "display-message", "-p", "#{cursor_flag}").says.trim() === "1";
  }

  /** Gives the window another size. */
  resize(columns: number, rows: number): void {
    tmux("-S", this.#socket, "resize-window", "-x", String(columns), "-y", String(rows));
  }

  /** Waits until the screen shows something, and returns what it shows then. */
  async shows(what: RegExp | ((screen: string) => boolean)): Promise<string> {
    const found = (screen: string) => typeof what === "function" ? what(screen) : what.test(screen);
    return await until(() => `the terminal shows ${what}, and not\n${this.screen()}`, () => {
      const screen = this.screen();
      return found(screen) ? screen : undefined;
    });
  }

  /** Empties the screen, and waits for the shell: what is typed too early is shown in odd places. */
  async clear(): Promise<void> {
    this.keys("clear", "Enter");
    await this.shows((screen) => /^[#$%]$/.test(screen.trim()));
  }

  /** Waits until the command that was typed has ended, and returns its exit code. */
  async ended(): Promise<number> {
    const screen = await this.shows(/^code=\d+$/m);
    return Number(/^code=(\d+)$/m.exec(screen)?.[1]);
  }

  /** Closes it, as somebody closes a window. */
  close(): void {
    tmux("-S", this.#socket, "kill-server");
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

if (!hasTerminals) {
  const why = process.platform === "linux" ? "tmux is not installed" : `no tmux on ${process.platform}`;
  console.log(`capability: the command in a terminal: ${why}`);
}

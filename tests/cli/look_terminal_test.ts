import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "node:test";
import { CommandBench } from "../support/command_bench.ts";
import { failFor, keepByOther, refreshFor } from "../support/command_scene.ts";
import { hasTerminals, Terminal, type TerminalOptions } from "../support/terminal.ts";

const guard = { timeout: 120_000 };

const describeTerminal = hasTerminals ? describe : undefined;

describeTerminal?.("discoverycache ls and explain in a terminal", () => {
  let bench: CommandBench;
  const terminals: Terminal[] = [];
  beforeEach(async () => {
    bench = new CommandBench();
    await bench.fill(`long-${"n".repeat(60)}`, "old data");
    await bench.run(["--name", "fresh", "--ttl", "1h"], ["printf", "x"]);
    await failFor(bench, "bad");
    await refreshFor(bench, "busy");
  });
  afterEach(async () => {
    for (const terminal of terminals.splice(0)) terminal.close();
    await bench.close();
  });

  /** What a command shows in a terminal, between what is typed and its exit code: as text, and with its colours. */
  async function shown(
    words: readonly string[],
    options: TerminalOptions,
  ): Promise<{ lines: string[]; colored: string }> {
    const terminal = new Terminal(options);
    terminals.push(terminal);
    // What is typed is to fit on a line, too.
    const script = join(bench.folder, "x");
    const [name = "", ...rest] = words;
    const line = bench.commandLine([name, "--root", bench.root, ...rest]).map((word) => `'${word}'`).join(" ");
    writeFileSync(script, `clear; ${line}`);
    terminal.type(["sh", script]);
    assertEquals(await terminal.ended(), 0);
    const lines = terminal.screen().split("\n");
    return { lines: lines.slice(0, lines.findIndex((line) => line.startsWith("code="))), colored: terminal.colored() };
  }

  it("has a line for each source in every window, and shortens what is long", guard, async () => {
    for (const columns of [200, 120, 80, 40, 24]) {
      const { lines } = await shown(["ls"], { columns });
      assertEquals(lines.length, 5, `${columns} columns:\n${lines.join("\n")}`);
      assertMatch(lines[0] ?? "", /^SOURCE +STATE/);
      for (const line of lines) assert(line.length <= columns, `more than ${columns}: ${line}`);
      assertEquals(/…/.test(lines.join("\n")), columns < 200, `${columns} columns`);
    }
  });

  it("shows in a usual window who refreshes, and what went wrong", guard, async () => {
    const { lines } = await shown(["ls"], { columns: 120 });
    const text = lines.join("\n");
    assertMatch(text, /^discovery\/bad +cooling down +.* retry in .* exit code 7 from sh/m);
    assertMatch(text, /^discovery\/busy +refreshing 3\/10 .* due in .* reading pages$/m);
    assertMatch(text, /^discovery\/fresh +fresh +.*░{8}/m);
  });

  it("has colours, unless NO_COLOR says otherwise", guard, async () => {
    // deno-lint-ignore no-control-regex -- that is what a colour is
    const color = /\x1b\[3[1-6]m/;
    const { colored } = await shown(["ls"], { columns: 120 });
    for (const part of ["\x1b[32mfresh", "\x1b[33mstale", "\x1b[31mcooling down", "\x1b[36mrefreshing 3/10"]) {
      assertStringIncludes(colored, part);
    }
    assertMatch((await shown(["explain", "bad"], { columns: 120 })).colored, color);
    for (const words of [["ls"], ["explain", "bad"]]) {
      const { colored } = await shown(words, { columns: 120, env: { NO_COLOR: "1" } });
      assertEquals(color.test(colored), false);
    }
  });

  it("shows nothing but ASCII where the locale knows no more", guard, async () => {
    const { lines } = await shown(["ls"], { columns: 80, env: { LANG: "C", LC_ALL: "C" } });
    // deno-lint-ignore no-control-regex -- ASCII
    for (const line of lines) assertMatch(line, /^[\x00-\x7f]*$/);
    assertMatch(lines.join("\n"), /n\.\.\. /);
    const wide = await shown(["ls"], { columns: 160, env: { LANG: "C", LC_ALL: "C" } });
    assertMatch(wide.lines.join("\n"), /########/);
  });

  it("breaks an explanation between words, and never what is to be typed", guard, async () => {
    const { lines } = await shown(["explain", "bad"], { columns: 60 });
    const next = lines.findIndex((line) => line.startsWith("  next:"));
    assertMatch(lines[next + 1] ?? "", /^ {8}\S/);
    const typed = lines.find((line) => line.includes("discoverycache refresh"));
    assertEquals(typed, `        discoverycache refresh --root ${bench.root} discovery/bad`);
    for (const line of lines) assert(line.length <= 60 || line === typed || line.startsWith("  runs:"), line);
  });

  it("prints data as it is", guard, async () => {
    keepByOther(bench, "other/table", "1\t2\nthree\n");
    const { lines } = await shown(["show", "table"], { columns: 60 });
    assertEquals(lines, ["1       2", "three"]);
  });
});

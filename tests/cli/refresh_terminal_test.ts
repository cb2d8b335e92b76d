import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { rmSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { afterEach, beforeEach, describe, it } from "node:test";
import { CommandBench, lives, ownRuntime, until } from "../support/command_bench.ts";
import { fillGated } from "../support/gated.ts";
import { everyRuntime } from "../support/processes.ts";
import { hasTerminals, Terminal } from "../support/terminal.ts";

const guard = { timeout: 120_000 };

describe("discoverycache refresh on a terminal", { skip: !hasTerminals }, () => {
  let bench: CommandBench;
  let terminal: Terminal;
  beforeEach(() => {
    bench = new CommandBench();
    terminal = new Terminal();
  });
  afterEach(async () => {
    terminal.close();
    await bench.close();
  });

  const type = (...args: string[]) => terminal.type(bench.commandLine(["refresh", "--root", bench.root, ...args]));

  /** How often something is seen. */
  const count = (screen: string, what: string) => screen.split(what).length - 1;

  it("shows a bar of what CMD counts, then what came of it, and nothing else is left", guard, async () => {
    await fillGated(bench, "models", { says: "3/10 reading" });
    type("models");
    await terminal.shows(/^discovery\/models {2}█{6}░{14} {2}3\/10 {2}reading$/m);
    assertEquals(terminal.showsCursor(), false);
    bench.open("models");
    assertEquals(await terminal.ended(), 0);
    const screen = terminal.screen();
    assertMatch(screen, /^discovery\/models: refreshed 1 B in [\d.]+m?s\ncode=0$/m);
    assertEquals([count(screen, "3/10"), terminal.showsCursor()], [0, true]);
  });

  it("shows the time that has gone of the deadline, in another way, where CMD counts nothing", guard, async () => {
    await fillGated(bench, "models", { says: "reading the list" });
    type("models");
    await terminal.shows(/^discovery\/models {2}[━╌]{20} {2}\d+s of 30s {2}reading the list$/m);
    bench.open("models");
    assertEquals(await terminal.ended(), 0);
  });

  for (const runtime of everyRuntime.filter((name) => name !== ownRuntime)) {
    it(`shows the bar of a refresh that a process on ${runtime} does`, guard, async () => {
      await fillGated(bench, "models", { says: "[7/10] still reading" });
      const other = bench.start(["refresh", "--root", bench.root, "models"], { runtime });
      await until("it is at work", () => bench.starts().length === 1);
      type("models");
      await terminal.shows(
        new RegExp(`^discovery/models {2}█{14}░{6} {2}7/10 {2}still reading {2}process ${other.pid}$`, "m"),
      );
      bench.open("models");
      assertEquals([await terminal.ended(), (await other.ended).code], [0, 0]);
      assertMatch(terminal.screen(), /^discovery\/models: joined, 1 B after/m);
      assertEquals(bench.starts().length, 1);
    });
  }

  it("shows several, one line each, and one for all of them; what has ended moves up", guard, async () => {
    for (const name of ["a", "b", "c"]) await fillGated(bench, name, { says: `[1/2] ${name}` });
    type("--all");
    await terminal.shows((screen) =>
      /^discovery\/a {2}█{10}░{10} {2}1\/2 {2}a\ndiscovery\/b {2}█{10}░{10} {2}1\/2 {2}b\ndiscovery\/c .*\nall of them {2}░{20} {2}0 of 3 done$/m
        .test(screen)
    );
    bench.open("b");
    await terminal.shows(/^discovery\/b: refreshed .*\ndiscovery\/a .*\ndiscovery\/c .*\nall of them .* 1 of 3 done$/m);
    for (const gate of ["a", "c"]) bench.open(gate);
    assertEquals(await terminal.ended(), 0);
    assertEquals(count(terminal.screen(), "discovery/"), 3 + 0);
    assertEquals(count(terminal.screen(), "all of them"), 0);
  });

  it("has no colours with NO_COLOR, and some without", guard, async () => {
    await fillGated(bench, "models", { says: "3/10 reading" });
    type("models");
    await terminal.shows(/3\/10/);
    assertStringIncludes(terminal.colored(), "\u001b[36m█");
    bench.open("models");
    await terminal.ended();
    rmSync(join(bench.folder, "models"));
    terminal.keys("export NO_COLOR=1", "Enter");
    await terminal.clear();
    type("models");
    await terminal.shows(/3\/10/);
    // deno-lint-ignore no-control-regex -- colours are what is looked for
    assert(!/\u001b\[3[1-7]m/.test(terminal.colored()));
    bench.open("models");
    await terminal.ended();
  });

  it("fits into a window that becomes small, and leaves no half lines behind", guard, async () => {
    for (const name of ["a", "b", "c"]) await fillGated(bench, name, { says: `1/2 ${"long words ".repeat(20)}` });
    await terminal.clear();
    type("--all");
    await terminal.shows(/^discovery\/c .*long words/m);
    terminal.resize(50, 8);
    // The command that was typed has moved, too: it is the block at the end that counts.
    const fits = (screen: string) => {
      const lines = screen.trimEnd().split("\n").slice(-4);
      return ["discovery/a  ", "discovery/b  ", "discovery/c  ", "all of them  "].every((start, index) =>
        lines[index]?.startsWith(start) === true && lines[index].length < 50
      );
    };
    await terminal.shows(fits);
    for (const name of ["a", "b", "c"]) assertEquals(count(terminal.screen(), `discovery/${name} `), 1);
    terminal.resize(120, 30);
    await terminal.shows((screen) => screen.split("\n").some((line) => /^discovery\/a .{60}/.test(line)));
    for (const name of ["a", "b", "c"]) assertEquals(count(terminal.screen(), `discovery/${name} `), 1);
    for (const name of ["a", "b", "c"]) bench.open(name);
    assertEquals(await terminal.ended(), 0);
  });

  it("ends CMD at Ctrl-C, gives the claims back, and shows the cursor again", guard, async () => {
    for (const name of ["a", "b"]) await fillGated(bench, name, { says: "1/2 waiting" });
    type("--all");
    await terminal.shows(/^discovery\/b .*waiting/m);
    await until("both are at work", () => bench.starts().length === 2);
    assertEquals(terminal.showsCursor(), false);
    terminal.keys("C-c");
    assertEquals(await terminal.ended(), 130);
    assertEquals(terminal.showsCursor(), true);
    assertEquals(count(terminal.screen(), "waiting"), 0);
    for (const leader of bench.starts()) assert(!lives(leader), `${leader} lives on`);
    assertEquals([bench.marker("a"), bench.marker("b"), bench.data("a")], [undefined, undefined, "1"]);
  });

  it("shows the cursor again when SIGTERM, SIGQUIT or Ctrl-Z end or stop it", guard, async () => {
    await fillGated(bench, "a", { says: "1/2 waiting" });
    type("a");
    await terminal.shows(/waiting/);
    await until("it is at work", () => bench.marker("a"));
    terminal.keys("C-z");
    await until("the cursor is back", () => terminal.showsCursor());
    terminal.keys("fg", "Enter");
    await until("the cursor is gone", () => !terminal.showsCursor());
    terminal.keys("C-\\");
    await until("the claim is given back", () => bench.marker("a") === undefined);
    await until("the cursor is back", () => terminal.showsCursor());
    await terminal.clear();
    type("a");
    await until("another one is at work", () => bench.starts().length === 2);
    await terminal.shows(/waiting/);
    process.kill(bench.marker("a")?.pid ?? -1, "SIGTERM");
    assertEquals([await terminal.ended(), terminal.showsCursor()], [143, true]);
  });

  it("ends CMD and gives the claim back when the window is closed", guard, async () => {
    await fillGated(bench, "a", { says: "1/2 waiting" });
    type("a");
    await terminal.shows(/waiting/);
    const leader = await until("it is at work", () => bench.starts()[0]);
    const pid = bench.marker("a")?.pid ?? -1;
    terminal.close();
    await until("the command has ended", () => !lives(pid));
    assertEquals([lives(leader), bench.marker("a"), bench.data("a")], [false, undefined, "1"]);
  });

  it("prints JSON on the terminal without a block, and draws the block when JSON goes elsewhere", guard, async () => {
    await fillGated(bench, "a", { says: "1/2 waiting" });
    type("a", "--json");
    await until("it is at work", () => bench.starts().length === 1);
    assertEquals([terminal.showsCursor(), count(terminal.screen(), "waiting")], [true, 0]);
    bench.open("a");
    assertEquals(await terminal.ended(), 0);
    assertMatch(terminal.screen(), /^\{"source":"discovery\/a","outcome":"refreshed",/m);
    rmSync(join(bench.folder, "a"));
    await terminal.clear();
    const words = bench.commandLine(["refresh", "--root", bench.root, "a", "--json"]);
    terminal.keys(`${words.join(" ")} >${bench.folder}/out; echo "code=$?"`, "Enter");
    await terminal.shows(/^discovery\/a {2}█+░+ {2}1\/2/m);
    bench.open("a");
    assertEquals(await terminal.ended(), 0);
  });
});

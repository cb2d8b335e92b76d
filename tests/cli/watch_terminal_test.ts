import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { afterEach, beforeEach, describe, it } from "node:test";
import { CommandBench, lives, processColumn, until } from "../support/command_bench.ts";
import { fillGated } from "../support/gated.ts";
import { everyRuntime } from "../support/processes.ts";
import { hasTerminals, Terminal } from "../support/terminal.ts";

const guard = { timeout: 120_000 };

describe("discoverycache watch on a terminal", { skip: !hasTerminals }, () => {
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

  const watch = (...args: string[]) => terminal.type(bench.commandLine(["watch", "--root", bench.root, ...args]));
  const count = (screen: string, what: string) => screen.split(what).length - 1;

  /** Starts it, and returns its process when it has drawn something. */
  async function watcher(): Promise<number> {
    const path = join(bench.folder, "pid");
    const words = bench.commandLine(["watch", "--root", bench.root]).map((word) => `'${word}'`).join(" ");
    terminal.keys(`sh -c 'echo $$ >${path}; exec "$@"' sh ${words}; echo "code=$?"`, "Enter");
    await terminal.shows(/^SOURCE/m);
    return Number(readFileSync(path, "utf8"));
  }

  it("shows refreshes of other processes start, progress, fail and commit, on whichever runtime", guard, async () => {
    for (const runtime of everyRuntime) await fillGated(bench, runtime, { says: "3/10 reading" });
    await fillGated(bench, "zzz", { code: 9 });
    watch();
    await terminal.shows(/^SOURCE .*\n(?:discovery\/\w+ +fresh .*\n){4}/m);
    for (const runtime of everyRuntime) {
      const working = bench.start(["refresh", "--root", bench.root, runtime], { runtime });
      // Who is at work stands above all others.
      await terminal.shows(
        new RegExp(`^SOURCE.*\\ndiscovery/${runtime} +refreshing 3/10 .* ${working.pid} .*reading`, "m"),
      );
      await terminal.shows(
        new RegExp(`^\\d\\d:\\d\\d:\\d\\d {2}discovery/${runtime} {2}started by process ${working.pid}$`, "m"),
      );
      await terminal.shows(new RegExp(`^\\d\\d:\\d\\d:\\d\\d {2}discovery/${runtime} {2}3/10 reading$`, "m"));
      bench.open(runtime);
      assertEquals((await working.ended).code, 0);
      const screen = await terminal.shows(new RegExp(`discovery/${runtime} {2}committed 1 B after [\\d.]+m?s$`, "m"));
      assertMatch(screen, new RegExp(`^discovery/${runtime} +fresh`, "m"));
    }
    bench.open("zzz");
    assertEquals((await bench.start(["refresh", "--root", bench.root, "zzz"]).ended).code, 1);
    await terminal.shows(/discovery\/zzz {2}failed: exit code 9 from sh: no luck/);
    terminal.keys("C-c");
    assertEquals(await terminal.ended(), 130);
  });

  it("hides the cursor, and leaves the last table and a clean line when Ctrl-C ends it", guard, async () => {
    await fillGated(bench, "models");
    watch();
    await terminal.shows(/^discovery\/models +fresh/m);
    await until("the cursor is gone", () => !terminal.showsCursor());
    terminal.keys("C-c");
    assertEquals(await terminal.ended(), 130);
    const screen = terminal.screen();
    assertMatch(screen, /^SOURCE .*\ndiscovery\/models +fresh .*\ncode=130$/m);
    assertEquals([terminal.showsCursor(), count(screen, "^C"), count(screen, "SOURCE")], [true, 0, 1]);
  });

  it("shows the cursor again when SIGTERM or SIGHUP ends it, or an error", guard, async () => {
    await fillGated(bench, "models");
    for (const [signal, code] of [["SIGTERM", 143], ["SIGHUP", 129]] as const) {
      const pid = await watcher();
      await until("the cursor is gone", () => !terminal.showsCursor());
      process.kill(pid, signal);
      assertEquals([await terminal.ended(), terminal.showsCursor()], [code, true]);
      await terminal.clear();
    }
    rmSync(bench.root, { recursive: true });
    writeFileSync(bench.root, "a file");
    watch();
    assertEquals([await terminal.ended(), terminal.showsCursor()], [125, true]);
    assertStringIncludes(terminal.screen().replaceAll("\n", ""), "it is not a folder");
  });

  it("ends when the window is closed", guard, async () => {
    await fillGated(bench, "models");
    const pid = await watcher();
    terminal.close();
    await until(() => `process ${pid} (${processColumn(pid, "args")}) has ended`, () => !lives(pid));
  });

  it("fits into the window, whatever its size becomes", guard, async () => {
    const names = Array.from({ length: 12 }, (_, index) => `s${index + 10}`);
    for (const name of names) await bench.run(["--name", name], bench.question(name));
    watch();
    await terminal.shows((screen) => names.every((name) => count(screen, `discovery/${name}`) === 1));
    const seen = (screen: string) => names.filter((name) => count(screen, `discovery/${name}`) > 0).length;
    for (const [columns, rows] of [[60, 8], [40, 20], [100, 5], [120, 30]] as const) {
      terminal.resize(columns, rows);
      // One line is the heads, one tells how many are left out, and on one the cursor stands.
      const room = Math.min(names.length, rows - 3);
      const screen = await terminal.shows((screen) => {
        const lines = screen.split("\n");
        return seen(screen) >= Math.min(room, 12) && count(screen, "SOURCE") === 1 &&
          lines.every((line) => line.length < columns) &&
          (room === names.length) === !/^and \d+ more$/m.test(screen);
      });
      const twice = names.filter((name) => count(screen, `discovery/${name}`) > 1);
      assertEquals(twice, [], screen);
    }
    terminal.keys("C-c");
    assertEquals(await terminal.ended(), 130);
  });

  it("says that nothing is there, and shows what comes", guard, async () => {
    watch();
    await terminal.shows(/^nothing is there yet$/m);
    await bench.run(["--name", "first"], bench.question("1"));
    const screen = await terminal.shows(/^discovery\/first +fresh/m);
    assertEquals(count(screen, "nothing is there yet"), 0);
    await terminal.shows(/discovery\/first {2}committed 1 B/);
    terminal.keys("C-c");
    assertEquals(await terminal.ended(), 130);
  });

  it("prints JSON on a terminal, too", guard, async () => {
    await fillGated(bench, "a");
    const working = bench.start(["refresh", "--root", bench.root, "a"]);
    await until("it is at work", () => bench.starts().length === 1);
    watch("--json");
    await terminal.shows(/"source":"discovery\/a","event":"started"/);
    assert(terminal.showsCursor());
    terminal.keys("C-c");
    await terminal.shows(/code=130$/m);
    bench.open("a");
    await working.ended;
  });
});

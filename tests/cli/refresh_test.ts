import { assert, assertEquals, assertMatch, assertNotEquals, assertStringIncludes } from "@std/assert";
import { chmodSync, existsSync, mkdirSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "node:test";
import { CommandBench, type Ended, lives, until, untilItWaits } from "../support/command_bench.ts";
import { fillGated } from "../support/gated.ts";
import { everyRuntime } from "../support/processes.ts";

const guard = { timeout: 120_000 };

describe("discoverycache refresh", () => {
  let bench: CommandBench;
  beforeEach(() => void (bench = new CommandBench()));
  afterEach(() => bench.close());

  const start = (...args: string[]) => bench.start(["refresh", "--root", bench.root, ...args]);
  const refresh = async (...args: string[]): Promise<Ended> => await start(...args).ended;

  /** Puts data there as another program does, which records no command. */
  function putForeign(name: string): void {
    mkdirSync(join(bench.root, "discovery"), { recursive: true, mode: 0o700 });
    writeFileSync(bench.dataPath(name), "theirs");
  }

  it("runs again what was recorded, however fresh the data is, and prints none of it", guard, async () => {
    const argv = bench.question("answer");
    await bench.run(["--name", "models"], argv);
    const { code, text, stderr } = await refresh("models");
    assertEquals({ code, text }, { code: 0, text: "" });
    assertMatch(stderr, /^discovery\/models: refreshed 6 B in [\d.]+m?s\n$/);
    assertEquals([bench.starts().length, bench.data("models"), bench.marker("models")], [2, "answer", undefined]);
  });

  it("runs it in its folder and with the variables that --key named, wherever it is called from", guard, async () => {
    const folder = join(bench.folder, "elsewhere");
    mkdirSync(folder);
    const script = 'pwd; echo "$PLACE $OTHER"; date +%N';
    const run = await bench.run(["--key", "cwd", "--key", "env:PLACE"], ["sh", "-c", script], {
      cwd: folder,
      env: { PLACE: "Hamburg", OTHER: "then" },
    });
    assertEquals((await refresh("sh-c")).code, 0);
    const again = await bench.run(["--key", "cwd", "--key", "env:PLACE"], ["sh", "-c", script], {
      cwd: folder,
      env: { PLACE: "Hamburg" },
    });
    assertNotEquals(again.text, run.text);
    assertEquals(again.text.split("\n").slice(0, 2), [run.text.split("\n")[0], "Hamburg "]);
  });

  it("runs it without a variable that was not set then, whatever it is now", guard, async () => {
    const script = 'echo "${PLACE-nowhere} ${OTHER-none}"; date +%N';
    const key = ["--key", "env:PLACE"];
    assertMatch((await bench.run(key, ["sh", "-c", script])).text, /^nowhere none\n/);
    const env = { PLACE: "Hamburg", OTHER: "now" };
    assertEquals((await bench.start(["refresh", "--root", bench.root, "sh-c"], { env }).ended).code, 0);
    assertMatch((await bench.run(key, ["sh", "-c", script])).text, /^nowhere now\n/);
  });

  it("joins a refresh that goes on in another process, on whichever runtime", guard, async () => {
    for (const runtime of everyRuntime) {
      await fillGated(bench, runtime);
      const other = bench.start(["refresh", "--root", bench.root, runtime], { runtime });
      await until("it refreshes", () => bench.starts().length === 1);
      const joining = start(runtime);
      await untilItWaits(joining);
      bench.open(runtime);
      assertEquals((await other.ended).code, 0);
      const { code, text, stderr } = await joining.ended;
      assertEquals({ code, text }, { code: 0, text: "" });
      assertMatch(stderr, new RegExp(`^discovery/${runtime}: joined, 1 B after [\\d.]+m?s\\n$`));
      assertEquals(bench.starts().length, 1);
    }
  });

  it("ends with 1 when one of several fails, keeps its old data, and refreshes the others", guard, async () => {
    await fillGated(bench, "good");
    await fillGated(bench, "bad", { code: 7 });
    for (const gate of ["good", "bad"]) bench.open(gate);
    const { code, stderr } = await refresh("good", "bad");
    assertEquals(code, 1);
    assertMatch(stderr, /^discovery\/bad: failed after [\d.]+m?s: exit code 7 from sh: no luck$/m);
    assertMatch(stderr, /^discovery\/good: refreshed/m);
    assertEquals([bench.data("bad"), bench.marker("bad")?.attempts], ["1", 1]);
  });

  it("refreshes with force what cools down", guard, async () => {
    await fillGated(bench, "a", { code: 7 });
    bench.open("a");
    assertEquals((await refresh("a")).code, 1);
    bench.coolDown("a");
    rmSync(join(bench.folder, "a.fails"));
    assertEquals([(await refresh("a")).code, bench.marker("a")], [0, undefined]);
  });

  it("refreshes with --all what run has made, and passes over the rest with one remark", guard, async () => {
    const folder = join(bench.folder, "gone");
    mkdirSync(folder);
    for (const name of ["a", "b"]) await bench.run(["--name", name], bench.question(name));
    await bench.run(["--name", "lost"], bench.question("lost"), { cwd: folder });
    rmSync(folder, { recursive: true });
    putForeign("foreign");
    const { code, text, stderr } = await refresh("--all");
    assertEquals({ code, text, starts: bench.starts().length }, { code: 0, text: "", starts: 5 });
    assertEquals(stderr.split("\n").filter((line) => line.startsWith("discovery/")).length, 2);
    assertMatch(
      stderr,
      /^discoverycache: passed over: 1 is another program's[^\n]*; 1 belongs to a folder[^\n]*prune/m,
    );
  });

  it("refreshes with --all what it can, and ends with 125, where some of the cache cannot be read", guard, async () => {
    await bench.run(["--name", "a"], bench.question("a"));
    await bench.run(["--name", "b", "--tier", "open"], bench.question("b"));
    chmodSync(join(bench.root, "open"), 0o777);
    const { code, text, stderr } = await refresh("--all");
    assertEquals({ code, text, starts: bench.starts().length }, { code: 125, text: "", starts: 3 });
    assertMatch(stderr, /^discoverycache: [^\n]*open[^\n]*\ndiscovery\/a: refreshed 1 B/);
  });

  it("looks only at one tier with --tier, and only at what is not fresh with --stale", guard, async () => {
    for (const name of ["old", "young"]) await bench.run(["--name", name], bench.question(name));
    await bench.run(["--name", "far", "--tier", "other"], bench.question("far"));
    bench.age("old");
    const labels = async (...args: string[]) =>
      (await refresh("--all", "--json", ...args)).text.split("\n").filter((line) => line !== "")
        .map((line) => (JSON.parse(line) as { readonly source: string }).source).sort();
    assertEquals(await labels("--tier", "other"), ["other/far"]);
    assertEquals(await labels("--stale"), ["discovery/old"]);
    assertEquals(await labels("--stale"), []);
    assertEquals(await labels(), ["discovery/old", "discovery/young", "other/far"]);
  });

  it("works on as many at a time as --concurrency says", guard, async () => {
    for (const name of ["a", "b", "c"]) await fillGated(bench, name);
    const running = start("--all", "--concurrency", "2");
    await until("two are at work", () => bench.starts().length === 2);
    assertEquals([bench.marker("a")?.pid, bench.marker("b")?.pid], [running.pid, running.pid]);
    assertEquals(bench.marker("c"), undefined);
    bench.open("b");
    await until("the next one is at work", () => bench.starts().length === 3);
    for (const gate of ["a", "c"]) bench.open(gate);
    assertEquals((await running.ended).code, 0);
  });

  it("does not run what belongs to an older file or to a folder that is gone, and says so", guard, async () => {
    const [folder, file] = [join(bench.folder, "place"), join(bench.folder, "package.json")];
    mkdirSync(folder);
    writeFileSync(file, "{}");
    await bench.run(["--key", `file:${file}`], ["sh", "-c", 'echo $$ >>"$1/starts"', "keyed", bench.folder]);
    await bench.run(["--name", "placed"], bench.question("x"), { cwd: folder });
    assertEquals((await refresh("sh-c", "placed")).code, 0);
    utimesSync(file, 1_000_000, 1_000_000);
    rmSync(folder, { recursive: true });
    const { code, stderr } = await refresh("sh-c", "placed");
    assertEquals([code, bench.starts().length], [1, 4]);
    assertStringIncludes(
      stderr,
      `not run: it belongs to an older ${file}: discoverycache prune --older-than 7d removes what is left over\n`,
    );
    assertMatch(stderr, /^discovery\/placed: not run: the folder [^\n]*place, [^\n]* is gone: discoverycache prune/m);
    rmSync(file);
    assertStringIncludes((await refresh("sh-c")).stderr, `it belongs to a ${file} that is gone`);
  });

  it("says who can refresh what another program has made, and ends with 1", guard, async () => {
    putForeign("foreign");
    const { code, text, stderr } = await refresh("foreign");
    assertEquals({ code, text }, { code: 1, text: "" });
    assertMatch(stderr, /^discovery\/foreign: not run: [^\n]*only the program that made it can refresh it\n$/);
    assertEquals(bench.data("foreign"), "theirs");
  });

  it("prints with --json one object for each source on standard output, and nothing else", guard, async () => {
    await fillGated(bench, "good");
    await fillGated(bench, "bad", { code: 7 });
    putForeign("foreign");
    for (const gate of ["good", "bad"]) bench.open(gate);
    const { code, text, stderr } = await refresh("good", "bad", "foreign", "--json");
    assertEquals([code, stderr], [1, ""]);
    const lines = text.trimEnd().split("\n").map((line) => JSON.parse(line) as Record<string, unknown>);
    const of = (name: string) => lines.find(({ source }) => source === `discovery/${name}`) ?? {};
    assertEquals(lines.length, 3);
    assertEquals([of("good").outcome, of("good").size, typeof of("good").took], ["refreshed", 1, "number"]);
    assertMatch(String(of("good").capturedAt), /^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
    assertEquals([of("bad").outcome, of("bad").reason], ["failed", "exit code 7 from sh: no luck"]);
    assertMatch(String(of("bad").retryAt), /^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
    assertEquals(of("foreign").outcome, "not-run");
  });

  it("ends with 124 when --max-wait is over, ends CMD and gives the claim back", guard, async () => {
    for (const name of ["a", "b"]) await fillGated(bench, name);
    bench.open("a");
    // What is refreshed first is done; the other would wait for ever.
    const running = start("a", "b", "--concurrency", "1", "--max-wait", "3s");
    const { code, text, stderr } = await running.ended;
    assertEquals({ code, text }, { code: 124, text: "" });
    assertMatch(stderr, /^discoverycache: [12] sources? (?:was|were) not done within 3s \(see --max-wait\)/m);
    for (const pid of bench.starts()) assert(!lives(pid), `${pid} lives on`);
    assertEquals([bench.marker("a"), bench.marker("b"), bench.data("b")], [undefined, undefined, "1"]);
  });

  for (const [signal, code] of [["SIGINT", 130], ["SIGTERM", 143], ["SIGHUP", 129]] as const) {
    it(`ends each CMD, gives the claims back and ends with ${code} on ${signal}`, guard, async () => {
      for (const name of ["a", "b", "c"]) await fillGated(bench, name);
      const running = start("--all", "--concurrency", "2");
      const leaders = await until("two are at work", () => bench.starts().length === 2 && bench.starts());
      running.child.kill(signal);
      const ended = await running.ended;
      assertEquals([ended.code, ended.text, ended.stderr], [code, "", ""]);
      for (const leader of leaders) assert(!lives(leader), `${leader} lives on`);
      for (const name of ["a", "b", "c"]) assertEquals([bench.marker(name), bench.data(name)], [undefined, "1"]);
      assertEquals(bench.starts().length, 2);
    });
  }

  it("leaves alone what it has only joined when a signal ends it", guard, async () => {
    await fillGated(bench, "a");
    const other = start("a");
    await until("the first one refreshes", () => bench.starts().length === 1);
    const joining = start("a");
    await untilItWaits(joining);
    joining.child.kill("SIGINT");
    assertEquals((await joining.ended).code, 130);
    bench.open("a");
    assertEquals([(await other.ended).code, bench.starts().length], [0, 1]);
  });

  it("does its work although nobody reads any more what it says", guard, async () => {
    for (const name of ["a", "b"]) await fillGated(bench, name);
    for (const [round, json] of [[], ["--json"]].entries()) {
      for (const name of ["a", "b"]) rmSync(join(bench.folder, name), { force: true });
      const running = start("a", "b", ...json);
      await until("both are at work", () => bench.starts().length === 2 * (round + 1));
      (json.length === 0 ? running.child.stderr : running.child.stdout)?.destroy();
      for (const name of ["a", "b"]) bench.open(name);
      assertEquals((await running.ended).code, 0);
      assertEquals([bench.data("a"), bench.data("b")], Array(2).fill(String(2 * (round + 1))));
    }
  });

  const mistakes: readonly (readonly [string, readonly string[], number, string])[] = [
    ["no source", [], 2, "no source given"],
    ["a source besides --all", ["--all", "a"], 2, "not both"],
    ["--stale without --all", ["--stale", "a"], 2, "add --all"],
    ["--tier without --all", ["--tier", "x", "a"], 2, "add --all"],
    ["no concurrency", ["--all", "--concurrency", "0"], 2, '--concurrency cannot be "0"'],
    ["a duration without a unit", ["--all", "--max-wait", "5"], 2, '--max-wait cannot be "5"'],
    ["a source that is not there", ["a"], 1, 'there is no source "a"'],
  ];
  for (const [what, args, wanted, message] of mistakes) {
    it(`ends with ${wanted} and one line for ${what}`, guard, async () => {
      const { code, text, stderr } = await refresh(...args);
      assertEquals({ code, text }, { code: wanted, text: "" });
      assertMatch(stderr, /^discoverycache: [^\n]+\n$/);
      assertStringIncludes(stderr, message);
      assertEquals(existsSync(bench.root), false);
    });
  }

  it("does nothing, and well, with --all where nothing is", guard, async () => {
    const { code, text, stderr } = await refresh("--all");
    assertEquals({ code, text, stderr }, { code: 0, text: "", stderr: "" });
  });
});

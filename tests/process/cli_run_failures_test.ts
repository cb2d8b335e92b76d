import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { chmodSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "node:test";
import { CommandBench, lives, until, untilItWaits } from "../support/command_bench.ts";

const guard = { timeout: 120_000 };

describe("discoverycache run: a CMD that fails", () => {
  let bench: CommandBench;
  beforeEach(() => void (bench = new CommandBench()));
  afterEach(() => bench.close());

  it("ends with CMD's exit code when there is no data, and passes its complaints through", guard, async () => {
    const argv = bench.question("half an answer", { complaint: "first line\nlast line\n", code: 7 });
    const { code, text, stderr } = await bench.run(["--name", "a"], argv);
    assertEquals({ code, text }, { code: 7, text: "" });
    assertMatch(
      stderr,
      /^first line\nlast line\ndiscoverycache: exit code 7 from sh: first line \/ last line; [^\n]*\n$/,
    );
    assertStringIncludes(stderr, "--refresh force");
    assertEquals(bench.data("a"), undefined);
    assertEquals(bench.marker("a")?.last_error, "exit code 7 from sh: first line / last line");
  });

  it("cools down: CMD is not started again, and the exit code is the same", guard, async () => {
    const argv = bench.question("", { complaint: "no\n", code: 7 });
    await bench.run(["--name", "a"], argv);
    bench.coolDown("a");
    for (const mode of ["background", "if-stale"]) {
      const { code, text, stderr } = await bench.run(["--name", "a", "--refresh", mode], argv);
      assertEquals({ code, text }, { code: 7, text: "" });
      assertMatch(stderr, /^discoverycache: exit code 7 from sh: no; [^\n]*\n$/);
    }
    assertEquals(bench.starts().length, 1);
    const forced = await bench.run(["--name", "a", "--refresh", "force"], bench.question("better"));
    assertEquals([forced.code, forced.text, bench.marker("a")], [0, "better", undefined]);
  });

  it("keeps and prints the old data with if-stale, and says so", guard, async () => {
    await bench.fill("a", "old");
    const argv = bench.question("garbage", { complaint: "broken\n", code: 3 });
    const first = await bench.run(["--name", "a", "--refresh", "if-stale"], argv);
    assertEquals({ code: first.code, text: first.text }, { code: 0, text: "old" });
    assertMatch(
      first.stderr,
      /^broken\ndiscoverycache: exit code 3 from sh: broken; the data printed is 2d old; [^\n]*\n$/,
    );
    bench.coolDown("a");
    const second = await bench.run(["--name", "a", "--refresh", "if-stale"], argv);
    assertEquals({ code: second.code, text: second.text }, { code: 0, text: "old" });
    assertMatch(second.stderr, /^discoverycache: exit code 3 from sh: broken; the data printed is 2d old; [^\n]*\n$/);
    assertEquals([bench.data("a"), bench.starts().length], ["old", 1]);
  });

  it("prints nothing with force, keeps the old data, and ends with CMD's exit code", guard, async () => {
    await bench.fill("a", "old");
    const { code, text } = await bench.run(["--name", "a", "--refresh", "force"], bench.question("no", { code: 3 }));
    assertEquals({ code, text, data: bench.data("a") }, { code: 3, text: "", data: "old" });
  });

  it("records what went wrong behind the command's back, and the next run says it", guard, async () => {
    await bench.fill("a", "old");
    const argv = bench.question("garbage", { complaint: "\u001b[31mfar away\u001b[0m\n", code: 9 });
    const first = await bench.run(["--name", "a"], argv);
    assertEquals([first.code, first.text, first.stderr], [0, "old", ""]);
    await until("the failure is recorded", () => bench.marker("a")?.last_error !== undefined);
    assertEquals(bench.marker("a")?.last_error, "exit code 9 from sh: far away");
    bench.coolDown("a");
    const second = await bench.run(["--name", "a"], argv);
    assertEquals([second.code, second.text], [0, "old"]);
    assertMatch(second.stderr, /^discoverycache: exit code 9 from sh: far away; the data printed is 2d old; [^\n]*\n$/);
    assertEquals(bench.starts().length, 1);
  });

  it("bounds what it records of a CMD that complains without end", guard, async () => {
    const { code } = await bench.run(["--name", "a"], ["sh", "-c", "seq 200000 >&2; printf %09000d 1 >&2; exit 4"]);
    assertEquals(code, 4);
    const record = bench.marker("a")?.last_error ?? "";
    assertMatch(record, /^exit code 4 from sh: \.\.\.0+1$/);
    assert(record.length < 600, `${record.length} characters`);
  });

  it("ends with 127 for a CMD that is not there, and 126 for one that cannot be executed", guard, async () => {
    const script = join(bench.folder, "plain");
    writeFileSync(script, "echo hello\n");
    chmodSync(script, 0o644);
    const wanted = [[["./not-there", "x"], 127, "not found: ./not-there"], [[script], 126, "not executable (EACCES)"]];
    for (const [argv, code, words] of wanted as [string[], number, string][]) {
      const ended = await bench.run(["--name", `a${code}`], argv);
      assertEquals([ended.code, ended.text], [code, ""]);
      assertMatch(ended.stderr, /^discoverycache: [^\n]*\n$/);
      assertStringIncludes(ended.stderr, words);
      bench.coolDown(`a${code}`);
      assertEquals((await bench.run(["--name", `a${code}`], argv)).code, code);
    }
  });

  it("ends with 128 and the signal's number when a signal ended CMD", guard, async () => {
    for (const [signal, number] of [["KILL", 9], ["TERM", 15]] as const) {
      const { code, stderr } = await bench.run(["--name", `a${number}`], ["sh", "-c", `kill -${signal} $$`]);
      assertEquals(code, 128 + number);
      assertStringIncludes(stderr, `signal SIG${signal} ended sh`);
    }
  });

  it("ends CMD and all that it started at the deadline, with 124 when there is no data", guard, async () => {
    // Both ignore the polite request.
    const script =
      'trap "" TERM; sh -c \'trap "" TERM; echo $$ >inner; while :; do sleep 1; done\' & echo $$ >outer; wait';
    const running = bench.startRun(["--name", "a", "--deadline", "2s"], ["sh", "-c", script]);
    const { code, text, stderr } = await running.ended;
    assertEquals({ code, text }, { code: 124, text: "" });
    assertStringIncludes(stderr, "it was not done within 2s (see --deadline)");
    for (const file of ["inner", "outer"]) {
      assert(!lives(Number(readFileSync(join(bench.folder, file), "utf8"))), `${file} lives on`);
    }
  });

  it("ends CMD and all that it started at the deadline behind the command's back, too", guard, async () => {
    await bench.fill("a", "old");
    const script =
      'trap "" TERM; sh -c \'trap "" TERM; echo $$ >inner; while :; do sleep 1; done\' & echo $$ >outer; wait';
    assertEquals((await bench.run(["--name", "a", "--deadline", "2s"], ["sh", "-c", script])).text, "old");
    const child = bench.marker("a")?.pid ?? -1;
    await until("the failure is recorded", () => bench.marker("a")?.last_error?.includes("was not done within"));
    await until("the child has ended", () => !lives(child));
    for (const file of ["inner", "outer"]) {
      assert(!lives(Number(readFileSync(join(bench.folder, file), "utf8"))), `${file} lives on`);
    }
    assertEquals(bench.data("a"), "old");
  });

  it("ends with 125 and one line when its folder cannot be used", guard, async () => {
    writeFileSync(bench.root, "a file");
    const { code, text, stderr } = await bench.run(["--name", "a"], bench.question("never"));
    assertEquals({ code, text, starts: bench.starts().length }, { code: 125, text: "", starts: 0 });
    assertMatch(stderr, /^discoverycache: cannot keep a cache in [^\n]*: it is not a folder[^\n]*\n$/);
  });
});

describe("discoverycache run: signals", () => {
  let bench: CommandBench;
  beforeEach(() => void (bench = new CommandBench()));
  afterEach(() => bench.close());

  const signals = [["SIGINT", 130], ["SIGTERM", 143], ["SIGHUP", 129], ["SIGQUIT", 131]] as const;
  for (const [signal, code] of signals) {
    it(`ends CMD, gives the claim back and ends with ${code} on ${signal}`, guard, async () => {
      const running = bench.startRun(["--name", "a"], bench.question("never", { gate: "gate" }));
      const leader = await until("CMD runs", () => bench.starts()[0]);
      running.child.kill(signal);
      const ended = await running.ended;
      assertEquals([ended.code, ended.text], [code, ""]);
      assertEquals([lives(leader), bench.marker("a"), bench.data("a")], [false, undefined, undefined]);
      assertEquals((await bench.run(["--name", "a"], bench.question("next"))).text, "next");
    });
  }

  it("passes the signal on as it is", guard, async () => {
    const trap = `for s in INT TERM HUP QUIT; do trap "echo $s >>'$1/got'; exit 1" $s; done; `;
    const script = `${trap}echo $$ >>"$1/starts"; while :; do sleep 0.05; done`;
    for (const [signal] of signals) {
      const before = bench.starts().length;
      const running = bench.startRun(["--name", "a"], ["sh", "-c", script, "sh", bench.folder]);
      await until("CMD runs", () => bench.starts().length > before);
      running.child.kill(signal);
      await running.ended;
    }
    assertEquals(readFileSync(join(bench.folder, "got"), "utf8"), "INT\nTERM\nHUP\nQUIT\n");
  });

  it("ends by force what does not end when it is asked", guard, async () => {
    const script = 'trap "" INT; echo $$ >>"$1/starts"; while :; do sleep 0.1; done';
    const running = bench.startRun(["--name", "a"], ["sh", "-c", script, "sh", bench.folder]);
    const leader = await until("CMD runs", () => bench.starts()[0]);
    running.child.kill("SIGINT");
    assertEquals((await running.ended).code, 130);
    await until("CMD is gone", () => !lives(leader));
    assertEquals(bench.marker("a"), undefined);
  });

  it("leaves a refresh of another process alone when it only waits for it", guard, async () => {
    const first = bench.startRun(["--name", "a"], bench.question("answer", { gate: "gate" }));
    await until("the first one refreshes", () => bench.starts().length === 1);
    const waiting = bench.startRun(["--name", "a"], bench.question("never"));
    await untilItWaits(waiting);
    waiting.child.kill("SIGINT");
    assertEquals((await waiting.ended).code, 130);
    bench.open("gate");
    assertEquals([(await first.ended).text, bench.starts().length], ["answer", 1]);
  });
});

import { assert, assertEquals, assertMatch } from "@std/assert";
import { afterEach, beforeEach, describe, it } from "node:test";
import { utimesSync } from "node:fs";
import { CommandBench, lives, until, untilItWaits } from "../support/command_bench.ts";
import { everyRuntime } from "../support/processes.ts";

const guard = { timeout: 120_000 };

describe("discoverycache run --max-wait", () => {
  let bench: CommandBench;
  beforeEach(() => void (bench = new CommandBench()));
  afterEach(() => bench.close());

  it("prints what comes in time", guard, async () => {
    for (const mode of ["background", "if-stale", "force"]) {
      const options = ["--name", mode, "--refresh", mode, "--max-wait", "1h"];
      const { code, text, stderr } = await bench.run(options, bench.question("answer", { complaint: "said\n" }));
      assertEquals({ code, text, stderr }, { code: 0, text: "answer", stderr: "" }, mode);
    }
    assertEquals(bench.starts().length, 3);
  });

  it("ends with 124 and one line when there is nothing in time, and CMD goes on behind it", guard, async () => {
    const argv = bench.question("late", { gate: "gate" });
    const { code, text, stderr } = await bench.run(["--name", "a", "--max-wait", "100ms"], argv);
    assertEquals({ code, text }, { code: 124, text: "" });
    assertMatch(stderr, /^discoverycache: discovery\/a was still being refreshed after the 100 ms [^\n]*\n$/);
    await until("CMD runs", () => bench.starts().length === 1);
    const owner = bench.marker("a")?.pid ?? -1;
    assert(lives(owner));
    bench.open("gate");
    await until("the data is there", () => bench.data("a") === "late");
    assertEquals((await bench.run(["--name", "a"], bench.question("never"))).text, "late");
  });

  it("prints what there is when nothing newer comes in time, and says nothing of it", guard, async () => {
    await bench.fill("a", "old");
    const argv = bench.question("late", { gate: "gate" });
    const options = ["--name", "a", "--refresh", "if-stale", "--max-wait", "0s"];
    const { code, text, stderr } = await bench.run(options, argv);
    assertEquals({ code, text, stderr }, { code: 0, text: "old", stderr: "" });
    await until("CMD runs", () => bench.starts().length === 1);
    bench.open("gate");
    await until("the data is fresh", () => bench.data("a") === "late");
  });

  it("says how CMD failed, and ends as CMD did", guard, async () => {
    const argv = bench.question("", { complaint: "no\n", code: 7 });
    const { code, text, stderr } = await bench.run(["--name", "a", "--max-wait", "1h"], argv);
    assertEquals({ code, text }, { code: 7, text: "" });
    assertMatch(stderr, /^discoverycache: exit code 7 from sh: no; [^\n]*\n$/);
    bench.coolDown("a");
    const again = await bench.run(["--name", "a", "--max-wait", "1h"], argv);
    assertEquals([again.code, bench.starts().length], [7, 1]);
    const forced = ["--name", "a", "--max-wait", "1h", "--refresh", "force"];
    assertEquals((await bench.run(forced, bench.question("better"))).text, "better");
  });

  it("runs CMD once more with force, however fresh the data is, and once if it fails", guard, async () => {
    const force = ["--name", "a", "--max-wait", "1h", "--refresh", "force"];
    await bench.run(["--name", "a"], bench.question("first"));
    assertEquals((await bench.run(force, bench.question("second"))).text, "second");
    assertEquals((await bench.run(force, bench.question("", { code: 3 }))).code, 3);
    assertEquals([bench.starts().length, bench.data("a")], [3, "second"]);
  });

  for (const runtime of everyRuntime) {
    it(`joins the refresh of a process on ${runtime}`, guard, async () => {
      const argv = bench.question("answer", { gate: "gate" });
      const first = bench.startRun(["--name", "a"], argv, { runtime });
      await until("the first one refreshes", () => bench.starts().length === 1);
      const modes = ["background", "force"];
      const others = modes.map((mode) =>
        bench.startRun(["--name", "a", "--max-wait", "1h", "--json", "--refresh", mode], argv)
      );
      for (const other of others) await untilItWaits(other);
      bench.open("gate");
      assertEquals((await first.ended).text, "answer");
      for (const { ended } of others) {
        const { origin, data } = JSON.parse((await ended).text);
        assertEquals([origin, data], ["joined", "answer"]);
      }
      assertEquals(bench.starts().length, 1);
    });
  }

  it("goes on when its process is killed: the next one takes over while it waits", guard, async () => {
    const first = bench.startRun(["--name", "a"], bench.question("lost", { gate: "gate" }));
    await until("the first one refreshes", () => bench.starts().length === 1);
    const other = bench.startRun(["--name", "a", "--max-wait", "1h"], bench.question("found"));
    await untilItWaits(other);
    first.child.kill("SIGKILL");
    assertEquals((await other.ended).text, "found");
  });

  it("leaves nothing behind on Ctrl-C: the refresh goes on by itself", guard, async () => {
    const argv = bench.question("late", { gate: "gate" });
    const { child, ended } = bench.startRun(["--name", "a", "--max-wait", "1h"], argv);
    await until("CMD runs", () => bench.starts().length === 1);
    child.kill("SIGINT");
    assertEquals((await ended).code, 130);
    assert(lives(bench.marker("a")?.pid ?? -1));
    bench.open("gate");
    await until("the data is there", () => bench.data("a") === "late" && bench.marker("a") === undefined);
  });
});

describe("discoverycache run --max-stale", () => {
  let bench: CommandBench;
  beforeEach(() => void (bench = new CommandBench()));
  afterEach(() => bench.close());

  /** Data that is two days old, and so a day past its TTL. */
  const within = ["--name", "a", "--max-stale", "25h"];
  const beyond = ["--name", "a", "--max-stale", "23h"];

  it("prints stale data within it at once, and waits for CMD beyond it", guard, async () => {
    await bench.fill("a", "old");
    const gated = bench.question("new", { gate: "gate" });
    assertEquals((await bench.run(within, gated)).text, "old");
    const waiting = bench.startRun(beyond, gated);
    await untilItWaits(waiting);
    assertEquals(waiting.soFar(), "");
    bench.open("gate");
    assertEquals((await waiting.ended).text, "new");
    assertEquals(bench.starts().length, 1);
  });

  it("ends with 1 beyond it and --refresh none, and says how old the data is", guard, async () => {
    await bench.fill("a", "old");
    const never = bench.question("never");
    assertEquals((await bench.run([...within, "--refresh", "none"], never)).text, "old");
    const { code, text, stderr } = await bench.run([...beyond, "--refresh", "none"], never);
    assertEquals({ code, text }, { code: 1, text: "" });
    assertMatch(stderr, /^discoverycache: the data of discovery\/a is \d+ ms old, [^\n]*\n$/);
  });

  it("does not print what is beyond it instead of a failure", guard, async () => {
    await bench.fill("a", "old");
    const failing = bench.question("", { complaint: "no\n", code: 3 });
    for (const mode of ["background", "if-stale"]) {
      for (const wait of [[], ["--max-wait", "1h"]]) {
        const { code, text, stderr } = await bench.run([...beyond, ...wait, "--refresh", mode], failing);
        assertEquals({ code, text }, { code: 3, text: "" }, `${mode} ${wait}`);
        assertMatch(stderr, /exit code 3 from sh: no; no data was printed/);
        bench.coolDown("a");
      }
    }
    assertEquals(bench.starts().length, 1);
    const { code, text } = await bench.run([...within, "--refresh", "if-stale"], failing);
    assertEquals({ code, text }, { code: 0, text: "old" });
    assertEquals(bench.data("a"), "old");
  });

  it("takes data from the future for stale, and for usable", guard, async () => {
    await bench.fill("a", "old");
    const ahead = Date.now() / 1_000 + 3_600;
    utimesSync(bench.dataPath("a"), ahead, ahead);
    const { text } = await bench.run(["--name", "a", "--max-stale", "0s", "--refresh", "none"], ["true"]);
    assertEquals(text, "old");
  });
});

import { assert, assertEquals, assertMatch } from "@std/assert";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { afterEach, beforeEach, describe, it } from "node:test";
import { pathToFileURL } from "node:url";
import { lives, until } from "../support/command_bench.ts";
import { type Answer, DetachedBench, fixture } from "../support/detached_bench.ts";

const guard = { timeout: 120_000 };

describe("a detached refresh that fails", () => {
  let bench: DetachedBench;
  beforeEach(() => void (bench = new DetachedBench()));
  afterEach(() => bench.close());

  const failures: readonly (readonly [string, Answer, RegExp])[] = [
    [
      "rejects: its message, and its last lines of standard error",
      { error: "the server said 500", complaint: "one\ntwo\nthree\nfour\n" },
      /^the server said 500; it last said: two \/ three \/ four$/,
    ],
    ["says nothing besides its message", { error: "the server said 500" }, /^the server said 500$/],
    [
      "throws where nobody catches it",
      { mischief: "throws later", complaint: "almost done\n" },
      /^thrown where nobody catches it; it last said: almost done$/,
    ],
    [
      "ends its process",
      { mischief: "exits", complaint: "goodbye\n" },
      /^its process ended with exit code 3 and without an answer; it last said: goodbye$/,
    ],
    ["is killed", { mischief: "is killed" }, /^its process was ended by SIGKILL$/],
    [
      "returns what JSON cannot hold",
      { mischief: "returns undefined" },
      /^the refresher returned undefined: expected a value that JSON can hold$/,
    ],
  ];
  for (const [how, answer, reason] of failures) {
    it(`is on record when it ${how}`, guard, async () => {
      await bench.fill("a", '"old"');
      assertEquals((await bench.asked({}, answer)).answer, "old");
      const failure = await bench.failure();
      assertMatch(failure.reason, reason);
      assertEquals([failure.attempts, bench.data("a")], [1, '"old"']);
      await bench.end(failure.owner, ...bench.starts());
    });
  }

  it("has a bound on what is on record", guard, async () => {
    await bench.fill("a", '"old"');
    await bench.asked({}, { error: "e".repeat(30_000), complaint: `${"w".repeat(30_000)}\n` });
    const { reason } = await bench.failure();
    assert(reason.length < 2_000 && reason.startsWith("eee") && reason.endsWith("www"), `${reason.length}`);
  });

  const modules: readonly (readonly [string, string, RegExp])[] = [
    ["there is none", fixture("nowhere.mjs"), /nowhere\.mjs/],
    ["its default export is no function", fixture("no_refresher.mjs"), /default export of .* cannot be 42: expected/],
  ];
  for (const [what, module, reason] of modules) {
    it(`is on record when of its module ${what}`, guard, async () => {
      await bench.fill("a", '"old"');
      assertEquals((await bench.asked({ module }, {})).answer, "old");
      assertMatch((await bench.failure()).reason, reason);
    });
  }

  it("is on record when its module cannot be parsed or evaluated", guard, async () => {
    for (const [index, text] of ["export default (", 'throw new Error("not today");'].entries()) {
      const path = join(bench.folder, `bad-${index}.mjs`);
      writeFileSync(path, text);
      await bench.fill("a", '"old"');
      await bench.asked({ module: pathToFileURL(path).href }, {});
      const { reason } = await bench.failure();
      assertMatch(reason, index === 0 ? /\S/ : /not today/);
      rmSync(join(bench.root, "discovery/a.refreshing"));
    }
  });

  it("cools down, and the next failure counts on", guard, async () => {
    await bench.fill("a", '"old"');
    const day = 24 * 60 * 60 * 1_000;
    await bench.asked({ backoff: { base: day, cap: day } }, { error: "no" });
    await bench.failure();
    // Drawn between none and a day: that it is hardly any is as good as impossible, unless the back-off is not this one.
    const { retry_at, started_at } = bench.marker("a") as unknown as Record<string, string>;
    assert(Date.parse(retry_at ?? "") - Date.parse(started_at ?? "") > 2_000, `${started_at} ${retry_at}`);
    bench.editMarker("a", { retry_at: new Date(Date.now() + 3_600_000).toISOString() });
    assertEquals((await bench.asked({}, {})).events, ["cooling-down"]);
    bench.editMarker("a", { retry_at: new Date(Date.now() - 1_000).toISOString() });
    await bench.asked({}, { error: "no again" });
    const second = await until("the second is on record", () => {
      const marker = bench.marker("a");
      return marker?.attempts === 2 && marker.last_error !== undefined ? marker : undefined;
    });
    assertEquals(second.last_error, "no again");
    bench.editMarker("a", { retry_at: new Date(Date.now() - 1_000).toISOString() });
    await bench.asked({}, {});
    await bench.becomes("new");
  });
});

describe("a detached refresh that is ended", () => {
  let bench: DetachedBench;
  beforeEach(() => void (bench = new DetachedBench()));
  afterEach(() => bench.close());

  /** A program has left its refresh behind, which runs and has started a process of its own. */
  async function leave(answer: Answer, deadline = "60s", where: DetachedBench = bench) {
    await where.fill("a", '"old"');
    await where.asked({ deadline }, { gate: "never", ...answer });
    const owner = where.marker("a")?.pid ?? -1;
    const { pid: worker } = await where.facts();
    if (answer.mischief === "starts a child") await until("it has started a child", () => where.children().length > 0);
    return { owner, worker };
  }

  it("is ended at its deadline, with what it started, whether or not it heeds its signal", guard, async () => {
    // All at once: none of them is quicker than its deadline, which is long enough to start on a busy machine.
    const benches = [bench, new DetachedBench(), new DetachedBench(), new DetachedBench()] as const;
    const [parent, deaf, heeding, blocked] = benches;
    try {
      const complaint = "still waiting\n";
      const left = [
        leave({ mischief: "starts a child", complaint }, "10s", parent),
        leave({ mischief: "ignores the signal", complaint }, "10s", deaf),
        leave({ mischief: "heeds the signal", complaint }, "10s", heeding),
        leave({ mischief: "blocks", complaint }, "10s", blocked),
      ];
      const workers = (await Promise.all(left)).map(({ worker }) => worker);
      const failures = await Promise.all(benches.map((one) => one.failure()));
      for (const { reason } of failures) {
        assertMatch(reason, /^the refresher was not done within its 10000 ms: .*; it last said: still waiting$/);
      }
      await parent.end(...failures.map(({ owner }) => owner), ...workers, ...parent.children());
      assertEquals([parent.children().length, parent.data("a")], [1, '"old"']);
      assertEquals(benches.map((one) => one.has("aborted")), [false, false, true, false]);
    } finally {
      await Promise.all([deaf, heeding, blocked].map((one) => one.close()));
    }
  });

  for (const mischief of ["starts a child", "blocks"]) {
    it(
      `gives the claim back when somebody asks its supervisor to end and its refresher ${mischief}`,
      guard,
      async () => {
        const { owner, worker } = await leave({ mischief });
        process.kill(owner, "SIGTERM");
        await bench.end(owner, worker, ...bench.children());
        assertEquals([bench.marker("a"), bench.data("a")], [undefined, '"old"']);
        const next = await bench.asked({ ask: "if-stale" }, { answer: "next" });
        assertEquals(next, { answer: "next", events: ["claimed", "refreshed"] });
      },
    );
  }

  it("ends when its supervisor is killed, with what it started, and the next caller takes over", guard, async () => {
    const { owner, worker } = await leave({ mischief: "starts a child" });
    process.kill(owner, "SIGKILL");
    await bench.end(owner, worker, ...bench.children());
    const next = await bench.asked({ ask: "if-stale" }, { answer: "next" });
    assertEquals(next, { answer: "next", events: ["recovered", "claimed", "refreshed"] });
    assertEquals([bench.marker("a"), bench.starts().length], [undefined, 2]);
  });

  it("brings nothing when its claim was lost meanwhile", guard, async () => {
    const { owner } = await leave({});
    const { pid } = await bench.facts();
    bench.editMarker("a", { token: "0".repeat(32) });
    assertEquals(lives(owner), true);
    bench.open("never");
    await bench.end(owner, pid);
    assertEquals([bench.data("a"), bench.marker("a")?.token], ['"old"', "0".repeat(32)]);
  });
});

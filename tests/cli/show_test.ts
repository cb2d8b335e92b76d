import { assert, assertEquals, assertMatch } from "@std/assert";
import { Buffer } from "node:buffer";
import { createHash, randomBytes } from "node:crypto";
import { chmodSync, existsSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "node:test";
import { command, projectRoot } from "../../scripts/runtimes.ts";
import { CommandBench, type Ended } from "../support/command_bench.ts";
import { failFor, keepByOther } from "../support/command_scene.ts";

const guard = { timeout: 120_000 };
const HOUR = 3_600_000;

const hash = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

describe("discoverycache show", () => {
  let bench: CommandBench;
  beforeEach(() => void (bench = new CommandBench()));
  afterEach(() => bench.close());

  async function show(...args: readonly string[]): Promise<Ended> {
    return await bench.start(["show", "--root", bench.root, ...args]).ended;
  }

  async function envelope(...args: readonly string[]): Promise<Readonly<Record<string, unknown>>> {
    const { code, text, stderr } = await show("--json", ...args);
    assertEquals([code, stderr, text.split("\n").length], [0, "", 2]);
    return JSON.parse(text) as Readonly<Record<string, unknown>>;
  }

  it("prints data byte for byte, whatever is in it and however large it is", guard, async () => {
    const everyByte = Buffer.from(Array.from({ length: 1_024 }, (_, index) => index % 256));
    const large = randomBytes(8 * 1_024 * 1_024);
    for (const bytes of [everyByte, large, Buffer.alloc(0)]) {
      const path = join(bench.folder, "bytes");
      writeFileSync(path, bytes);
      await bench.run(["--name", "a", "--refresh", "force"], ["cat", path]);
      const { code, stdout, stderr } = await show("discovery/a");
      assertEquals([code, stderr, stdout.length, hash(stdout)], [0, "", bytes.length, hash(bytes)]);
    }
  });

  it("prints old data as it is, and starts nothing", guard, async () => {
    await bench.run(["--name", "a"], bench.question("old"));
    bench.age("a");
    const { code, text, stderr } = await show("a");
    assertEquals([code, text, stderr], [0, "old", ""]);
    assertEquals([bench.starts().length, bench.marker("a")], [1, undefined]);
  });

  it("finds what is meant by a label, a name, or the beginning of one", guard, async () => {
    keepByOther(bench, "discovery/npm", "one");
    keepByOther(bench, "other/npm", "two");
    keepByOther(bench, "other/npm-view-3", "three");
    for (
      const [text, data] of [["other/npm", "two"], ["npm", "one"], ["npm-v", "three"], ["other/npm-", "three"]] as const
    ) {
      assertEquals((await show(text)).text, data, text);
    }
  });

  it("says in one line that nothing is meant, or several, or that there is no data", guard, async () => {
    keepByOther(bench, "other/one-a", "a");
    keepByOther(bench, "other/one-b", "b");
    await failFor(bench, "bad");
    const cases: readonly (readonly [readonly string[], number, RegExp])[] = [
      [["two"], 1, /there is no source "two": discoverycache ls --root \S+ lists what there is/],
      [["ne-b"], 1, /there is no source "ne-b" \(other\/one-b\?\)/],
      [["one"], 2, /"one" may be other\/one-a, other\/one-b: say a little more of the name/],
      [["bad"], 1, /there is no data of discovery\/bad: discoverycache explain --root \S+ discovery\/bad says why/],
      [["--json", "bad"], 1, /there is no data of discovery\/bad/],
      [[], 2, /missing required argument 'source': see discoverycache show --help/],
      [["--ttl", "x", "bad"], 2, /--ttl/],
    ];
    for (const [args, exitCode, message] of cases) {
      const { code, text, stderr } = await show(...args);
      assertEquals([code, text, stderr.split("\n").length], [exitCode, "", 2], stderr);
      assertMatch(stderr, message);
    }
  });

  it("says that nothing is there where there is no cache, and makes no folder", guard, async () => {
    const { code, text, stderr } = await show("a");
    assertEquals([code, text], [1, ""]);
    assertMatch(stderr, /^discoverycache: there is no source "a"[^\n]*\n$/);
    assert(!existsSync(bench.root));
  });

  it("shows again what CMD said, beside the data", guard, async () => {
    await bench.run(["--name", "a"], bench.question("answer", { complaint: "3/3 done\nwarning: \xe4\n" }));
    const { code, text, stderr } = await show("--stderr", "a");
    assertEquals([code, text, stderr], [0, "answer", "3/3 done\nwarning: \xe4\n"]);
    assertEquals((await show("a")).stderr, "");
    const { stderr: said, data } = await envelope("--stderr", "a");
    assertEquals([said, data], ["3/3 done\nwarning: \xe4\n", "answer"]);
  });

  it(
    "prints an envelope: what is recorded of its TTL, else what --ttl says, else that nothing is known",
    guard,
    async () => {
      await bench.run(["--name", "a", "--ttl", "7d"], ["printf", "%s", "äö"]);
      bench.age("a");
      keepByOther(bench, "other/b", Buffer.from([0xff, 0x00]), 3 * HOUR);
      const facts = async (...args: readonly string[]) => {
        const { source, origin, state, ttl, size, encoding, data } = await envelope(...args);
        return [source, origin, state, ttl, size, encoding, data];
      };
      assertEquals(await facts("a"), ["discovery/a", "hit", "fresh", 7 * 24 * HOUR, 4, "utf8", "äö"]);
      assertEquals((await facts("a", "--ttl", "1h")).slice(1, 4), ["hit", "fresh", 7 * 24 * HOUR]);
      assertEquals(await facts("b"), ["other/b", undefined, "unknown", undefined, 2, "base64", "/wA="]);
      assertEquals((await facts("b", "--ttl", "4h")).slice(1, 4), ["hit", "fresh", 4 * HOUR]);
      assertEquals((await facts("b", "--ttl", "2h")).slice(1, 4), ["stale", "stale", 2 * HOUR]);
      const { age, capturedAt } = await envelope("b");
      assert(typeof age === "number" && Number.isInteger(age) && age >= 3 * HOUR, `an age of ${age}`);
      assertMatch(String(capturedAt), /^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
    },
  );

  it("says in the envelope why data is not newer", guard, async () => {
    await bench.fill("a", "old");
    await bench.run(["--name", "a", "--refresh", "force"], bench.question("", { complaint: "no route", code: 3 }));
    bench.coolDown("a");
    const { state, refreshError } = await envelope("a");
    assertEquals(state, "stale");
    assertMatch(JSON.stringify(refreshError), /^\{"reason":"exit code 3 from sh: no route","retryAt":"[^"]+Z"\}$/);
  });

  it("needs only what is meant to be readable", guard, async () => {
    keepByOther(bench, "discovery/a", "a");
    keepByOther(bench, "other/b", "b");
    chmodSync(join(bench.root, "other"), 0o777);
    const [found, hidden] = [await show("a"), await show("b")];
    assertEquals([found.code, found.text, found.stderr], [0, "a", ""]);
    assertEquals([hidden.code, hidden.text], [125, ""]);
    assertMatch(hidden.stderr, /^discoverycache: [^\n]*\/other[^\n]*chmod go-w[^\n]*\n$/);
  });

  it("may go to a pipe that nobody reads to its end: that is no error", guard, async () => {
    keepByOther(bench, "other/a", randomBytes(8 * 1_024 * 1_024));
    for (const args of [["show"], ["show", "--json"]]) {
      const { child, ended } = bench.start([...args, "--root", bench.root, "a"]);
      child.stdout?.once("data", () => child.stdout?.destroy());
      const { code, stderr } = await ended;
      assertEquals([code, stderr], [0, ""]);
    }
  });

  it("needs no more of Deno than to read the cache's folder and the environment", guard, async () => {
    await bench.run(["--name", "a"], bench.question("answer", { complaint: "said\n" }));
    const flags = [`--allow-read=${bench.root}`, "--allow-env"];
    const line = [
      ...command("deno", join(projectRoot, "dist/cli.js"), flags),
      "show",
      "--stderr",
      "--root",
      bench.root,
    ];
    const { code, text, stderr } = await bench.startOther([...line, "a"]).ended;
    assertEquals([code, text, stderr], [0, "answer", "said\n"]);
  });

  it("leaves no trace", guard, async () => {
    keepByOther(bench, "discovery/a", "a");
    await show("--json", "--stderr", "a");
    assertEquals([readdirSync(bench.root), readdirSync(join(bench.root, "discovery"))], [["discovery"], ["a.json"]]);
  });
});

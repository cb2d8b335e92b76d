import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { chmodSync, existsSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "node:test";
import { command, projectRoot } from "../../scripts/runtimes.ts";
import { CommandBench, type Ended } from "../support/command_bench.ts";
import { keepByOther, makeScene } from "../support/command_scene.ts";

const guard = { timeout: 120_000 };
const HOUR = 3_600_000;

type Row = Readonly<Record<string, unknown>>;

describe("discoverycache ls", () => {
  let bench: CommandBench;
  beforeEach(() => void (bench = new CommandBench()));
  afterEach(() => bench.close());

  async function ls(...args: readonly string[]): Promise<Ended> {
    return await bench.start(["ls", "--root", bench.root, ...args]).ended;
  }

  async function rows(...args: readonly string[]): Promise<Row[]> {
    const { code, text, stderr } = await ls("--json", ...args);
    assertEquals([code, stderr], [0, ""]);
    return text.split("\n").slice(0, -1).map((line) => JSON.parse(line) as Row);
  }

  async function names(...args: readonly string[]): Promise<unknown[]> {
    return (await rows(...args)).map(({ source }) => String(source).replace("discovery/", ""));
  }

  it("prints nothing where nothing is, says so, and makes no folder", guard, async () => {
    for (const args of [[], ["--json"]]) {
      const { code, text, stderr } = await ls(...args);
      assertEquals([code, text], [0, ""]);
      assertMatch(stderr, /^discoverycache: there is nothing in \S+\/root yet: discoverycache run -- CMD [^\n]+\n$/);
    }
    assert(!existsSync(bench.root));
  });

  it("shows every source: its state, age, TTL, size, owner, what comes next and what went wrong", guard, async () => {
    const { busy, lost } = await makeScene(bench);
    const { code, text, stderr } = await ls();
    assertEquals([code, stderr], [0, ""]);
    const cells = text.trimEnd().split("\n").map((line) => line.split(/ {2,}/));
    assertEquals(cells[0], ["SOURCE", "STATE", "AGE", "TTL", "USED", "SIZE", "OWNER", "NEXT", "MESSAGE"]);
    const line = (name: string) => text.split("\n").find((line) => line.includes(`${name} `)) ?? "";
    assertMatch(
      line("discovery/bad"),
      /^\S+ +cooling down +1h +retry in (?:59m\d+s|1h) +exit code 7 from sh: no such host$/,
    );
    assertMatch(
      line("discovery/busy"),
      new RegExp(String.raw`^\S+ +refreshing 3/10 +2d +1h +\S{8} +0 B +${busy.pid} +due in \S+ +reading pages$`),
    );
    assertMatch(line("discovery/fresh"), /^\S+ +fresh +\S+ +1h +\S{8} +4 B$/);
    assertMatch(line("discovery/lost"), new RegExp(String.raw`^\S+ +abandoned +1h +${lost} +retry when asked$`));
    assertMatch(line("discovery/old"), /^\S+ +stale +2d +1d +(\S)\1{7} +8 B$/);
    assertMatch(line("other/unknown"), /^\S+ +unknown +3h +4\.2 kB$/);
    assertEquals(cells.length, 7, "the command's own records are no sources");
  });

  it("prints the same as data, one object on each line", guard, async () => {
    const { busy, lost } = await makeScene(bench);
    const found = new Map((await rows()).map((row) => [row["source"], row]));
    assertEquals([...found.keys()].length, 6);
    const part = (label: string, ...keys: string[]) => keys.map((key) => found.get(label)?.[key]);
    const facts = ["state", "data", "ttl", "size", "attempts", "lastError"];
    assertEquals(part("discovery/fresh", ...facts), ["fresh", "fresh", HOUR, 4, 0, undefined]);
    assertEquals(part("discovery/fresh", "command"), [["printf", "%s", "four"]]);
    assertEquals(part("discovery/old", ...facts), ["stale", "stale", 24 * HOUR, 8, 0, undefined]);
    assertEquals(part("other/unknown", ...facts), ["unknown", "unknown", undefined, 4_200, 0, undefined]);
    assertEquals(part("discovery/bad", ...facts), [
      "cooling-down",
      "absent",
      HOUR,
      undefined,
      1,
      "exit code 7 from sh: no such host",
    ]);
    assertEquals(part("discovery/busy", ...facts), ["refreshing", "stale", HOUR, 0, 0, undefined]);
    assertEquals(part("discovery/busy", "progress"), [{ done: 3, total: 10, message: "reading pages" }]);
    assertEquals(part("discovery/lost", ...facts), ["abandoned", "absent", HOUR, undefined, 0, undefined]);
    const owner = (label: string) => (found.get(label)?.["owner"] as { readonly pid: number } | undefined)?.pid;
    assertEquals([owner("discovery/busy"), owner("discovery/lost"), owner("discovery/old")], [
      busy.pid,
      lost,
      undefined,
    ]);
    const times = [
      ...part("discovery/old", "capturedAt"),
      ...part("discovery/busy", "startedAt", "deadline"),
      ...part("discovery/bad", "retryAt"),
    ];
    for (const time of times) assertMatch(String(time), /^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
    const age = found.get("discovery/old")?.["age"];
    assert(typeof age === "number" && Number.isInteger(age) && age >= 48 * HOUR, `an age of ${age}`);
  });

  it("lists only what is asked for", guard, async () => {
    await makeScene(bench);
    assertEquals(await names("--tier", "other"), ["other/unknown"]);
    assertEquals(await names("--tier=other", "--tier", "discovery", "--state", "fresh", "--state=unknown"), [
      "fresh",
      "other/unknown",
    ]);
    assertEquals(await names("--state", "stale"), ["busy", "old"], "stale data counts, whatever goes on with it");
    assertEquals(await names("--state", "refreshing"), ["busy"]);
    assertEquals(await names("--state", "absent"), ["bad", "lost"]);
    assertEquals(await names("b"), ["bad", "busy"]);
    assertEquals(await names("b*", "*/unkn?wn"), ["bad", "busy", "other/unknown"]);
    assertEquals(await names("discovery/??d"), ["bad", "old"]);
    const { code, text, stderr } = await ls("nobody");
    assertEquals([code, text], [0, ""]);
    assertMatch(
      stderr,
      /^discoverycache: nothing is meant by that, of 6 sources in all: discoverycache ls --root \S+ lists them\n$/,
    );
  });

  it("judges what other programs keep by --ttl, and what run brought by its own TTL", guard, async () => {
    await bench.fill("old", "old");
    keepByOther(bench, "other/one", "1", 3 * HOUR);
    const states = async (ttl: string) => (await rows("--ttl", ttl)).map(({ state, ttl }) => [state, ttl]);
    assertEquals(await states("4h"), [["stale", 24 * HOUR], ["fresh", 4 * HOUR]]);
    assertEquals(await states("30d"), [["stale", 24 * HOUR], ["fresh", 720 * HOUR]]);
    assertEquals(await states("90s"), [["stale", 24 * HOUR], ["stale", 90_000]]);
  });

  it("sorts, and what has nothing to be sorted by comes last, either way", guard, async () => {
    await bench.run(["--name", "b", "--ttl", "3h"], ["printf", "%s", "333"]);
    await bench.run(["--name", "a", "--ttl", "2h"], ["printf", "%s", "4444"]);
    keepByOther(bench, "discovery/c", "22", 5 * HOUR);
    await bench.run(["--name", "d", "--ttl", "1h"], bench.question("", { code: 1 }));
    bench.coolDown("d");
    const orders: readonly (readonly [string, string, string])[] = [
      ["name", "a b c d", "d c b a"],
      ["age", "a b c d", "c b a d"],
      ["size", "c b a d", "a b c d"],
      ["state", "a b c d", "d c a b"],
      ["ttl", "d a b c", "b a d c"],
      ["retry", "d a b c", "d a b c"],
    ];
    for (const [key, forth, back] of orders) {
      assertEquals((await names("--sort", key)).join(" "), forth, key);
      assertEquals((await names("--sort", key, "--reverse")).join(" "), back, `${key}, reversed`);
    }
    assertEquals((await names()).join(" "), "a b c d");
  });

  it("says in one line what is wrong with the command line", guard, async () => {
    const wrong: readonly (readonly [readonly string[], RegExp])[] = [
      [["--sort", "colour"], /--sort cannot be "colour": expected one of name, age, size, state, ttl, retry/],
      [["--state", "cold"], /--state cannot be "cold": expected one of fresh, unknown, refreshing, stale/],
      [["--tier", "../up"], /--tier/],
      [["--ttl", "soon"], /--ttl/],
      [["--root", ""], /--root/],
      [["--colour"], /unknown option '--colour': see discoverycache ls --help/],
    ];
    for (const [args, message] of wrong) {
      const { code, text, stderr } = await ls(...args);
      assertEquals([code, text, stderr.split("\n").length], [2, "", 2], stderr);
      assertMatch(stderr, message);
    }
  });

  it("prints what can be read, then says what cannot, and ends with 125", guard, async () => {
    await bench.run(["--name", "a", "--ttl", "1h"], ["echo"]);
    keepByOther(bench, "other/b", "b");
    const cases: readonly (readonly [string, readonly unknown[]])[] = [
      ["other", [["discovery/a", "fresh"]]],
      ["discovery.command", [["discovery/a", "unknown"], ["other/b", "unknown"]]],
    ];
    for (const [tier, listed] of cases) {
      const folder = join(bench.root, tier);
      chmodSync(folder, 0o777);
      const { code, text, stderr } = await ls("--json");
      chmodSync(folder, 0o700);
      const lines = text.split("\n").slice(0, -1).map((line) => JSON.parse(line) as Row);
      assertEquals(lines.map(({ source, state }) => [source, state]), listed);
      assertMatch(
        stderr,
        new RegExp(`^discoverycache: [^\\n]*/${tier.replace(".", "\\.")}[^\\n]*chmod go-w[^\\n]*\\n$`),
      );
      assertEquals(code, 125);
    }
    chmodSync(bench.root, 0o777);
    const { code, text, stderr } = await ls();
    assertEquals([code, text, stderr.split("\n").length], [125, "", 2]);
  });

  it("may go to a pipe that nobody reads to its end: that is no error", guard, async () => {
    for (let index = 0; index < 1_200; index++) keepByOther(bench, `other/${"n".repeat(80)}-${index}`, "x");
    for (const args of [["ls"], ["ls", "--json"]]) {
      const line = bench.commandLine([...args, "--root", bench.root]);
      const script = '{ "$@"; echo "code=$?" >&2; } | head -n 1 | cut -c 1-6';
      const { text, stderr } = await bench.startOther(["sh", "-c", script, "sh", ...line]).ended;
      assertMatch(text, /^(?:SOURCE|\{"sour)\n$/);
      assertEquals(stderr, "code=0\n");
    }
  });

  it("needs no more of Deno than to read the cache's folder and the environment", guard, async () => {
    await makeScene(bench);
    const flags = [`--allow-read=${bench.root}`, "--allow-env"];
    const line = [...command("deno", join(projectRoot, "dist/cli.js"), flags), "ls", "--root", bench.root];
    const { code, text, stderr } = await bench.startOther(line).ended;
    assertEquals([code, stderr], [0, ""]);
    assertMatch(text, /\ndiscovery\/busy +refreshing 3\/10 /);
    assertMatch(text, /\ndiscovery\/old +stale +2d /);
  });

  it("tells its options, states, exit codes and examples", guard, async () => {
    const { code, text, stderr } = await bench.start(["ls", "--help"]).ended;
    assertEquals([code, stderr], [0, ""]);
    for (const part of ["--sort <key>", "cooling-down", "Exit codes:", "Examples:", "$ discoverycache ls --json"]) {
      assertStringIncludes(text, part);
    }
  });
});

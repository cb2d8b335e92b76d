import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { spawnSync } from "node:child_process";
import { existsSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { afterEach, beforeEach, describe, it } from "node:test";
import { detectAdapter } from "../../src/adapters/detect.ts";
import { until } from "../support/command_bench.ts";
import { FilesBench } from "./files_bench.ts";

const guard = { timeout: 120_000 };

/** What `prune --json` prints. */
interface Report {
  readonly dryRun: boolean;
  readonly removed: readonly { readonly tier: string; readonly name: string; readonly size?: number }[];
  readonly kept: readonly { readonly name: string; readonly reason: string; readonly by?: string }[];
  readonly refreshing: readonly { readonly name: string; readonly pid?: number; readonly since?: string }[];
  readonly records: readonly { readonly tier: string; readonly name: string }[];
  readonly orphans: readonly { readonly tier: string; readonly name: string }[];
  readonly litter: readonly string[];
  readonly failed: readonly { readonly what: string; readonly reason: string }[];
}

/** A cache, and what is pruned in it. */
class PruneBench extends FilesBench {
  async prune(...args: string[]) {
    return await this.start(["prune", "--root", this.root, ...args]).ended;
  }

  async pruneAs(code: number, ...args: string[]): Promise<Report> {
    const ended = await this.prune("--json", ...args);
    assertEquals([ended.code, ended.stderr], [code, ""], ended.text);
    return JSON.parse(ended.text) as Report;
  }
}

const DAY = 24 * 60 * 60;
const names = (things: readonly { readonly name: string }[]) => things.map(({ name }) => name).sort();

describe("discoverycache prune", () => {
  let bench: PruneBench;
  beforeEach(() => void (bench = new PruneBench()));
  afterEach(() => bench.close());

  it("removes what is not named, and says why the rest stays", guard, async () => {
    for (const name of ["gone", "named", "young"]) bench.put(`discovery/${name}.json`, "12345", 9 * DAY);
    bench.put("discovery/young.json", "12345", DAY);
    bench.put("other/named.json", "1", 9 * DAY);
    const args = ["--older-than", "7d", "--keep", "named", "--tier", "discovery"];
    const dry = await bench.prune(...args, "--dry-run");
    assertEquals([dry.code, bench.files().length], [0, 4]);
    const { code, text, stderr } = await bench.prune(...args);
    assertEquals({ code, stderr }, { code: 0, stderr: "" });
    assertEquals(bench.files(), ["discovery/named.json", "discovery/young.json", "other/named.json"]);
    const lines = text.trimEnd().split("\n").map((line) => line.replaceAll(/ {2,}/g, " | "));
    assertEquals(lines, [
      "removed | discovery/gone | 5 B, 9d old",
      "kept | discovery/named | named by --keep named",
      "kept | discovery/young | too young: 1d old",
      "kept | other/named | not in a --tier",
      "removed 1 source (5 B); 3 kept",
    ]);
    assertEquals(dry.text.replaceAll("would remove", "removed").replaceAll(/ {2,}/g, " | "), lines.join("\n") + "\n");
  });

  it("tells the same as data", guard, async () => {
    for (const name of ["gone", "named", "young"]) bench.put(`discovery/${name}.json`, "12345", 9 * DAY);
    bench.put("discovery/young.json", "12345", DAY);
    const args = ["--older-than", "7d", "--keep", "na*"];
    const dry = await bench.pruneAs(0, ...args, "--dry-run");
    const report = await bench.pruneAs(0, ...args);
    assertEquals({ ...dry, dryRun: false }, report);
    assertEquals(report.removed.map(({ tier, name, size }) => [tier, name, size]), [["discovery", "gone", 5]]);
    const kept = report.kept.map(({ name, reason, by }) => [name, reason, by]).sort();
    assertEquals(kept, [["named", "named", "na*"], ["young", "younger", undefined]]);
  });

  it("removes nothing if a --keep names nothing", guard, async () => {
    bench.put("discovery/models.json", "1", DAY);
    bench.put("discovery/prices.json", "1", DAY);
    const { code, text, stderr } = await bench.prune("--keep", "prices", "--keep", "modles", "--all");
    assertEquals({ code, text }, { code: 2, text: "" });
    assertMatch(stderr, /^discoverycache: --keep "modles" names no source, so nothing was removed: [^\n]+\n$/);
    assertEquals(bench.files().length, 2);
  });

  it("wants to be told what to remove", guard, async () => {
    bench.put("discovery/models.json", "1", DAY);
    for (const args of [[], ["--tier", "discovery"], ["--dry-run"]]) {
      const { code, text, stderr } = await bench.prune(...args);
      assertEquals({ code, text }, { code: 2, text: "" });
      assertMatch(stderr, /^discoverycache: say what to remove: --older-than DURATION, or --keep [^\n]+ --all\n$/);
    }
    const wrong = await bench.prune("--older-than", "7");
    assertEquals(wrong.code, 2);
    assertStringIncludes(wrong.stderr, "--older-than");
    assertEquals((await bench.prune("--all", "models")).code, 2);
    assertEquals((await bench.prune("--all", "--tier", "discovery.command")).code, 2);
    assertEquals(bench.files().length, 1);
  });

  it("has nothing to do where nothing is, and makes no folder", guard, async () => {
    const { code, text } = await bench.prune("--all");
    assertEquals({ code, text }, { code: 0, text: "removed nothing\n" });
    assert(!existsSync(bench.root), "looking made a folder");
  });

  it("never removes what is being refreshed, and says by whom", guard, async () => {
    await bench.fill("busy", "old");
    await bench.fill("idle", "old");
    const options = ["--name", "busy", "--refresh", "force", "--deadline", "1h"];
    const running = bench.startRun(options, bench.question("new", { gate: "gate" }));
    await until("it is refreshed", () => bench.starts().length === 1);
    for (const how of [["--dry-run"], []]) {
      const { removed, refreshing, failed } = await bench.pruneAs(0, "--all", ...how);
      assertEquals([names(removed), failed], [["idle"], []]);
      assertEquals(refreshing.map(({ name, pid }) => [name, pid]), [["busy", bench.marker("busy")?.pid]]);
      assert(Date.now() - Date.parse(refreshing[0]?.since ?? "") < 120_000, "since when");
    }
    assertEquals(bench.files(), ["discovery.command/busy.json", "discovery/busy.json", "discovery/busy.refreshing"]);
    assertMatch((await bench.prune("--all")).text, /^kept +discovery\/busy +refreshed by process \d+ since 2/);
    bench.open("gate");
    assertEquals((await running.ended).text, "new");
  });

  it("lets what was written down of a source go with it, and never before it", guard, async () => {
    for (const name of ["a", "b"]) await bench.run(["--name", name], bench.question("1", { complaint: "hm" }));
    for (const name of ["a", "b"]) bench.age(name);
    for (const tier of ["command", "stderr"]) bench.put(`discovery.${tier}/b.json`, "{}", 9 * DAY);
    const before = bench.files();
    assertEquals(before.length, 6);
    const dry = await bench.pruneAs(0, "--older-than", "1d", "--keep", "b", "--dry-run");
    assertEquals(bench.files(), before);
    const report = await bench.pruneAs(0, "--older-than", "1d", "--keep", "b");
    assertEquals({ ...dry, dryRun: false }, report);
    assertEquals([names(report.removed), names(report.records), report.orphans], [["a"], ["a", "a"], []]);
    assertEquals(bench.files(), ["discovery.command/b.json", "discovery.stderr/b.json", "discovery/b.json"]);
  });

  it("removes a record whose source is gone, but not one whose source may be on its way", guard, async () => {
    await bench.run(["--name", "failing"], bench.question("", { code: 3 }));
    for (const name of ["lost", "failing"]) bench.put(`discovery.command/${name}.json`, "{}", 2 * 60 * 60);
    bench.put("discovery.stderr/coming.json", "{}", 60);
    bench.put("other.command/lost.json", "{}", 2 * 60 * 60);
    const dry = await bench.pruneAs(0, "--keep", "*", "--dry-run");
    assertEquals([dry.orphans.length, bench.files().length], [2, 5]);
    const here = await bench.pruneAs(0, "--keep", "*", "--tier", "discovery");
    assertEquals(here.orphans, [{ tier: "discovery.command", name: "lost" }]);
    assertEquals(names((await bench.pruneAs(0, "--keep", "failing")).orphans), ["lost"]);
    const rest = ["discovery.command/failing.json", "discovery.stderr/coming.json", "discovery/failing.refreshing"];
    assertEquals(bench.files(), rest);
  });

  it("removes what crashed programs have left, and keeps what it is told to", guard, async () => {
    bench.put("discovery/models.json", "1", 0);
    bench.put(`discovery/models.json.${"0".repeat(32)}.tmp`, "half", 60);
    bench.put(`discovery.command/models.json.${"1".repeat(32)}.tmp`, "half", 60);
    const fresh = `discovery/models.json.${"2".repeat(32)}.tmp`;
    bench.put(fresh, "half", 0);
    const { pid } = spawnSync(process.execPath, ["--version"]);
    const { host } = detectAdapter().self();
    const lock = { pid, started_at: new Date().toISOString(), token: "3".repeat(32), host, process_start: "1" };
    bench.put("discovery/models.lock", JSON.stringify(lock), 0);
    const dry = await bench.pruneAs(0, "--keep", "*", "--dry-run");
    const report = await bench.pruneAs(0, "--keep", "*");
    assertEquals([dry.litter, report.litter.length, report.removed], [report.litter, 3, []]);
    assertEquals(bench.files(), ["discovery/models.json", fresh]);
    assertEquals((await bench.pruneAs(0, "--keep", "*")).litter, []);
  });

  it("ends with 1 if something could not be removed, and goes on with the rest", guard, async () => {
    bench.put("discovery/a.json", "1", DAY);
    bench.put("discovery/b.json", "1", DAY);
    bench.put("other/c.json", "1", DAY);
    // A tier that everybody may write to is not touched.
    spawnSync("chmod", ["777", join(bench.root, "other")]);
    const { removed, failed } = await bench.pruneAs(1, "--all");
    assertEquals(names(removed), ["a", "b"]);
    assertEquals(failed.map(({ what }) => what), [join(bench.root, "other")]);
    assertStringIncludes(failed[0]?.reason ?? "", "chmod go-w");
    assertEquals(bench.files(), ["other/c.json"]);
    const told = await bench.prune("--all");
    assertEquals(told.code, 1);
    assertMatch(
      told.text,
      /^failed +\S+other +cannot keep a cache .*\nremoved nothing; 1 that could not be removed\n$/,
    );
  });

  it("takes no record for lost while a tier cannot be looked into", guard, async () => {
    bench.put("other/c.json", "1", DAY);
    bench.put("other.command/c.json", "{}", DAY);
    spawnSync("chmod", ["777", join(bench.root, "other")]);
    const { orphans, failed } = await bench.pruneAs(1, "--keep", "*");
    assertEquals([orphans, failed.map(({ what }) => what)], [[], [join(bench.root, "other")]]);
    assert(existsSync(join(bench.root, "other.command/c.json")), "its source is there");
  });

  it("says with 125 that the root cannot be used", guard, async () => {
    writeFileSync(bench.root, "a file");
    const { code, stderr } = await bench.prune("--all");
    assertEquals(code, 125);
    assertMatch(stderr, /^discoverycache: cannot keep a cache in [^\n]+ not a folder[^\n]+\n$/);
    rmSync(bench.root);
  });

  it("removes sources that only failed, by the age of their last try", guard, async () => {
    await bench.run(["--name", "failed"], bench.question("", { code: 3 }));
    bench.coolDown("failed");
    assertEquals((await bench.pruneAs(0, "--older-than", "1h")).kept.map(({ reason }) => reason), ["younger"]);
    assertEquals(names((await bench.pruneAs(0, "--all")).removed), ["failed"]);
    assertEquals(bench.files(), []);
    assertEquals(statSync(join(bench.root, "discovery")).isDirectory(), true);
  });
});

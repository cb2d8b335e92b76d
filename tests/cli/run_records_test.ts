import { assert, assertEquals, assertMatch } from "@std/assert";
import { Buffer } from "node:buffer";
import { chmodSync, mkdirSync, readdirSync, readFileSync, realpathSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "node:test";
import { CommandBench, until } from "../support/command_bench.ts";

const guard = { timeout: 120_000 };

describe("discoverycache run: what it writes down", () => {
  let bench: CommandBench;
  beforeEach(() => void (bench = new CommandBench()));
  afterEach(() => bench.close());

  const recorded = (tier: string, name: string) => readFileSync(join(bench.root, tier, `${name}.json`), "utf8");

  it("is the command, where it was run, and what the answer depends on", guard, async () => {
    const folder = join(bench.folder, "here");
    mkdirSync(folder);
    writeFileSync(join(folder, "file"), "");
    const options = ["--key", "cwd", "--key", "env:LANG", "--key", "env:NOT_SET", "--key", "file:file", "--ttl", "1h"];
    const how = { cwd: folder, env: { LANG: "C" } };
    assertEquals((await bench.run([...options, "--deadline", "5s"], ["echo", "a b"], how)).text, "a b\n");
    const [name = ""] = readdirSync(join(bench.root, "discovery.command"));
    const real = realpathSync(folder);
    const files = { [join(real, "file")]: Math.floor(statSync(join(folder, "file")).mtimeMs) };
    assertEquals(JSON.parse(recorded("discovery.command", name.replace(".json", ""))), {
      command: ["echo", "a b"],
      folder: real,
      environment: { LANG: "C", NOT_SET: null },
      files,
      ttl: 3_600_000,
      refreshDeadline: 5_000,
    });
    assertEquals(readdirSync(join(bench.root, "discovery")), [name]);
  });

  it("is there when CMD failed, and when the refresh was handed over", guard, async () => {
    await bench.run(["--name", "a"], ["sh", "-c", "exit 3"]);
    assertEquals(JSON.parse(recorded("discovery.command", "a")).command, ["sh", "-c", "exit 3"]);
    await bench.fill("b", "old");
    await bench.run(["--name", "b"], ["echo", "behind"]);
    await until("the data is fresh", () => bench.data("b") === "behind\n");
    assertEquals(JSON.parse(recorded("discovery.command", "b")).command, ["echo", "behind"]);
  });

  it("is readable to its user alone", guard, async () => {
    await bench.run(["--name", "a"], ["sh", "-c", "echo said >&2"]);
    for (const tier of ["discovery.command", "discovery.stderr"]) {
      assertEquals(statSync(join(bench.root, tier)).mode & 0o777, 0o700);
      assertEquals(statSync(join(bench.root, tier, "a.json")).mode & 0o777, 0o600);
    }
  });

  it("is nothing on a hit", guard, async () => {
    await bench.run(["--name", "a"], ["echo", "a"]);
    const before = recorded("discovery.command", "a");
    await bench.run(["--name", "a", "--deadline", "7s"], ["echo", "b"]);
    assertEquals(recorded("discovery.command", "a"), before);
  });

  it("may fail: the data is there all the same, and one line says so", guard, async () => {
    mkdirSync(join(bench.root, "discovery.command"), { recursive: true, mode: 0o700 });
    chmodSync(bench.root, 0o700);
    chmodSync(join(bench.root, "discovery.command"), 0o777);
    const { code, text, stderr } = await bench.run(["--name", "a"], ["echo", "a"]);
    assertEquals({ code, text }, { code: 0, text: "a\n" });
    assertMatch(stderr, /^discoverycache: what was run could not be written down: [^\n]*chmod[^\n]*\n$/);
  });
});

describe("discoverycache run --stderr", () => {
  let bench: CommandBench;
  beforeEach(() => void (bench = new CommandBench()));
  afterEach(() => bench.close());

  it("shows what CMD wrote there, once, each time its data is printed", guard, async () => {
    const argv = bench.question("data", { complaint: "first\nlast" });
    const options = ["--name", "a", "--stderr"];
    for (const way of ["cold", "warm", "stale"]) {
      if (way === "stale") bench.age("a");
      const { text, stderr } = await bench.run(options, argv);
      assertEquals([text, stderr], ["data", "first\nlast"], way);
    }
    assertEquals((await bench.run(["--name", "a"], argv)).stderr, "");
  });

  it("shows it byte for byte, and no more than the last MiB of whole lines", guard, async () => {
    const script =
      "printf '\\377\\376\\000' >&2; head -c 1500000 /dev/zero | tr '\\0' x | fold -w 99 >&2; echo >&2; echo end >&2";
    const { ended } = bench.startRun(["--name", "a"], ["sh", "-c", script]);
    const live = (await ended).stderr;
    const { stderr } = await bench.run(["--name", "a", "--stderr"], ["true"]);
    assert(live.endsWith(stderr) && stderr.startsWith("x".repeat(99) + "\n") && stderr.endsWith("x\nend\n"));
    assert(stderr.length > 1_000_000 && stderr.length <= 1_048_576, String(stderr.length));
    const bytes = ["sh", "-c", "printf '\\377\\376\\000x' >&2"];
    await bench.run(["--name", "b"], bytes);
    const shown = join(bench.folder, "shown");
    const line = bench.commandLine(["run", "--root", bench.root, "--name", "b", "--stderr", "--", "true"]);
    await bench.startOther(["sh", "-c", '"$@" 2>"$0"', shown, ...line]).ended;
    assertEquals(readFileSync(shown).toString("hex"), "fffe0078");
  });

  it("forgets it when CMD says nothing any more", guard, async () => {
    await bench.run(["--name", "a"], ["sh", "-c", "echo said >&2"]);
    await bench.run(["--name", "a", "--refresh", "force"], ["echo", "silent"]);
    assertEquals((await bench.run(["--name", "a", "--stderr"], ["true"])).stderr, "");
  });

  it("shows what another process's CMD wrote, when that refresh was joined", guard, async () => {
    const argv = bench.question("data", { gate: "gate", complaint: "said" });
    const first = bench.startRun(["--name", "a"], argv);
    await until("CMD runs", () => bench.starts().length === 1);
    const second = bench.startRun(["--name", "a", "--stderr"], argv);
    const third = bench.startRun(["--name", "a", "--stderr", "--max-wait", "1h"], argv);
    bench.open("gate");
    for (const { ended } of [first, second, third]) {
      const { text, stderr } = await ended;
      assertEquals([text, stderr], ["data", "said"]);
    }
    assertEquals(bench.starts().length, 1);
  });

  it("shows nothing where nothing is on record", guard, async () => {
    await bench.fill("a", "old");
    const { text, stderr, code } = await bench.run(["--name", "a", "--stderr", "--refresh", "none"], ["true"]);
    assertEquals([text, stderr, code], ["old", "", 0]);
  });
});

describe("discoverycache run --json", () => {
  let bench: CommandBench;
  beforeEach(() => void (bench = new CommandBench()));
  afterEach(() => bench.close());

  it("says where the data came from, and how old it is", guard, async () => {
    const ask = async (...more: string[]) =>
      JSON.parse((await bench.run(["--name", "a", "--json", ...more], argv)).text);
    const argv = bench.question("data");
    const cold = await ask();
    const { age, capturedAt, ...rest } = cold;
    const same = { source: "discovery/a", ttl: 86_400_000, size: 4, encoding: "utf8", data: "data" };
    assertEquals(rest, { ...same, origin: "refreshed", state: "fresh" });
    assert(age >= 0 && Math.abs(Date.now() - Date.parse(capturedAt)) < 120_000);
    const warm = await ask();
    assertEquals(warm.origin, "hit");
    // A file system may keep a little less of a time.
    assert(Math.abs(Date.parse(warm.capturedAt) - Date.parse(capturedAt)) <= 1);
    bench.age("a");
    const stale = await ask("--refresh", "none");
    assertEquals([stale.origin, stale.state], ["stale", "stale"]);
    assert(stale.age >= 2 * 86_400_000 - 1);
  });

  it("holds what CMD wrote to standard error with --stderr, and why data is stale", guard, async () => {
    await bench.fill("a", "old");
    const options = ["--name", "a", "--json", "--refresh", "if-stale"];
    const failed = await bench.run(options, bench.question("", { complaint: "no\n", code: 3 }));
    const { refreshError, data } = JSON.parse(failed.text);
    assertEquals([refreshError.reason, data], ["exit code 3 from sh: no", "old"]);
    assert(Date.parse(refreshError.retryAt) > 0);
    const force = ["--name", "a", "--json", "--stderr", "--refresh", "force"];
    const { stderr } = JSON.parse((await bench.run(force, bench.question("new", { complaint: "said" }))).text);
    assertEquals(stderr, "said");
  });

  it("holds binary and large data", guard, async () => {
    const script = "head -c 5000000 /dev/urandom";
    const plain = await bench.run(["--name", "a"], ["sh", "-c", script]);
    const { text } = await bench.run(["--name", "a", "--json"], ["true"]);
    const { data, encoding, size } = JSON.parse(text);
    assertEquals([encoding, size], ["base64", 5_000_000]);
    assert(Buffer.from(data, "base64").equals(plain.stdout));
  });

  it("may go to a closed pipe", guard, async () => {
    await bench.run(["--name", "a"], ["head", "-c", "5000000", "/dev/zero"]);
    const { child, ended } = bench.startRun(["--name", "a", "--json"], ["true"]);
    child.stdout?.once("data", () => child.stdout?.destroy());
    const { code, stderr } = await ended;
    assertEquals([code, stderr], [0, ""]);
  });

  it("prints nothing at all where there is no data", guard, async () => {
    const { code, text } = await bench.run(["--name", "a", "--json"], ["sh", "-c", "exit 9"]);
    assertEquals([code, text], [9, ""]);
  });
});

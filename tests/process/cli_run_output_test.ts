import { assert, assertEquals } from "@std/assert";
import { Buffer } from "node:buffer";
import { createHash, randomBytes } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "node:test";
import { runtime } from "../../scripts/runtimes.ts";
import { CommandBench, lives, until } from "../support/command_bench.ts";

const guard = { timeout: 120_000 };

/** More than any pipe holds. */
const LARGE_BYTES = 32 * 1_024 * 1_024;

const hash = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

describe("discoverycache run: its output", () => {
  let bench: CommandBench;
  beforeEach(() => void (bench = new CommandBench()));
  afterEach(() => bench.close());

  /** A file, and the command that prints it. */
  function file(bytes: Uint8Array): string[] {
    const path = join(bench.folder, "bytes");
    writeFileSync(path, bytes);
    return ["cat", path];
  }

  it("is byte for byte what CMD wrote: cold, warm and stale", guard, async () => {
    const everyByte = Buffer.from(Array.from({ length: 1_024 }, (_, index) => index % 256));
    const argv = file(Buffer.concat([Buffer.from([0xff, 0xfe, 0x00, 0x0d, 0x0a, 0x80]), everyByte]));
    const wanted = Buffer.concat([Buffer.from([0xff, 0xfe, 0x00, 0x0d, 0x0a, 0x80]), everyByte]).toString("hex");
    assertEquals((await bench.run(["--name", "a"], argv)).stdout.toString("hex"), wanted, "cold");
    assertEquals((await bench.run(["--name", "a"], argv)).stdout.toString("hex"), wanted, "warm");
    bench.age("a");
    assertEquals((await bench.run(["--name", "a"], argv)).stdout.toString("hex"), wanted, "stale");
  });

  it("is nothing at all if CMD wrote nothing, and that is data, too", guard, async () => {
    for (const _ of ["cold", "warm"]) {
      const { code, stdout, stderr } = await bench.run(["--name", "a"], bench.question(""));
      assertEquals([code, stdout.length, stderr], [0, 0, ""]);
    }
    assertEquals(bench.starts().length, 1);
  });

  it("is complete when it is large and the reader is slow, whichever way it came", guard, async () => {
    const bytes = randomBytes(LARGE_BYTES);
    const argv = file(bytes);
    for (const way of ["cold", "warm", "stale"]) {
      if (way === "stale") bench.age("a");
      const { child, ended } = bench.startRun(["--name", "a"], argv);
      child.stdout?.pause();
      setTimeout(() => child.stdout?.resume(), 300);
      const { code, stdout } = await ended;
      assertEquals([code, stdout.length, hash(stdout)], [0, LARGE_BYTES, hash(bytes)], way);
    }
  });

  it("is complete when something that CMD left behind writes the rest", guard, async () => {
    const script = 'echo $$ >>"$1/starts"; (while [ ! -e "$1/gate" ]; do sleep 0.02; done; echo late) & echo early';
    const { ended } = bench.startRun(["--name", "a"], ["sh", "-c", script, "sh", bench.folder]);
    const leader = await until("CMD runs", () => bench.starts()[0]);
    await until("CMD has ended", () => !lives(leader));
    bench.open("gate");
    assertEquals([(await ended).text, bench.data("a")], ["early\nlate\n", "early\nlate\n"]);
  });

  it("is complete when somebody made the pipe non-blocking", guard, async () => {
    const bytes = randomBytes(LARGE_BYTES);
    const argv = file(bytes);
    await bench.run(["--name", "a"], argv);
    // Node makes a pipe non-blocking when it uses it as its output, and so for all who share it, as terminals do.
    const middle = join(bench.folder, "middle.mjs");
    writeFileSync(
      middle,
      `import { spawn } from "node:child_process";
      const [file, ...args] = process.argv.slice(2);
      spawn(file, args, { stdio: "inherit" }).on("exit", (code) => process.exit(code ?? 1));
      process.stdout.write("");`,
    );
    const line = bench.commandLine(["run", "--root", bench.root, "--name", "a", "--", ...argv]);
    const pipeline = ["sh", "-c", '"$@" | (sleep 0.3; cat)', "sh", runtime("node").path, middle, ...line];
    const { stdout, stderr } = await bench.startOther(pipeline).ended;
    assertEquals(stderr, "");
    assertEquals([stdout.length, hash(stdout)], [LARGE_BYTES, hash(bytes)]);
  });

  it("may go to a closed pipe: that is no error, and stale data is refreshed all the same", guard, async () => {
    const argv = file(randomBytes(LARGE_BYTES));
    for (const way of ["cold", "warm", "stale"]) {
      if (way === "stale") bench.age("a");
      const { child, ended } = bench.startRun(["--name", "a"], argv);
      child.stdout?.once("data", () => child.stdout?.destroy());
      const { code, stderr } = await ended;
      assertEquals([code, stderr], [0, ""], way);
    }
    await until("the stale data is refreshed", () => bench.marker("a") === undefined);
    const { stdout } = await bench.run(["--name", "a", "--refresh", "none", "--ttl", "1h"], argv);
    assertEquals(stdout.length, LARGE_BYTES);
  });

  it("ends for its reader when the command ends, though a refresh goes on", guard, async () => {
    await bench.fill("a", "old");
    const argv = bench.question("new", { gate: "gate" });
    const line = bench.commandLine(["run", "--root", bench.root, "--name", "a", "--", ...argv]);
    // `$(...)` waits until nobody holds the pipe any more.
    const script = 'answer=$("$@" 2>&1); printf "<%s>" "$answer"';
    const { code, text } = await bench.startOther(["sh", "-c", script, "sh", ...line]).ended;
    assertEquals([code, text, bench.data("a")], [0, "<old>", "old"]);
    await until("the refresh has begun", () => bench.starts().length === 1);
    assert(bench.marker("a") !== undefined);
    bench.open("gate");
    await until("the data is fresh", () => bench.data("a") === "new");
  });
});

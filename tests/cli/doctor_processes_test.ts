import { assert, assertEquals, assertMatch } from "@std/assert";
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { afterEach, beforeEach, describe, it } from "node:test";
import { detectAdapter } from "../../src/adapters/detect.ts";
import { processColumn, until } from "../support/command_bench.ts";
import { type Diagnosis, FilesBench, type FoundFinding } from "./files_bench.ts";

const guard = { timeout: 120_000 };

const adapter = detectAdapter();

function only({ code, faults }: Diagnosis): FoundFinding {
  const [fault] = faults;
  assertEquals([code, faults.length], [1, 1], JSON.stringify(faults));
  assert(fault !== undefined);
  return fault;
}

/** A process that does nothing until it is ended. */
interface Idler {
  readonly pid: number;
  readonly signal: (name: "SIGSTOP" | "SIGCONT") => Promise<void>;
  readonly kill: () => Promise<void>;
}

async function stopped(pid: number): Promise<void> {
  await until(`process ${pid} is stopped`, () => processColumn(pid, "stat").startsWith("T"));
}

function startIdler(): Idler {
  const child = spawn("sleep", ["600"], { stdio: "ignore" });
  const ended = new Promise<void>((resolve) => child.on("close", () => resolve()));
  const pid = child.pid ?? -1;
  return {
    pid,
    signal: async (name) => {
      process.kill(pid, name);
      if (name === "SIGSTOP") await stopped(pid);
    },
    kill: async () => {
      child.kill("SIGKILL");
      await ended;
    },
  };
}

describe("discoverycache doctor: processes that hold something", () => {
  let bench: FilesBench;
  let idler: Idler;
  beforeEach(() => {
    bench = new FilesBench();
    idler = startIdler();
  });
  afterEach(async () => {
    await idler.kill();
    await bench.close();
  });

  /** A record as a process would write it, some seconds ago. */
  function recordOf(pid: number, ageSeconds: number, more: Record<string, unknown> = {}): string {
    const record = {
      pid,
      started_at: new Date(Date.now() - ageSeconds * 1_000).toISOString(),
      token: "7".repeat(32),
      host: adapter.self().host,
      process_start: adapter.liveness(pid).processStart,
      ...more,
    };
    return JSON.stringify(record);
  }

  /** A marker: begun some seconds ago, with a deadline some seconds ahead. */
  function mark(name: string, ageSeconds: number, deadlineSeconds: number, more: Record<string, unknown> = {}): void {
    const deadline = new Date(Date.now() + deadlineSeconds * 1_000).toISOString();
    bench.put(`discovery/${name}.refreshing`, recordOf(idler.pid, ageSeconds, { deadline, ...more }));
  }

  it("wakes a process that is stopped with a lock in its hand", guard, async () => {
    bench.put("discovery/a.json", "1");
    const lock = bench.put("discovery/a.lock", recordOf(idler.pid, 1));
    await idler.signal("SIGSTOP");
    const diagnosis = await bench.doctor();
    const { check, severity, what } = only(diagnosis);
    assertEquals([check, severity, diagnosis.todo], ["locks", "problem", `kill -CONT ${idler.pid}`]);
    assert(what.startsWith(`${lock} has been held for `) && what.endsWith("which is stopped"), what);
    assertEquals((await bench.obey(diagnosis.todo)).code, 0);
    await until("it goes on", () => !processColumn(idler.pid, "stat").startsWith("T"));
    assert(!(await bench.doctor()).todo?.includes("-CONT"));
  });

  it("names a process that lives and holds a lock for long", guard, async () => {
    const lock = bench.put("discovery/a.lock", recordOf(idler.pid, 60));
    const { check, severity, what, fix } = only(await bench.doctor());
    assertEquals([check, severity], ["locks", "problem"]);
    assertMatch(what, new RegExp(`^${lock} has been held for 1m.* by process ${idler.pid} \\(alive\\)$`));
    assertMatch(fix ?? "", new RegExp(`^look at process ${idler.pid} .*kill ${idler.pid}$`));
    assert(existsSync(lock), "nobody breaks it");
  });

  it("has the lock of a process that was killed removed as litter", guard, async () => {
    bench.put("discovery/a.json", "1");
    const lock = bench.put("discovery/a.lock", recordOf(idler.pid, 60));
    await idler.kill();
    const diagnosis = await bench.doctor();
    const { check, severity, what } = only(diagnosis);
    assertEquals([check, severity, what], ["litter", "attention", `1 file of crashed programs: ${lock}`]);
    assertEquals((await bench.obey(diagnosis.todo)).code, 0);
    assertEquals([existsSync(lock), (await bench.doctor()).code], [false, 0]);
  });

  it("takes an old lock for litter whose process cannot be judged", guard, async () => {
    bench.put("discovery/a.lock", recordOf(idler.pid, 60, { host: "linux:elsewhere:1" }));
    assertEquals(only(await bench.doctor()).check, "litter");
  });

  it("wakes a refresh that is stopped", guard, async () => {
    const running = bench.startRun(["--name", "a", "--deadline", "10m"], bench.question("answer", { gate: "gate" }));
    await until("it is refreshed", () => bench.starts().length === 1 && bench.marker("a") !== undefined);
    assertEquals((await bench.doctor()).faults, []);
    running.child.kill("SIGSTOP");
    await stopped(running.pid);
    const diagnosis = await bench.doctor();
    const { check, severity, what } = only(diagnosis);
    assertEquals([check, severity, diagnosis.todo], ["refreshes", "problem", `kill -CONT ${running.pid}`]);
    assertEquals(what, `discovery/a is being refreshed by process ${running.pid}, which is stopped`);
    assertEquals((await bench.obey(diagnosis.todo)).code, 0);
    bench.open("gate");
    assertEquals((await running.ended).text, "answer");
    assertEquals((await bench.doctor()).code, 0);
  });

  it("tells of a refresh whose process was killed, and how to do it again", guard, async () => {
    await bench.fill("a", "old");
    const running = bench.startRun(
      ["--name", "a", "--refresh", "force"],
      bench.question("never", { gate: "gate" }),
    );
    await until("it is refreshed", () => bench.starts().length === 1);
    running.child.kill("SIGKILL");
    // The question has its outputs still.
    await until("it has ended", () => processColumn(running.pid, "stat") === "" || running.child.signalCode !== null);
    const diagnosis = await bench.doctor();
    const { check, severity, what } = only(diagnosis);
    assertEquals([check, severity], ["refreshes", "attention"]);
    assertEquals(what, `discovery/a was being refreshed by process ${running.pid}, which has ended without a word`);
    assertEquals(diagnosis.todo, `discoverycache refresh --root ${bench.root} discovery/a`);
  });

  it("has a refresh asked for again in the program that it is of, if nobody wrote down how", guard, async () => {
    mark("a", 1, 60);
    await idler.kill();
    const { todo } = await bench.doctor();
    assertEquals(todo, "ask for discovery/a again, in the program that it is of");
  });

  it("says nothing of a refresh that is in time", guard, async () => {
    mark("a", 1, 3_600);
    assertEquals((await bench.doctor()).faults, []);
  });

  it("tells of a refresh past its deadline, and past all patience", guard, async () => {
    mark("a", 3_600, -60);
    const late = only(await bench.doctor());
    assertEquals([late.check, late.severity], ["refreshes", "attention"]);
    assertMatch(
      late.what,
      new RegExp(`^discovery/a was to be refreshed by .*, and process ${idler.pid} is still at it$`),
    );
    assertMatch(late.fix ?? "", new RegExp(`^look at process ${idler.pid} `));
    mark("a", 3_600, -3_500);
    const over = only(await bench.doctor());
    assertMatch(over.what, /^discovery\/a was to be refreshed by .*, and nobody waits for that any more$/);
    assertMatch(over.fix ?? "", new RegExp(`^look at process ${idler.pid} `));
  });

  it("does not claim to know of a process elsewhere", guard, async () => {
    mark("a", 3_600, -60, { host: "linux:elsewhere:1" });
    const { severity, what, fix } = only(await bench.doctor());
    assertEquals(severity, "attention");
    assertMatch(what, new RegExp(`; whether process ${idler.pid} lives cannot be judged here$`));
    assertMatch(fix ?? "", new RegExp(`^look for process ${idler.pid} where it runs, or wait: after 2`));
  });

  it("tells of a source that has failed three times in a row, and why", guard, async () => {
    const fail = () =>
      bench.run(["--name", "a", "--refresh", "force"], bench.question("", { code: 3, complaint: "no such host" }));
    for (let time = 0; time < 2; time++) assertEquals((await fail()).code, 3);
    assertEquals((await bench.doctor()).faults, []);
    await fail();
    const { check, severity, what, fix } = only(await bench.doctor());
    assertEquals([check, severity], ["failures", "attention"]);
    assertEquals(what, "discovery/a has failed 3 times in a row: exit code 3 from sh: no such host");
    assertEquals(fix, `discoverycache refresh --root ${bench.root} discovery/a`);
    assertEquals(existsSync(join(bench.root, "discovery/a.json")), false);
  });
});

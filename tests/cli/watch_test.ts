import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { chmodSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "node:test";
import { CommandBench, lives, type Running, type StartOptions, until } from "../support/command_bench.ts";
import { fillGated } from "../support/gated.ts";
import { everyRuntime } from "../support/processes.ts";

const guard = { timeout: 120_000 };

/** An event, as --json prints it. */
interface Event extends Readonly<Record<string, unknown>> {
  readonly event: string;
  readonly source: string;
}

describe("discoverycache watch without a terminal", () => {
  let bench: CommandBench;
  beforeEach(() => void (bench = new CommandBench()));
  afterEach(() => bench.close());

  const watch = (...args: string[]) => bench.start(["watch", "--root", bench.root, ...args]);
  const refresh = (name: string, how?: StartOptions) => bench.start(["refresh", "--root", bench.root, name], how);

  /** Resolves when a line that agrees has been printed. */
  async function prints(watching: Running, what: RegExp): Promise<void> {
    await until(() => `it prints ${what}, and not\n${watching.soFar()}`, () => what.test(watching.soFar()));
  }

  /** Whoever watches has looked when he tells of what goes on: refreshes something until then. */
  async function watchFromNow(...args: string[]): Promise<Running> {
    await fillGated(bench, "canary");
    const watching = watch(...args);
    const canary = refresh("canary");
    await prints(watching, /canary.*started/);
    bench.open("canary");
    await canary.ended;
    await prints(watching, /canary.*committed/);
    return watching;
  }

  async function endOf(watching: Running): Promise<string> {
    watching.child.kill("SIGINT");
    const { code, text, stderr } = await watching.ended;
    assertEquals({ code, stderr }, { code: 130, stderr: "" });
    return text;
  }

  it("prints a line for each start, progress and commit of a process, on whichever runtime", guard, async () => {
    for (const runtime of everyRuntime) await fillGated(bench, runtime, { says: "3/10 reading" });
    const watching = watch();
    for (const runtime of everyRuntime) {
      const working = refresh(runtime, { runtime });
      const at = "^\\d{4}-\\d\\d-\\d\\dT[\\d:.]+Z ";
      await prints(watching, new RegExp(`${at}discovery/${runtime} started by process ${working.pid}$`, "m"));
      await prints(watching, new RegExp(`${at}discovery/${runtime} 3/10 reading$`, "m"));
      bench.open(runtime);
      assertEquals((await working.ended).code, 0);
      await prints(watching, new RegExp(`${at}discovery/${runtime} committed 1 B after [\\d.]+m?s$`, "m"));
    }
    await endOf(watching);
  });

  it("prints with --json one object for each event, in order", guard, async () => {
    await fillGated(bench, "a", { says: "1/2 half" });
    const watching = await watchFromNow("--json");
    const working = refresh("a");
    await prints(watching, /"source":"discovery\/a","event":"progressed"/);
    bench.open("a");
    await working.ended;
    await prints(watching, /"source":"discovery\/a","event":"committed"/);
    const events = (await endOf(watching)).trimEnd().split("\n").map((line) => JSON.parse(line) as Event)
      .filter(({ source }) => source === "discovery/a");
    assertEquals(events.map(({ event }) => event), ["started", "progressed", "committed"]);
    const [started, progressed, committed] = events;
    assertEquals(started?.pid, working.pid);
    for (const time of [started?.time, started?.startedAt, started?.deadline]) {
      assertMatch(String(time), /^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
    }
    assertEquals(progressed?.progress, { done: 1, total: 2, message: "half" });
    assertEquals([committed?.size, typeof committed?.took], [1, "number"]);
  });

  it("tells of a failure and why, and of the commit after it", guard, async () => {
    await fillGated(bench, "a", { code: 9 });
    const watching = await watchFromNow();
    bench.open("a");
    await refresh("a").ended;
    await prints(watching, /discovery\/a failed: exit code 9 from sh: no luck/);
    rmSync(join(bench.folder, "a.fails"));
    await refresh("a").ended;
    await prints(watching, /discovery\/a committed 1 B(?: after [\d.]+m?s)?, after a failed try$/m);
    await endOf(watching);
  });

  it("tells of a refresh that was given back, and of one that was abandoned and taken over", guard, async () => {
    await fillGated(bench, "a");
    const watching = await watchFromNow();
    const interrupted = refresh("a");
    await prints(watching, new RegExp(`discovery/a started by process ${interrupted.pid}$`, "m"));
    interrupted.child.kill("SIGINT");
    await prints(watching, new RegExp(`discovery/a given back by process ${interrupted.pid}$`, "m"));
    const killed = refresh("a");
    await prints(watching, new RegExp(`discovery/a started by process ${killed.pid}$`, "m"));
    killed.child.kill("SIGKILL");
    await killed.ended;
    await prints(
      watching,
      new RegExp(`discovery/a abandoned: process ${killed.pid} is gone, and never ended it$`, "m"),
    );
    const next = refresh("a");
    await prints(watching, new RegExp(`discovery/a taken over by process ${next.pid} from process ${killed.pid},`));
    bench.open("a");
    assertEquals((await next.ended).code, 0);
    await endOf(watching);
  });

  it("tells of data that has expired, and of a source that was removed", guard, async () => {
    await fillGated(bench, "a");
    const watching = await watchFromNow();
    bench.age("a");
    await prints(watching, /discovery\/a expired$/m);
    rmSync(bench.dataPath("a"));
    await prints(watching, /discovery\/a removed$/m);
    await endOf(watching);
  });

  it("finds a cache and tiers that appear later", guard, async () => {
    const watching = watch();
    // What is there before it has looked for the first time is no news.
    for (let round = 1; !/discovery\/first-\d+ appeared/.test(watching.soFar()) && round < 100; round++) {
      await bench.run(["--name", `first-${round}`], bench.question("1"));
    }
    await prints(watching, /discovery\/first-\d+ committed 1 B/);
    await bench.run(["--name", "second", "--tier", "later"], bench.question("2"));
    await prints(watching, /later\/second appeared$/m);
    await prints(watching, /later\/second committed 1 B/);
    rmSync(bench.root, { recursive: true });
    await prints(watching, /later\/second removed$/m);
    await bench.run(["--name", "third"], bench.question("3"));
    await prints(watching, /discovery\/third committed 1 B/);
    assert(!/\.(?:command|stderr)\//.test(await endOf(watching)), "the command's own records are no sources");
  });

  it("is woken by what changes, in a tier that is new, too, and does not only look now and then", guard, async () => {
    const watching = await watchFromNow("--interval", "24h");
    await bench.run(["--name", "b"], bench.question("b"));
    await prints(watching, /discovery\/b committed/);
    await bench.run(["--name", "c", "--tier", "later"], bench.question("c"));
    await prints(watching, /later\/c committed/);
    await endOf(watching);
  });

  it("tells only of what a PATTERN or --tier means", guard, async () => {
    for (const name of ["npm-view", "pulls"]) await fillGated(bench, name);
    const [some, none] = [watch("npm-*"), watch("--tier", "elsewhere")];
    const all = watch();
    for (const name of ["pulls", "npm-view"]) {
      const working = refresh(name);
      await prints(all, new RegExp(`discovery/${name} started`));
      if (name === "npm-view") await prints(some, /discovery\/npm-view started/);
      bench.open(name);
      await working.ended;
    }
    assert(!(await endOf(some)).includes("pulls"));
    assertEquals(await endOf(none), "");
    await endOf(all);
  });

  it("tells at first of what goes on already", guard, async () => {
    await fillGated(bench, "a", { says: "1/2 half" });
    const working = refresh("a");
    await until("it is at work", () => bench.starts().length === 1);
    const watching = watch();
    await prints(watching, new RegExp(`discovery/a started by process ${working.pid}$`, "m"));
    bench.open("a");
    await working.ended;
    await endOf(watching);
  });

  for (const [signal, code] of [["SIGINT", 130], ["SIGTERM", 143], ["SIGHUP", 129]] as const) {
    it(`ends with ${code} on ${signal}, and leaves a refresh alone`, guard, async () => {
      await fillGated(bench, "a");
      const working = refresh("a");
      const watching = watch();
      await prints(watching, /discovery\/a started/);
      watching.child.kill(signal);
      assertEquals((await watching.ended).code, code);
      bench.open("a");
      assertEquals((await working.ended).code, 0);
    });
  }

  it("ends quietly with 0 when nobody reads any more", guard, async () => {
    const watching = await watchFromNow();
    watching.child.stdout?.destroy();
    // It notices when it has something to say.
    for (let round = 0; lives(watching.pid) && round < 100; round++) {
      writeFileSync(bench.dataPath(`file-${round}`), "data");
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    const { code, stderr } = await watching.ended;
    assertEquals({ code, stderr }, { code: 0, stderr: "" });
  });

  it("says once what it cannot read, and goes on with the rest", guard, async () => {
    await bench.run(["--name", "x", "--tier", "open"], bench.question("x"));
    chmodSync(join(bench.root, "open"), 0o777);
    const watching = await watchFromNow();
    await bench.run(["--name", "b"], bench.question("b"));
    await prints(watching, /discovery\/b committed/);
    watching.child.kill("SIGINT");
    const { code, text, stderr } = await watching.ended;
    assertEquals([code, text.includes("open/x")], [130, false]);
    assertMatch(stderr, /^discoverycache: [^\n]*open[^\n]*\n$/);
  });

  it("ends with 125 when its folder cannot be used, and with 2 when it is not understood", guard, async () => {
    writeFileSync(bench.root, "a file");
    const unusable = await watch().ended;
    assertEquals([unusable.code, unusable.text], [125, ""]);
    assertMatch(unusable.stderr, /^discoverycache: [^\n]*it is not a folder[^\n]*\n$/);
    const mistakes = [[["--interval", "5"], "--interval"], [["--interval", "1ms"], "100ms"], [
      ["--tier", "X"],
      "--tier",
    ]];
    for (const [args, message] of mistakes as [string[], string][]) {
      const { code, text, stderr } = await watch(...args).ended;
      assertEquals([code, text], [2, ""]);
      assertStringIncludes(stderr, message);
    }
  });
});

import { assert, assertEquals, assertMatch } from "@std/assert";
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "node:test";
import { pathToFileURL } from "node:url";
import { command, projectRoot, runtime, tsxLoader } from "../../scripts/runtimes.ts";
import { DiscoveryCache } from "../../mod.ts";
import { detectAdapter } from "../../src/adapters/detect.ts";
import { systemClock } from "../../src/clock.ts";
import { ownRuntime, processColumn, until } from "../support/command_bench.ts";
import { DetachedBench, fixture, fixtures } from "../support/detached_bench.ts";
import { FaultyAdapter } from "../support/faulty_adapter.ts";
import { tool } from "../support/processes.ts";

const guard = { timeout: 180_000 };
const onDeno = { ...guard, skip: ownRuntime === "deno" ? false : "Deno alone has permissions" };
const onBun = { ...guard, skip: ownRuntime === "bun" ? false : "Bun alone compiles here" };
const onNode = { ...guard, skip: ownRuntime === "node" ? false : "Node alone needs a loader" };

/** Without a process of its own, the program does it. */
const inProgram = (reason: string) => ["claimed", `not-detached: ${reason}`, "refreshed"];

/** Bundles the program that asks into one file. */
function bundle(outfile: string): string {
  const esbuild = join(projectRoot, "node_modules/esbuild/bin/esbuild");
  const flags = ["--bundle", "--format=esm", "--platform=node", "--log-level=warning"];
  const made = tool(esbuild, join(fixtures, "ask.mjs"), ...flags, `--outfile=${outfile}`);
  assert(made.ok, made.says);
  return outfile;
}

describe("a refresh that is to be detached, and cannot be", () => {
  let bench: DetachedBench;
  beforeEach(() => void (bench = new DetachedBench()));
  afterEach(() => bench.close());

  /** The program refreshes in the background, and stays until that is done. */
  async function refreshes(reason: string, ...how: Parameters<DetachedBench["ask"]>) {
    const [question, answer, options] = how;
    const { events } = await bench.asked({ ask: "nothing", leaves: "by itself", ...question }, answer, options);
    assertEquals(events, inProgram(reason));
  }

  it("is done by the program where the store is its own", guard, async () => {
    await refreshes("the cache has a store of its own, which another process does not share", { store: "memory" }, {});
  });

  const unshared: readonly (readonly [string, ConstructorParameters<typeof DiscoveryCache>[0]])[] = [
    ["clock", { clock: { ...systemClock } }],
    ["adapter", { adapter: new FaultyAdapter(detectAdapter(), () => undefined) }],
  ];
  for (const [what, options] of unshared) {
    it(`is done by the program where the ${what} is its own`, guard, async () => {
      const cache = new DiscoveryCache({ root: bench.root, ...options });
      const heard: string[] = [];
      cache.on((event) => heard.push(event.kind === "not-detached" ? `${event.kind}: ${event.reason}` : event.kind));
      const refresh = new URL(fixture("inner.mjs"));
      cache.source({ name: "a", ttl: "1h", refreshDeadline: "60s", refresh, detached: { permissions: [] } })
        .maybeRefresh();
      await cache.drain();
      const reason = `the cache has a ${what} of its own, which another process does not share`;
      assertEquals(heard, ["absent", ...inProgram(reason.replace("a adapter", "an adapter"))]);
    });
  }

  it("is done by the program on Deno without the permissions of its process", onDeno, async () => {
    const reason = "on Deno, detached: { permissions: [...] } has to say what its process may do";
    await refreshes(reason, { detached: true }, {});
    assertEquals(bench.data("a"), '"new"');
  });

  it("is done by the program on Deno that may start no process, and nothing prompts", onDeno, async () => {
    const denoFlags = [`--allow-read=${projectRoot},${bench.folder}`, `--allow-write=${bench.folder}`, "--allow-env"];
    const reason = `Deno was not given --allow-run for ${runtime("deno").path}`;
    await refreshes(reason, { module: fixture("inner.mjs") }, {}, { denoFlags });
    assertEquals(bench.data("a"), '"inner"');
  });

  it("is done by the program in a compiled binary, which could only start itself", onBun, async () => {
    const binary = join(bench.folder, "program");
    const made = tool(runtime("bun").path, "build", "--compile", join(fixtures, "ask.mjs"), "--outfile", binary);
    assert(made.ok, made.says);
    const reason = "the program is a compiled binary, which can only start itself";
    await refreshes(reason, { module: fixture("inner.mjs") }, {}, { program: [binary] });
  });

  for (const name of ["app.mjs", "dist/mod.js"]) {
    it(`is done by the program that was bundled into ${name}`, guard, async () => {
      const file = bundle(join(bench.folder, name));
      // Somebody else's, which only has the name.
      if (name === "app.mjs") writeFileSync(join(bench.folder, "detached.js"), 'throw new Error("not this one");');
      const reason = "this package was bundled into another file, and the program of the process is not beside it";
      await refreshes(reason, { module: fixture("inner.mjs") }, {}, { program: command(ownRuntime, file) });
    });
  }

  it("is done by the program where its process cannot be started", guard, async () => {
    const executable = join(bench.folder, "runtime");
    copyFileSync(runtime(ownRuntime).path, executable);
    const [, ...rest] = bench.programLine();
    const waitsFor = join(bench.folder, "gate");
    const question = { ask: "nothing", leaves: "by itself", waitsFor, module: fixture("inner.mjs") } as const;
    const program = bench.ask(question, {}, { program: [executable, ...rest] });
    await until("it runs", () => bench.has("gate-awaited"));
    rmSync(executable);
    bench.open("gate");
    const { text, stderr } = await program.ended;
    assertEquals(stderr, "");
    assertMatch(text, /"claimed","not-detached: [^"]*cannot be started","refreshed"/);
    assertEquals(bench.data("a"), '"inner"');
  });

  it("is refused to a process that is one of a detached refresh itself", guard, async () => {
    await bench.fill("a", '"old"');
    mkdirSync(join(bench.folder, "nested"), { mode: 0o700 });
    await bench.asked({}, { nested: join(bench.folder, "nested") });
    await bench.becomes("this process is itself one of a detached refresh");
  });
});

describe("the processes of a detached refresh", () => {
  let bench: DetachedBench;
  beforeEach(() => void (bench = new DetachedBench()));
  afterEach(() => bench.close());

  it("have on Deno the permissions that were given for them, and not the program's", onDeno, async () => {
    await bench.fill("a", '"old"');
    const { path } = runtime("deno");
    // It may not even read the package.
    const denoFlags = [
      `--allow-read=${bench.root}`,
      `--allow-write=${bench.root}`,
      `--allow-run=${path}`,
      "--allow-env",
    ];
    const permissions = ["--allow-env=DETACHED_ANSWER,DETACHED_WORD", `--allow-write=${bench.folder}`, "--allow-read"];
    await bench.asked({ permissions }, { gate: "gate" }, { denoFlags });
    const owner = bench.marker("a")?.pid ?? -1;
    const { pid } = await bench.facts();
    const flagsOf = (process: number) =>
      processColumn(process, "args").split(" ").filter((word) => /^-A|^--[ad]/.test(word));
    assertEquals(flagsOf(pid), permissions);
    const own = ["--allow-env", `--allow-read=${bench.root}`, `--allow-write=${bench.root}`, `--allow-run=${path}`];
    assertEquals(flagsOf(owner), own);
    bench.open("gate");
    await bench.becomes("new");
  });

  it("are ended on Deno at the deadline, whatever they may do, with what they started", onDeno, async () => {
    const { path } = runtime("deno");
    const blocked = new DetachedBench();
    const leave = async (where: DetachedBench, mischief: string, ...more: string[]) => {
      const denoFlags = [
        `--allow-read=${where.root}`,
        `--allow-write=${where.root}`,
        `--allow-run=${path}`,
        "--allow-env",
      ];
      const permissions = ["--allow-env", "--allow-read", `--allow-write=${where.folder}`, ...more];
      await where.fill("a", '"old"');
      await where.asked({ permissions, deadline: "10s" }, { gate: "never", mischief }, { denoFlags });
      return (await where.facts()).pid;
    };
    try {
      const workers = await Promise.all([leave(bench, "starts a child", "--allow-run=sh"), leave(blocked, "blocks")]);
      await until("it has started a child", () => bench.children().length > 0);
      const failures = await Promise.all([bench.failure(), blocked.failure()]);
      for (const { reason } of failures) assertMatch(reason, /not done within its 10000 ms/);
      await bench.end(...workers, ...failures.map(({ owner }) => owner), ...bench.children());
    } finally {
      await blocked.close();
    }
  });

  it("need on Deno no permission to load the refresher's module and what it imports", onDeno, async () => {
    await bench.fill("a", '"old"');
    await bench.asked({ permissions: [], module: fixture("typed.ts") }, {});
    await bench.becomes("<typed>");
  });

  it("load a module in TypeScript as the program does", guard, async () => {
    await bench.fill("a", '"old"');
    const program = ownRuntime === "node"
      ? [runtime("node").path, "--import", tsxLoader(), join(fixtures, "ask.mjs")]
      : bench.programLine();
    await bench.asked({ module: fixture("typed.ts") }, {}, { program });
    await bench.becomes("<typed>");
  });

  it("get the program's flags on Node, but not what evaluates code", onNode, async () => {
    await bench.fill("a", '"old"');
    const text = `process.argv.splice(1, 0, ""); await import(${JSON.stringify(fixture("ask.mjs"))});`;
    const flags = ["--no-warnings", "--input-type=module", "--stack-trace-limit=7", "-e", text];
    await bench.asked({}, { gate: "gate" }, { program: [runtime("node").path, ...flags] });
    assertEquals((await bench.facts()).flags, ["--no-warnings", "--stack-trace-limit=7"]);
    bench.open("gate");
    await bench.becomes("new");
  });

  it("are started from the package's sources as well", guard, async () => {
    await bench.fill("a", '"old"');
    const text = readFileSync(join(fixtures, "ask.mjs"), "utf8");
    const source = text.replace("../../../dist/mod.js", pathToFileURL(join(projectRoot, "mod.ts")).href);
    const file = join(bench.folder, "ask.mjs");
    writeFileSync(file, source);
    const program = ownRuntime === "node"
      ? [runtime("node").path, "--import", tsxLoader(), file]
      : command(ownRuntime, file);
    await bench.asked({ module: fixture("inner.mjs") }, {}, { program });
    await bench.becomes("inner");
  });

  it("do nothing for a claim that is not current", guard, async () => {
    await bench.fill("a", '"old"');
    const claim = { key: { tier: "discovery", name: "a" }, token: "0".repeat(32), startedAt: Date.now(), attempts: 0 };
    const job = {
      root: bench.root,
      durable: true,
      source: { tier: "discovery", name: "a", ttl: 1, refreshDeadline: 60_000 },
      claim: { ...claim, deadline: Date.now() + 60_000 },
      backoff: {},
      module: fixture("answer.mjs"),
      worker: [...command(ownRuntime, join(projectRoot, "dist/detached.js")), "work"],
    };
    const { env } = bench.asking({}, {});
    const argv = [...command(ownRuntime, join(projectRoot, "dist/detached.js")), "supervise", JSON.stringify(job)];
    const { code, text, stderr } = await bench.startOther(argv, { env }).ended;
    assertEquals({ code, text, stderr, starts: bench.starts() }, { code: 0, text: "", stderr: "", starts: [] });
    assertEquals([bench.data("a"), bench.marker("a")], ['"old"', undefined]);
  });
});

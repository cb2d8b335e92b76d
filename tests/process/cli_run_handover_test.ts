import { assert, assertEquals, assertMatch, assertNotEquals } from "@std/assert";
import { copyFileSync, existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { afterEach, beforeEach, describe, it } from "node:test";
import { command, projectRoot, runtime } from "../../scripts/runtimes.ts";
import { CommandBench, lives, ownRuntime, processColumn, until } from "../support/command_bench.ts";
import { everyRuntime } from "../support/processes.ts";

const guard = { timeout: 120_000 };

/** What `run` needs of Deno when it is not given everything. */
const denoParts = (
  root: string,
  command: string,
): string[] => [
  `--allow-read=${root}`,
  `--allow-write=${root}`,
  `--allow-run=${runtime("deno").path},${command}`,
  "--allow-env",
];

describe("discoverycache run: the refresh behind its back", () => {
  let bench: CommandBench;
  beforeEach(() => void (bench = new CommandBench()));
  afterEach(() => bench.close());

  /** Runs on stale data, with a question that is held back, and returns the process that then holds the claim. */
  async function refreshBehind(argv: readonly string[]): Promise<number> {
    const { pid, ended } = bench.startRun(["--name", "a"], argv);
    assertEquals((await ended).text, "old");
    const owner = bench.marker("a")?.pid ?? -1;
    assertNotEquals(owner, pid);
    return owner;
  }

  it("goes on in a process of its own, in a session of its own, and the marker names it", guard, async () => {
    await bench.fill("a", "old");
    const owner = await refreshBehind(bench.question("new", { gate: "gate" }));
    const leader = await until("CMD runs", () => bench.starts()[0]);
    assertEquals(lives(owner), true);
    assertEquals(processColumn(owner, "sid"), String(owner));
    assertEquals(processColumn(owner, "tty"), "?");
    assertEquals(processColumn(leader, "ppid"), String(owner));
    bench.open("gate");
    await until("the data is fresh", () => bench.data("a") === "new");
    await until("the process has ended", () => !lives(owner));
    assertEquals([bench.marker("a"), bench.starts().length], [undefined, 1]);
  });

  it("starts CMD once for 20 that find stale data at the same time, on every runtime", guard, async () => {
    await bench.fill("a", "old");
    const argv = bench.question("new", { gate: "gate" });
    const all = Array.from(
      { length: 20 },
      (_, index) => bench.startRun(["--name", "a"], argv, { runtime: everyRuntime[index % 3] ?? ownRuntime }),
    );
    for (const { ended } of all) {
      const { code, text, stderr } = await ended;
      assertEquals({ code, text, stderr }, { code: 0, text: "old", stderr: "" });
    }
    await until("CMD runs", () => bench.starts().length > 0);
    bench.open("gate");
    await until("the data is fresh", () => bench.data("a") === "new");
    assertEquals(bench.starts().length, 1);
  });

  it(
    "shows the arguments of CMD neither in its process list, nor in its environment, nor in the marker",
    guard,
    async () => {
      await bench.fill("a", "old");
      const secret = "token-of-somebody";
      const script = 'env >"$1/environment"; echo $$ >>"$1/starts"; while [ ! -e "$1/gate" ]; do sleep 0.02; done';
      const owner = await refreshBehind(["sh", "-c", script, "sh", bench.folder, secret]);
      await until("CMD runs", () => bench.starts().length === 1);
      const shown = [processColumn(owner, "args"), readFileSync(join(bench.root, "discovery/a.refreshing"), "utf8")];
      if (process.platform === "linux") shown.push(readFileSync(`/proc/${owner}/environ`, "utf8"));
      for (const [index, text] of shown.entries()) assert(text !== "" && !text.includes(secret), `shown in ${index}`);
      const given = readFileSync(join(bench.folder, "environment"), "utf8");
      assert(
        !/discoverycache/i.test(given.replaceAll(/^(?:PWD|OLDPWD|DISCOVERYCACHE_TEST_\w+|npm_\w+|.*PATH)=.*$/gim, "")),
      );
      bench.open("gate");
    },
  );

  it("is told of arguments that no pipe holds at once", guard, async () => {
    await bench.fill("a", "old");
    const words = Array.from({ length: 8 }, (_, index) => String(index).repeat(100_000));
    assertEquals(
      (await bench.run(["--name", "a"], ["sh", "-c", 'printf %s "$@" | cksum', "sh", ...words])).text,
      "old",
    );
    const { text } = await bench.run(["--name", "b"], ["sh", "-c", 'printf %s "$@" | cksum', "sh", ...words]);
    await until("the data is fresh", () => bench.data("a") === text);
  });

  it("is taken over by the next caller when its process is killed", guard, async () => {
    await bench.fill("a", "old");
    const owner = await refreshBehind(bench.question("lost", { gate: "gate" }));
    await until("CMD runs", () => bench.starts().length === 1);
    process.kill(owner, "SIGKILL");
    const { code, text } = await bench.run(["--name", "a", "--refresh", "if-stale"], bench.question("new"));
    assertEquals({ code, text, starts: bench.starts().length }, { code: 0, text: "new", starts: 2 });
    // Its CMD goes on, and what it says reaches nobody.
    bench.open("gate");
    await until("the lost CMD has ended", () => !lives(bench.starts()[0] ?? -1));
    assertEquals([bench.data("a"), bench.marker("a")], ["new", undefined]);
  });

  it("gives the claim back when its process is asked to end", guard, async () => {
    await bench.fill("a", "old");
    const owner = await refreshBehind(bench.question("never", { gate: "gate" }));
    const leader = await until("CMD runs", () => bench.starts()[0]);
    process.kill(owner, "SIGTERM");
    await until("the process has ended", () => !lives(owner));
    assertEquals([lives(leader), bench.marker("a"), bench.data("a")], [false, undefined, "old"]);
  });

  const steps: readonly (readonly [string, (parent: number) => unknown])[] = [
    ["as soon as there is a claim", () => bench.marker("a")],
    ["as soon as the claim is not its own any more", (pid) => bench.marker("a") && bench.marker("a")?.pid !== pid],
    ["as soon as CMD runs", () => bench.starts().length > 0],
  ];
  for (const [when, reached] of steps) {
    it(`leaves nothing in the way of others when the command is killed ${when}`, guard, async () => {
      for (let round = 0; round < 5; round++) {
        await bench.fill("a", "old");
        rmSync(join(bench.folder, "starts"), { force: true });
        const { pid, child, ended } = bench.startRun(["--name", "a"], bench.question("behind"));
        const start = performance.now();
        // In one turn, so that no timer decides when it is killed.
        while (!reached(pid) && performance.now() - start < 20_000 && bench.data("a") === "old");
        child.kill("SIGKILL");
        await ended;
        const { code, text } = await bench.run(["--name", "a", "--refresh", "if-stale"], bench.question("next"));
        assertEquals(code, 0);
        assertMatch(text, /^(?:behind|next)$/);
        await until("nobody refreshes", () => bench.marker("a") === undefined);
        assert(bench.starts().length === 1, `CMD was started ${bench.starts().length} times`);
      }
    });
  }

  it("starts nothing for a claim that is not current any more, nor when it is told nothing", guard, async () => {
    await bench.fill("a", "old");
    const owner = await refreshBehind(bench.question("new", { gate: "gate" }));
    await until("CMD runs", () => bench.starts().length === 1);
    const claim = { key: { tier: "discovery", name: "a" }, token: "0".repeat(32), startedAt: Date.now(), attempts: 0 };
    const handover = {
      root: bench.root,
      source: { name: "a", ttl: 1_000, refreshDeadline: 60_000 },
      claim: { ...claim, deadline: Date.now() + 60_000 },
      recipe: { command: bench.question("stolen"), environment: {}, files: {}, ttl: 1_000, refreshDeadline: 60_000 },
    };
    for (const told of [JSON.stringify(handover), JSON.stringify(handover).slice(0, -1), ""]) {
      const { child, ended } = bench.start(["refresh-handed-over"], { stdio: ["pipe", "pipe", "pipe"] });
      child.stdin?.end(told);
      const { text, stderr } = await ended;
      assertEquals([text, stderr, bench.starts().length, bench.marker("a")?.pid], ["", "", 1, owner]);
    }
    bench.open("gate");
    await until("the data is fresh", () => bench.data("a") === "new");
  });

  it("needs of Deno what the command itself needs, and says so when it may not start CMD", guard, async () => {
    await bench.fill("a", "old");
    const run = ["run", "--root", bench.root, "--name", "a", "--"];
    const deno = (flags: string[], argv: string[]) =>
      bench.startOther([...command("deno", join(projectRoot, "dist/cli.js"), flags), ...run, ...argv]).ended;
    const refused = await deno(denoParts(bench.root, "nothing"), ["printf", "new"]);
    assertEquals([refused.code, refused.text, bench.marker("a")], [0, "old", undefined]);
    assertMatch(refused.stderr, /could not be started: Deno was not given --allow-run for printf\n$/);
    const { code, text, stderr } = await deno(denoParts(bench.root, "printf"), ["printf", "new"]);
    assertEquals({ code, text, stderr }, { code: 0, text: "old", stderr: "" });
    await until("the data is fresh", () => bench.data("a") === "new");
  });

  it("gives its process on Deno no more permissions than it has itself", guard, async () => {
    await bench.fill("a", "old");
    const question = bench.question("new", { gate: "gate" });
    const run = ["run", "--root", bench.root, "--name", "a", "--", ...question];
    const flags = denoParts(bench.root, "sh");
    const { text } = await bench.startOther([...command("deno", join(projectRoot, "dist/cli.js"), flags), ...run])
      .ended;
    assertEquals(text, "old");
    const args = processColumn(bench.marker("a")?.pid ?? -1, "args").split(" ");
    const given = args.filter((word) => word.startsWith("-A") || word.startsWith("--allow"));
    assertEquals(given, ["--allow-env", `--allow-read=${bench.root}`, `--allow-write=${bench.root}`, "--allow-run=sh"]);
    bench.open("gate");
    await until("the data is fresh", () => bench.data("a") === "new");
  });

  it("says nothing of a lock that somebody has just taken, and names who holds one for long", guard, async () => {
    await bench.fill("a", "old");
    const holder = await refreshBehind(bench.question("new", { gate: "gate" }));
    const marker = JSON.parse(readFileSync(join(bench.root, "discovery/a.refreshing"), "utf8")) as object;
    for (const [heldFor, words] of [[0, /^$/], [3_600_000, /held by process (\d+) \(alive\) since/]] as const) {
      const name = `locked-${heldFor}`;
      await bench.fill(name, "old");
      const started_at = new Date(Date.now() - heldFor).toISOString();
      writeFileSync(join(bench.root, "discovery", `${name}.lock`), JSON.stringify({ ...marker, started_at }));
      const { code, text, stderr } = await bench.run(["--name", name], bench.question("never"));
      assertEquals({ code, text }, { code: 0, text: "old" });
      assertMatch(stderr, words);
      if (heldFor > 0) assertEquals(words.exec(stderr)?.[1], String(holder));
    }
    assertEquals(bench.starts().length, 1);
    bench.open("gate");
    await until("the data is fresh", () => bench.data("a") === "new");
  });

  it("gives the claim back and says so when its process cannot be started", guard, async () => {
    // More than a pipe holds: the command stops in the middle of printing it, until it is read.
    await bench.run(["--name", "a"], ["head", "-c", "1000000", "/dev/zero"]);
    bench.age("a");
    const executable = join(bench.folder, "runtime");
    copyFileSync(runtime(ownRuntime).path, executable);
    const [, ...rest] = bench.commandLine([
      "run",
      "--root",
      bench.root,
      "--name",
      "a",
      "--",
      ...bench.question("never"),
    ]);
    const script =
      '"$@" | { dd bs=1 count=1 >/dev/null 2>&1; : >printing; while [ ! -e gate ]; do sleep 0.02; done; wc -c; }';
    const { ended } = bench.startOther(["sh", "-c", script, "sh", executable, ...rest]);
    await until("it prints", () => existsSync(join(bench.folder, "printing")));
    rmSync(executable);
    bench.open("gate");
    const { text, stderr } = await ended;
    assertEquals([Number(text), bench.starts().length], [999_999, 0]);
    assertMatch(stderr, /^discoverycache: the data printed is stale, and its refresh could not be started: [^\n]+\n$/);
    assertEquals(bench.marker("a"), undefined);
  });

  const withTerminal = existsSync("/usr/bin/script") ? it : undefined;
  if (withTerminal === undefined) console.log("capability: command: terminal: `script` is not installed");
  withTerminal?.("survives the closing of the terminal", guard, async () => {
    await bench.fill("a", "old");
    const typescript = join(bench.folder, "typescript");
    const inner = join(bench.folder, "inner.sh");
    writeFileSync(inner, `"$@"; tty; echo $$ >"${bench.folder}/shell"; while :; do sleep 1; done`);
    const words = (argv: readonly string[]) => argv.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(" ");
    const before = ["script", "-qfc"];
    const line = bench.commandLine([
      "run",
      "--root",
      bench.root,
      "--name",
      "a",
      "--",
      ...bench.question("new", { gate: "gate" }),
    ]);
    const terminal = bench.startOther([...before, words(["sh", inner, ...line]), typescript]);
    const shell = await until(
      "the shell waits",
      () =>
        existsSync(join(bench.folder, "shell")) && Number(readFileSync(join(bench.folder, "shell"), "utf8")) ||
        undefined,
    );
    const shown = /old\/dev\/\S+/;
    await until(
      "the terminal has shown it",
      () => existsSync(typescript) && shown.test(readFileSync(typescript, "utf8")),
    );
    await until("CMD runs", () => bench.starts().length === 1);
    terminal.child.kill("SIGKILL");
    await until("the shell is gone with its terminal", () => !lives(shell));
    const owner = bench.marker("a")?.pid ?? -1;
    assertEquals(lives(owner), true);
    bench.open("gate");
    await until("the data is fresh", () => bench.data("a") === "new");
  });
});

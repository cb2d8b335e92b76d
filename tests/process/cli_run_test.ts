import { assert, assertEquals, assertMatch, assertNotEquals, assertStringIncludes } from "@std/assert";
import { existsSync, mkdirSync, readdirSync, realpathSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "node:test";
import { CommandBench, until, untilItWaits } from "../support/command_bench.ts";
import { everyRuntime } from "../support/processes.ts";

const guard = { timeout: 120_000 };

describe("discoverycache run: what is there and what is started", () => {
  let bench: CommandBench;
  beforeEach(() => void (bench = new CommandBench()));
  afterEach(() => bench.close());

  it("waits for CMD when there is nothing, and prints what it prints", guard, async () => {
    const { code, text, stderr } = await bench.run(["--name", "a"], bench.question("first\n"));
    assertEquals({ code, text, stderr }, { code: 0, text: "first\n", stderr: "" });
    assertEquals(bench.data("a"), "first\n");
  });

  it("prints fresh data and starts nothing", guard, async () => {
    await bench.run(["--name", "a"], bench.question("first"));
    const { code, text, stderr } = await bench.run(["--name", "a"], bench.question("second"));
    assertEquals({ code, text, stderr }, { code: 0, text: "first", stderr: "" });
    assertEquals(bench.starts().length, 1);
  });

  it("prints stale data and leaves at once, while one refresh goes on behind it", guard, async () => {
    await bench.fill("a", "old");
    const { code, text, stderr } = await bench.run(["--name", "a"], bench.question("new", { gate: "gate" }));
    assertEquals({ code, text, stderr }, { code: 0, text: "old", stderr: "" });
    assertEquals(bench.data("a"), "old");
    bench.open("gate");
    await until("the data is fresh", () => bench.data("a") === "new");
    const after = await bench.run(["--name", "a"], bench.question("never"));
    assertEquals({ text: after.text, starts: bench.starts().length }, { text: "new", starts: 1 });
  });

  it("waits for fresh data with if-stale", guard, async () => {
    await bench.fill("a", "old");
    const { code, text } = await bench.run(["--name", "a", "--refresh", "if-stale"], bench.question("new"));
    assertEquals({ code, text }, { code: 0, text: "new" });
    const again = await bench.run(["--name", "a", "--refresh", "if-stale"], bench.question("newer"));
    assertEquals({ text: again.text, starts: bench.starts().length }, { text: "new", starts: 1 });
  });

  it("refreshes fresh data with force", guard, async () => {
    await bench.run(["--name", "a"], bench.question("first"));
    const { code, text } = await bench.run(["--name", "a", "--refresh", "force"], bench.question("second"));
    assertEquals({ code, text }, { code: 0, text: "second" });
  });

  it("starts nothing with none, and ends with 1 when there is nothing to print", guard, async () => {
    const empty = await bench.run(["--name", "a", "--refresh", "none"], bench.question("never"));
    assertEquals({ code: empty.code, text: empty.text }, { code: 1, text: "" });
    assertMatch(empty.stderr, /^discoverycache: there is no data of discovery\/a yet: .*\n$/);
    assert(!existsSync(bench.root), "looking made a folder");
    await bench.fill("a", "old");
    const { code, text, stderr } = await bench.run(["--name", "a", "--refresh", "none"], bench.question("never"));
    assertEquals({ code, text, stderr }, { code: 0, text: "old", stderr: "" });
    assertEquals([bench.starts().length, bench.marker("a")], [0, undefined]);
  });

  for (const runtime of everyRuntime) {
    it(`joins the refresh of a process on ${runtime}`, guard, async () => {
      const argv = bench.question("answer", { gate: "gate" });
      const first = bench.startRun(["--name", "a"], argv, { runtime });
      await until("the first one refreshes", () => bench.starts().length === 1);
      const others = ["background", "if-stale", "force"].map((mode) =>
        bench.startRun(["--name", "a", "--refresh", mode], argv)
      );
      for (const other of others) await untilItWaits(other);
      bench.open("gate");
      for (const { ended } of [first, ...others]) {
        const { code, text, stderr } = await ended;
        assertEquals({ code, text, stderr }, { code: 0, text: "answer", stderr: "" });
      }
      assertEquals(bench.starts().length, 1);
    });

    it(`takes over when a process on ${runtime} is killed while it refreshes`, guard, async () => {
      const first = bench.startRun(["--name", "a"], bench.question("lost", { gate: "gate" }), { runtime });
      await until("the first one refreshes", () => bench.starts().length === 1);
      const others = [1, 2].map(() => bench.startRun(["--name", "a"], bench.question("found")));
      for (const other of others) await untilItWaits(other);
      first.child.kill("SIGKILL");
      for (const { ended } of others) {
        const { code, text, stderr } = await ended;
        assertEquals({ code, text, stderr }, { code: 0, text: "found", stderr: "" });
      }
      assertEquals([bench.starts().length, bench.marker("a")], [2, undefined]);
    });
  }

  it("gives CMD its arguments as they are, the environment, the working directory and no input", guard, async () => {
    const folder = join(bench.folder, "here");
    mkdirSync(folder);
    const script = 'printf "<%s>" "$@"; printf "|%s|" "$FROM_OUTSIDE"; pwd; cat';
    const words = ["a b", "$HOME", "*", "", "it's", '"', "-n", "--ttl", "ä\n"];
    const { text } = await bench.run(["--name", "a"], ["sh", "-c", script, "sh", ...words], {
      cwd: folder,
      env: { FROM_OUTSIDE: "seen" },
      stdio: ["pipe", "pipe", "pipe"],
    });
    assertEquals(text, `${words.map((word) => `<${word}>`).join("")}|seen|${realpathSync(folder)}\n`);
  });

  it("keeps data by its argument vector when no name is given", guard, async () => {
    const one = await bench.run([], ["printf", "%s,", "x y"]);
    const other = await bench.run([], ["printf", "%s,", "x", "y"]);
    assertEquals([one.text, other.text], ["x y,", "x,y,"]);
    const names = readdirSync(join(bench.root, "discovery"));
    assertEquals(names.length, 2);
    for (const name of names) assertMatch(name, /^printf-s-x-y-[0-9a-f]{32}\.json$/);
    assertNotEquals(names[0], names[1]);
  });

  it("keeps data in the tier and the folder that are named", guard, async () => {
    const root = "a/relative/one";
    await bench.start(["run", `--root=${root}`, "--tier=pages", "--name=b", "--ttl=1h", "echo", "--", "x"]).ended;
    assertEquals(readdirSync(join(bench.folder, root, "pages")), ["b.json"]);
    const home = { XDG_CACHE_HOME: join(bench.folder, "xdg"), HOME: bench.folder };
    await bench.start(["run", "--name", "c", "echo"], { env: home }).ended;
    assert(existsSync(join(bench.folder, "xdg/discoverycache/discovery/c.json")));
  });
});

describe("discoverycache: the command line", () => {
  let bench: CommandBench;
  beforeEach(() => void (bench = new CommandBench()));
  afterEach(() => bench.close());

  const mistakes: readonly (readonly [string, readonly string[], string])[] = [
    ["no command", [], "no command given"],
    ["an unknown command", ["rum"], "unknown command 'rum' (Did you mean run?)"],
    ["nothing to run", ["run", "--ttl", "1h", "--"], "missing required argument 'command'"],
    ["an unknown option", ["run", "--tll", "1h", "--", "true"], "unknown option '--tll' (Did you mean --ttl?)"],
    ["an option without its value", ["run", "--name"], "option '--name <name>' argument missing"],
    ["a duration without a unit", ["run", "--ttl", "5", "--", "true"], '--ttl cannot be "5": expected a unit'],
    ["a deadline of nothing", ["run", "--deadline", "0s", "--", "true"], '--deadline cannot be "0s"'],
    ["an unknown mode", ["run", "--refresh=later", "--", "true"], '--refresh cannot be "later": expected one of'],
    ["a name that leaves the folder", ["run", "--name", "../x", "--", "true"], '--name cannot be "../x"'],
    ["a tier in capitals", ["run", "--tier", "X", "--", "true"], '--tier cannot be "X"'],
    ["an empty root", ["run", "--root=", "--", "true"], '--root cannot be ""'],
  ];
  for (const [what, args, message] of mistakes) {
    it(`ends with 2 and one line for ${what}`, guard, async () => {
      const { code, text, stderr } = await bench.start(args).ended;
      assertEquals({ code, text }, { code: 2, text: "" });
      assertMatch(stderr, /^discoverycache: [^\n]+\n$/);
      assertStringIncludes(stderr, message);
    });
  }

  it("prints help and version on standard output", guard, async () => {
    for (const args of [["--help"], ["run", "--help"], ["run", "-h"], ["help", "run"]]) {
      const { code, text, stderr } = await bench.start(args).ended;
      assertEquals({ code, stderr }, { code: 0, stderr: "" });
      assertStringIncludes(text, "Usage: discoverycache");
    }
    const { text } = await bench.start(["run", "--help"]).ended;
    for (const word of ["--root", "--deadline", "if-stale", "Exit codes:", "127", "Examples:"]) {
      assertStringIncludes(text, word);
    }
    assertMatch((await bench.start(["--version"]).ended).text, /^\d+\.\d+\.\d+\n$/);
  });

  it("leaves CMD's own options and a second -- to CMD", guard, async () => {
    const ways = [["run", "--root", bench.root, "--ttl=1h", "echo"], ["run", "--root", bench.root, "--", "echo"]];
    for (const way of ways) {
      assertEquals((await bench.start([...way, "--name", "x", "--", "--help"]).ended).text, "--name x -- --help\n");
    }
    assertEquals(readdirSync(join(bench.root, "discovery")).length, 1);
  });
});

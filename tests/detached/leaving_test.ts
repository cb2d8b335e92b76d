import { assert, assertEquals, assertNotEquals } from "@std/assert";
import type { StdioOptions } from "node:child_process";
import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { afterEach, beforeEach, describe, it } from "node:test";
import { lives, ownRuntime, processColumn, until } from "../support/command_bench.ts";
import { DetachedBench } from "../support/detached_bench.ts";
import { everyRuntime, tool } from "../support/processes.ts";

const guard = { timeout: 120_000 };

/** What a process has open, as Linux tells it; nothing elsewhere. */
function descriptorsOf(pid: number): string[] {
  if (process.platform !== "linux") return [];
  const folder = `/proc/${pid}/fd`;
  return readdirSync(folder).map((name) => {
    try {
      return readlinkSync(join(folder, name));
    } catch {
      return "closed meanwhile";
    }
  });
}

describe("a detached refresh", () => {
  let bench: DetachedBench;
  beforeEach(() => void (bench = new DetachedBench()));
  afterEach(() => bench.close());

  for (const leaves of ["at once", "by itself"] as const) {
    it(`goes on when the program has the stale data and leaves ${leaves}`, guard, async () => {
      await bench.fill("a", '"old"');
      const program = bench.ask({ leaves }, { gate: "gate" });
      const { code, text, stderr } = await program.ended;
      assertEquals({ code, stderr, ...JSON.parse(text) }, {
        code: 0,
        stderr: "",
        answer: "old",
        events: ["claimed", "detached"],
      });
      const owner = bench.marker("a")?.pid ?? -1;
      assertNotEquals(owner, program.pid);
      const { pid: worker, ppid } = await bench.facts();
      assertEquals([lives(owner), lives(worker), ppid], [true, true, owner]);
      bench.open("gate");
      await bench.becomes("new");
      await bench.end(owner, worker);
      assertEquals(bench.starts(), [worker]);
      assertEquals(readdirSync(join(bench.root, "discovery")), ["a.json"]);
    });
  }

  it("is handed over before a listener hears of it, who may end the program", guard, async () => {
    await bench.fill("a", '"old"');
    const program = bench.ask({ leaves: "when it hears of it" }, { gate: "gate" });
    assertEquals((await program.ended).code, 0);
    assertNotEquals(bench.marker("a")?.pid, program.pid);
    bench.open("gate");
    await bench.becomes("new");
    assertEquals(bench.starts().length, 1);
  });

  it("runs once for 20 programs on every runtime that find stale data at the same time", guard, async () => {
    await bench.fill("a", '"old"');
    const programs = Array.from({ length: 20 }, (_, index) => {
      const runtime = everyRuntime[index % 3] ?? ownRuntime;
      return bench.asked({}, { gate: "gate" }, { runtime });
    });
    const printed = await Promise.all(programs);
    assertEquals(printed.map(({ answer }) => answer), printed.map(() => "old"));
    const kinds = printed.map(({ events }) => events.join(", ")).filter((kind) => kind !== "");
    assertEquals(kinds, ["claimed, detached"]);
    await until("the refresher runs", () => bench.starts().length > 0);
    bench.open("gate");
    await bench.becomes("new");
    assertEquals(bench.starts().length, 1);
  });

  it("has a session of its own, no terminal, and the program's environment and folder", guard, async () => {
    await bench.fill("a", '"old"');
    await bench.asked({}, { gate: "gate" }, { cwd: bench.folder, env: { DETACHED_WORD: "said to the program" } });
    const owner = bench.marker("a")?.pid ?? -1;
    const { pid, cwd, word, tty } = await bench.facts();
    assertEquals({ cwd, word, tty }, { cwd: bench.folder, word: "said to the program", tty: false });
    assertEquals([processColumn(owner, "sid"), processColumn(owner, "tty")], [String(owner), "?"]);
    assertEquals([processColumn(pid, "pgid"), processColumn(pid, "tty")], [String(pid), "?"]);
    bench.open("gate");
    await bench.becomes("new");
  });

  it("shows nothing of the environment on disk or on a command line", guard, async () => {
    await bench.fill("a", '"old"');
    const secret = "token-of-somebody";
    await bench.asked({}, { gate: "gate" }, { env: { DETACHED_WORD: secret } });
    const owner = bench.marker("a")?.pid ?? -1;
    const { pid, word } = await bench.facts();
    assertEquals(word, secret);
    const folder = join(bench.root, "discovery");
    const texts = readdirSync(folder).map((name) => readFileSync(join(folder, name), "utf8"));
    for (const text of [...texts, processColumn(owner, "args"), processColumn(pid, "args")]) {
      assert(text !== "" && !text.includes(secret), text);
    }
    bench.open("gate");
    await bench.becomes("new");
  });

  it("leaves a program that stays no zombie, no descriptor and no warning", guard, async () => {
    const start = async (ttl: string) => {
      await bench.fill("a", '"old"');
      const options = { stdio: ["pipe", "pipe", "pipe"] as StdioOptions };
      const program = bench.ask({ leaves: "when told", ttl }, { gate: "gate" }, options);
      await until("it has printed", () => program.soFar().includes("\n"));
      return program;
    };
    // What leads to another process. A runtime opens other things of its own when it comes to it.
    const leading = (pid: number) => descriptorsOf(pid).filter((kind) => /^(?:pipe|socket):|pidfd/.test(kind)).length;
    const quiet = await start("1000d");
    const usual = leading(quiet.pid);
    quiet.child.stdin?.end("\n");
    await quiet.ended;

    const program = await start("1h");
    const owner = bench.marker("a")?.pid ?? -1;
    const { pid: worker } = await bench.facts();
    bench.open("gate");
    await bench.becomes("new");
    await until("the supervisor is gone", () => processColumn(owner, "pid") === "");
    assertEquals(processColumn(worker, "pid"), "");
    // Some runtimes hold one as long as a child lives, and Deno two that tell it of the end of children from then on.
    const most = usual + (ownRuntime === "deno" ? 2 : 0);
    await until("no descriptor is left of it", () => leading(program.pid) <= most);
    program.child.stdin?.end("\n");
    const { code, stderr } = await program.ended;
    assertEquals([code, stderr], [0, ""]);
  });

  it("is waited for by those who want fresh data, on every runtime, and goes on if they leave", guard, async () => {
    await bench.fill("a", '"old"');
    await bench.asked({}, { gate: "gate" });
    await bench.facts();
    const waiting = everyRuntime.map((runtime) => bench.ask({ ask: "if-stale" }, {}, { runtime }));
    waiting[0]?.child.kill("SIGKILL");
    await waiting[0]?.ended;
    bench.open("gate");
    for (const { ended } of waiting.slice(1)) {
      assertEquals((JSON.parse((await ended).text) as { readonly answer: unknown }).answer, "new");
    }
    assertEquals(bench.starts().length, 1);
  });

  it("tells everybody how far it has come", guard, async () => {
    await bench.fill("a", '"old"');
    const [first, second] = [{ done: 1, total: 2, message: "half" }, { done: 2, total: 2 }];
    await bench.asked({}, { reports: [["one", first], ["two", second]] });
    const progress = () => (bench.marker("a") as { readonly progress?: unknown } | undefined)?.progress;
    await until("half is told", () => JSON.stringify(progress()) === JSON.stringify(first));
    bench.open("one");
    await until("all is told", () => JSON.stringify(progress()) === JSON.stringify(second));
    bench.open("two");
    await bench.becomes("new");
  });

  it("brings what is larger than a pipe, whatever the refresher writes to its output", guard, async () => {
    await bench.fill("a", '"old"');
    await bench.asked({}, { mischief: "returns much", answer: 3_000_000, noise: 'no line {"kind":"done"}' });
    await until("the data is there", () => bench.data("a")?.length === 3_000_002);
    await until("nobody refreshes", () => bench.marker("a") === undefined);
  });

  it("is not begun for fresh data, and a program without data waits for its own", guard, async () => {
    const first = await bench.asked({}, { answer: "first" });
    assertEquals(first, { answer: "first", events: ["claimed", "refreshed"] });
    const again = await bench.asked({}, { answer: "second" });
    assertEquals(again, { answer: "first", events: [] });
    assertEquals(bench.starts().length, 1);
  });
});

describe("a detached refresh and the terminal", () => {
  let bench: DetachedBench;
  beforeEach(() => void (bench = new DetachedBench()));
  afterEach(() => bench.close());
  const hasTmux = tool("tmux", "-V").ok;
  if (!hasTmux) console.log("capability: a detached refresh and the terminal: tmux: it is not installed");
  const options = hasTmux ? guard : { ...guard, skip: "there is no tmux" };

  /** Types a command into a shell of a new terminal. */
  function inTerminal(argv: readonly string[], env: Readonly<Record<string, string>>): string {
    const socket = join(bench.folder, "terminal");
    const quoted = argv.map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(" ");
    const settings = Object.entries(env).flatMap(([name, value]) => ["-e", `${name}=${value}`]);
    const made = tool("tmux", "-f", "/dev/null", "-S", socket, "new-session", "-d", ...settings, "sh");
    assert(made.ok, made.says);
    assert(tool("tmux", "-S", socket, "send-keys", quoted, "Enter").ok);
    return socket;
  }

  const closed = (socket: string) => tool("tmux", "-S", socket, "kill-server").ok;
  const interrupted = (socket: string) => tool("tmux", "-S", socket, "send-keys", "C-c").ok;
  const ends: readonly (readonly [string, "at once" | "when killed", (socket: string) => boolean])[] = [
    ["the terminal is closed in which the program ran", "at once", closed],
    ["the terminal is closed in which the program still runs", "when killed", closed],
    ["Ctrl-C is typed where the program still runs", "when killed", interrupted],
  ];
  for (const [what, leaves, end] of ends) {
    it(`goes on when ${what}`, options, async () => {
      await bench.fill("a", '"old"');
      const { args, env } = bench.asking({ leaves }, { gate: "gate", mischief: "gives up at its signal" });
      const socket = inTerminal([...bench.programLine(), ...args], env);
      const owner = await until("a process of its own refreshes", () => {
        const pid = bench.marker("a")?.pid;
        return bench.starts().length > 0 ? pid : undefined;
      });
      const find = () => tool("pgrep", "-f", `ask.mjs.*${bench.root}`).says;
      // Who leaves at once has handed over before he is gone.
      if (leaves === "at once") await until("the program has left", () => find() === "");
      const program = find();
      assertEquals(program !== "", leaves === "when killed");
      assert(end(socket));
      await until("the program has ended", () => program === "" || !lives(Number(program)));
      bench.open("gate");
      await bench.becomes("new");
      await bench.end(owner);
      tool("tmux", "-S", socket, "kill-server");
    });
  }
});

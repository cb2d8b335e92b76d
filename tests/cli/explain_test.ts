import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { afterEach, beforeEach, describe, it } from "node:test";
import { command, projectRoot } from "../../scripts/runtimes.ts";
import { CommandBench, type Ended } from "../support/command_bench.ts";
import { abandonFor, failFor, keepByOther, refreshFor } from "../support/command_scene.ts";

const guard = { timeout: 120_000 };
const HOUR = 3_600_000;

type Data = Readonly<Record<string, unknown>>;

describe("discoverycache explain", () => {
  let bench: CommandBench;
  beforeEach(() => void (bench = new CommandBench()));
  afterEach(() => bench.close());

  async function explain(...args: readonly string[]): Promise<Ended> {
    return await bench.start(["explain", "--root", bench.root, ...args]).ended;
  }

  /** What is told, by its name; the title is without one, and what is to be typed is `$`. */
  async function told(...args: readonly string[]): Promise<Readonly<Record<string, string>>> {
    const { code, text, stderr } = await explain(...args);
    assertEquals([code, stderr], [0, ""]);
    const [title = "", ...lines] = text.trimEnd().split("\n");
    const parts = lines.map((line) => /^ {2}(?:(\w+):)? +(.*)$/.exec(line)?.slice(1) ?? []);
    const typed = (text: string) => text.startsWith("discoverycache ");
    return Object.fromEntries([
      ["title", title],
      ...parts.map(([name, text = ""]) => [name ?? (typed(text) ? "$" : "more"), text]),
    ]);
  }

  async function data(...args: readonly string[]): Promise<Data> {
    const { code, text, stderr } = await explain("--json", ...args);
    assertEquals([code, stderr, text.split("\n").length], [0, "", 2]);
    return JSON.parse(text) as Data;
  }

  const refresh = (name: string) => `discoverycache refresh --root ${bench.root} discovery/${name}`;

  it("tells of fresh data when it goes stale, and that nothing needs to be done", guard, async () => {
    await bench.run(["--name", "a", "--ttl", "1h"], ["printf", "%s", "x"]);
    const { title, why, who, next, do: advice, $: line } = await told("a");
    assertEquals([title, who, advice, line], [
      "discovery/a: fresh (1 B)",
      "nobody",
      "nothing needs to be done",
      undefined,
    ]);
    assertMatch(why ?? "", /^captured .* ago, and fresh for another .*: its TTL is 1h$/);
    assertMatch(next ?? "", /^it goes stale at \S+Z \(in .*\); /);
  });

  it("tells of stale data how to have new data now", guard, async () => {
    await bench.fill("a", "old");
    const { title, why, do: advice, $: line } = await told("a");
    assertEquals([title, line], ["discovery/a: stale (3 B)", refresh("a")]);
    assertMatch(why ?? "", /^captured 2d ago, 1d past its TTL of 1d$/);
    assertEquals(advice, "nothing needs to be done; to have new data now");
  });

  it("tells what was run, where, with which variables, and what has become of its files", guard, async () => {
    const files = ["same", "changed", "gone", "new"].map((name) => join(bench.folder, name));
    for (const path of files.slice(0, 3)) writeFileSync(path, "");
    const key = [...files.map((path) => `file:${path}`), "env:SECRET", "cwd"].flatMap((part) => ["--key", part]);
    await bench.run([...key, "--deadline", "5s"], ["printf", "%s", "it's"], { env: { SECRET: "s3cr3t" } });
    const [, changed = "", gone = "", fresh = ""] = files;
    utimesSync(changed, 1_000, 1_000);
    writeFileSync(fresh, "");
    rmSync(gone);
    const { code, text } = await explain("printf");
    assertEquals(code, 0);
    for (
      const line of [
        "  runs: printf %s 'it'\\''s'",
        `  in:   ${bench.folder}`,
        "  time: at most 5s; what it prints stays fresh for 1d",
        "  with: the environment's SECRET",
        `  file: ${files[0]}: unchanged`,
        `  file: ${changed}: has changed since`,
        `  file: ${gone}: is gone`,
        `  file: ${fresh}: was not there then`,
      ]
    ) assertStringIncludes(text, `\n${line}\n`);
    const { recipe } = await data("printf");
    const { files: found, ...rest } = recipe as Data;
    assertEquals((found as readonly Data[]).map(({ since }) => since), ["same", "changed", "gone", "new"]);
    assertEquals(rest, {
      command: ["printf", "%s", "it's"],
      folder: bench.folder,
      environment: ["SECRET"],
      ttl: 24 * HOUR,
      refreshDeadline: 5_000,
    });
    for (const args of [["printf"], ["--json", "printf"]]) assert(!(await explain(...args)).text.includes("s3cr3t"));
  });

  it("tells who refreshes: PID, since when, how far, that he is alive, and by when he is to end", guard, async () => {
    await bench.fill("a", "old");
    const { pid } = await refreshFor(bench, "a");
    const { title, who, owner, next, do: advice, $: line } = await told("a");
    assertEquals([title, owner], ["discovery/a: stale (3 B), refreshing", `process ${pid} is alive`]);
    assertMatch(
      who ?? "",
      new RegExp(
        `^process ${pid} \\(another process of this machine\\) has been refreshing it since \\S+Z \\(.* ago\\); it reports: 3 of 10, "reading pages"$`,
      ),
    );
    assertMatch(next ?? "", /^it has promised to end by \S+Z \(in \d+m?.*\)/);
    assertEquals([advice, line], ["nothing needs to be done: it is being refreshed; to wait for that", refresh("a")]);
    const { state, data: there, owner: known, progress, next: step } = await data("a");
    assertEquals([state, there, progress], ["refreshing", "stale", { done: 3, total: 10, message: "reading pages" }]);
    const { host, processStart, ...rest } = known as Data;
    assertEquals(rest, { pid, where: "this-host", liveness: "alive" });
    assertEquals(
      [typeof host, typeof processStart],
      process.platform === "linux" ? ["string", "string"] : [typeof host, "undefined"],
    );
    assertEquals((step as Data)["kind"], "end");
  });

  it("tells that the one who refreshed has ended, and that the next one takes over", guard, async () => {
    const pid = await abandonFor(bench, "a");
    const { title, who, owner, next } = await told("a");
    assertEquals([title, owner], ["discovery/a: absent, abandoned", `process ${pid} has ended`]);
    assertMatch(who ?? "", new RegExp(`^nobody; process ${pid} .* began to refresh it at .* and is gone$`));
    assertMatch(next ?? "", /^whoever asks next takes the refresh over, and waits for that/);
    const { state, reason, owner: known } = await data("a");
    assertEquals([state, reason, (known as Data)["liveness"]], ["abandoned", "owner-gone", "dead"]);
  });

  it("says that it cannot know whether a process of another host is alive, and names the host", guard, async () => {
    const { pid } = await refreshFor(bench, "a");
    bench.editMarker("a", { host: "linux:00000000-1111-2222-3333-444444444444:7" });
    const { owner } = await told("a");
    assertEquals(
      owner,
      `whether process ${pid} on linux:00000000-1111-2222-3333-444444444444:7 is alive cannot be known from here`,
    );
    const { where, liveness, host } = (await data("a"))["owner"] as Data;
    assertEquals([where, liveness, host], ["another-host", "unknown", "linux:00000000-1111-2222-3333-444444444444:7"]);
  });

  it("tells why a refresh failed, when it is tried again, and how to try at once", guard, async () => {
    await failFor(bench, "a");
    const { title, who, next, do: advice, $: line } = await told("a");
    assertEquals([title, line], ["discovery/a: absent, cooling down", refresh("a")]);
    assertMatch(who ?? "", /^nobody; it has failed once, at \S+Z .*: exit code 7 from sh: no such host$/);
    assertMatch(next ?? "", /^it is tried again by whoever asks after \S+Z \(in .*\), or at once if forced; /);
    assertEquals(advice, "to try at once, and to see the whole error if it fails");
    const { state, data: there, lastError, attempts, retryAt, hint } = await data("a");
    assertEquals([state, there, lastError, attempts], [
      "cooling-down",
      "absent",
      "exit code 7 from sh: no such host",
      1,
    ]);
    assertMatch(String(retryAt), /Z$/);
    assertEquals(hint, { action: "force", text: advice, command: line });
  });

  it("says of a deadline that was missed what to change", guard, async () => {
    await bench.run(["--name", "a", "--deadline", "100ms"], bench.question("", { gate: "never" }));
    bench.coolDown("a");
    assertMatch((await told("a"))["who"] ?? "", /: it was not done within 100ms \(see --deadline\)/);
  });

  it("speaks of the program that keeps it where nothing was run, and asks for a TTL", guard, async () => {
    keepByOther(bench, "other/a", "x", 2 * HOUR);
    const unknown = await told("a");
    assertEquals(unknown["title"], "other/a: unknown (1 B)");
    assertEquals(unknown["$"], `discoverycache explain --root ${bench.root} --ttl 24h other/a`);
    const stale = await told("--ttl", "1h", "a");
    assertEquals(stale["title"], "other/a: stale (1 B)");
    assertEquals(
      stale["do"],
      "nothing needs to be done; the program that keeps it here refreshes it when it asks for it",
    );
    assertEquals([stale["$"], stale["runs"]], [undefined, undefined]);
    assertEquals((await told("--ttl", "3h", "a"))["title"], "other/a: fresh (1 B)");
  });

  it("says who has held the lock for long, and what to do about him", guard, async () => {
    const { pid } = await refreshFor(bench, "a");
    const marker = JSON.parse(readFileSync(join(bench.root, "discovery/a.refreshing"), "utf8")) as Data;
    const lock = (name: string, heldFor: number) => {
      const { host, token, process_start } = marker;
      const started_at = new Date(Date.now() - heldFor).toISOString();
      writeFileSync(
        join(bench.root, `discovery/${name}.lock`),
        JSON.stringify({ pid, host, token, process_start, started_at }),
        { mode: 0o600 },
      );
    };
    await bench.fill("b", "old");
    lock("b", HOUR);
    const { lock: held, do: advice } = await told("b");
    assertMatch(
      held ?? "",
      new RegExp(`^process ${pid}, which is alive, has held its lock for 1h: what is there can be read, but `),
    );
    assertEquals(
      advice,
      `look at process ${pid}: if it was stopped, kill -CONT ${pid} lets it go on; if it hangs, kill ${pid} frees the lock`,
    );
    const { pid: holder, liveness } = (await data("b"))["lock"] as Data;
    assertEquals([holder, liveness], [pid, "alive"]);
    lock("b", -60_000);
    assertEquals((await told("b"))["lock"], undefined, "whoever has just taken it is at work");
  });

  it("says what to type, and that does what it says", guard, async () => {
    await bench.run(["--name", "a"], bench.question("answer"));
    bench.age("a");
    keepByOther(bench, "other/b", "x");
    const typed = async (name: string): Promise<Ended> => {
      const own = bench.commandLine([]).map((word) => `'${word}'`).join(" ");
      const script = `discoverycache() { ${own} "$@"; }; ${(await told(name))["$"]}`;
      return await bench.startOther(["sh", "-c", script]).ended;
    };
    assertEquals((await typed("a")).code, 0);
    assertEquals([bench.starts().length, (await told("a"))["title"]], [2, "discovery/a: fresh (6 B)"]);
    const { code, text } = await typed("b");
    assertEquals([code, text.split("\n")[0]], [0, "other/b: fresh (1 B)"]);
  });

  it("says in one line that nothing is meant, or several", guard, async () => {
    keepByOther(bench, "other/one-a", "a");
    keepByOther(bench, "other/one-b", "b");
    const cases: readonly (readonly [readonly string[], number, RegExp])[] = [
      [["two"], 1, /there is no source "two": discoverycache ls --root \S+ lists what there is/],
      [["--json", "two"], 1, /there is no source "two"/],
      [["one"], 2, /"one" may be other\/one-a, other\/one-b: say a little more of the name/],
      [[], 2, /missing required argument 'source': see discoverycache explain --help/],
    ];
    for (const [args, exitCode, message] of cases) {
      const { code, text, stderr } = await explain(...args);
      assertEquals([code, text, stderr.split("\n").length], [exitCode, "", 2], stderr);
      assertMatch(stderr, message);
    }
  });

  it("lets nothing of what others wrote reach the terminal but its text", guard, async () => {
    await failFor(bench, "a");
    bench.editMarker("a", { last_error: "first\nsecond\x1b]0;title\x07\x1b[2J" });
    await bench.run(["--name", "b"], ["printf", "\x1b[31m\n"]);
    for (const name of ["a", "b"]) {
      // deno-lint-ignore no-control-regex -- they are what must not be there
      assertMatch((await explain(name)).text, /^[^\x00-\x09\x0b-\x1f\x7f-\x9f]*$/);
    }
  });

  it(
    "needs no more of Deno than to read the cache's folder and the environment, and says what it cannot know",
    guard,
    async () => {
      const file = join(bench.folder, "file");
      writeFileSync(file, "");
      await bench.run(["--key", `file:${file}`], ["printf", "x"]);
      const { pid } = await refreshFor(bench, "a");
      const flags = [`--allow-read=${bench.root}`, "--allow-env"];
      const line = [...command("deno", join(projectRoot, "dist/cli.js"), flags), "explain", "--root", bench.root];
      const busy = await bench.startOther([...line, "a"]).ended;
      assertEquals([busy.code, busy.stderr], [0, ""]);
      assertStringIncludes(busy.text, `  owner: whether process ${pid} is alive cannot be known from here\n`);
      const printed = await bench.startOther([...line, "printf"]).ended;
      assertEquals([printed.code, printed.stderr], [0, ""]);
      assertStringIncludes(printed.text, `  file: ${file}: cannot be looked at from here\n`);
    },
  );
});

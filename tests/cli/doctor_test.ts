import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { spawnSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { utimesSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { afterEach, beforeEach, describe, it } from "node:test";
import { type Diagnosis, FilesBench } from "./files_bench.ts";

const guard = { timeout: 120_000 };

/** The one fault there is. */
function onlyFault({ code, faults }: Diagnosis) {
  const [fault] = faults;
  assertEquals([code, faults.length], [1, 1], JSON.stringify(faults));
  assert(fault !== undefined);
  return fault;
}

/** Stops a process as soon as something holds; whether that came to pass, out of many looks. */
function stopsWhile(pid: number, holds: () => boolean): boolean {
  for (let looks = 0; looks < 1_000; looks++) {
    if (!holds()) continue;
    process.kill(pid, "SIGSTOP");
    return true;
  }
  return false;
}

describe("discoverycache doctor: the root and what is in it", () => {
  let bench: FilesBench;
  beforeEach(() => void (bench = new FilesBench()));
  afterEach(() => bench.close());

  /** Finds one fault, does what is told, and finds nothing any more. */
  async function isCured(check: string, severity: string, what: RegExp, todo: string) {
    const diagnosis = await bench.doctor();
    const fault = onlyFault(diagnosis);
    assertEquals([fault.check, fault.severity, diagnosis.todo], [check, severity, todo]);
    assertMatch(fault.what, what);
    assertEquals((await bench.obey(diagnosis.todo)).code, 0, diagnosis.todo ?? "");
    const after = await bench.doctor();
    assertEquals([after.code, after.faults, after.todo], [0, [], null]);
  }

  it("finds nothing in a sound cache, looks at everything, and leaves nothing behind", guard, async () => {
    await bench.run(["--name", "a"], ["printf", "1"]);
    mkdirSync(join(bench.root, "Somebody Else"), { mode: 0o777 });
    mkdirSync(join(bench.root, "node_modules"));
    chmodSync(join(bench.root, "node_modules"), 0o777);
    const before = spawnSync("ls", ["-laR", "--time-style=full-iso", bench.root], { encoding: "utf8" }).stdout;
    const { code, faults, findings, todo } = await bench.doctor();
    assertEquals({ code, faults, todo }, { code: 0, faults: [], todo: null });
    const checks = ["root", "file system", "hard links", "clock", "watch", "processes", "folders", "files", "locks"];
    for (const check of [...checks, "refreshes", "failures", "times", "litter"]) {
      assert(findings.some((finding) => finding.check === check), `${check} was not looked at`);
    }
    const after = spawnSync("ls", ["-laR", "--time-style=full-iso", bench.root], { encoding: "utf8" }).stdout;
    // The probe has touched the root itself, and nothing else.
    const untimed = (text: string) => text.replaceAll(/ [0-9-]+ [0-9:.]+ [+-]\d{4} \.+$/gm, "");
    assertEquals(untimed(after), untimed(before));
  });

  it("tells people the same: a line for each finding, and one for what to do", guard, async () => {
    bench.put("discovery/a.json", "1");
    chmodSync(bench.dataPath("a"), 0o644);
    const { code, text, stderr } = await bench.start(["doctor", "--root", bench.root]).ended;
    assertEquals({ code, stderr }, { code: 1, stderr: "" });
    const lines = text.trimEnd().split("\n");
    assertEquals(lines.slice(-2), ["", `do this: chmod go= ${bench.dataPath("a")}`]);
    for (const line of lines.slice(0, -2)) assertMatch(line, /^(ok|attention|problem) +[a-z]+( [a-z]+)? {2,}\S/);
    assertEquals(lines.filter((line) => line.startsWith("attention")).length, 1);
    chmodSync(bench.dataPath("a"), 0o600);
    const sound = await bench.start(["doctor", "--root", bench.root]).ended;
    assertEquals([sound.code, sound.text.trimEnd().split("\n").at(-1)], [0, "nothing needs to be done"]);
  });

  it("ends with 2 for what it does not know", guard, async () => {
    const { code, text, stderr } = await bench.start(["doctor", "discovery/a"]).ended;
    assertEquals({ code, text }, { code: 2, text: "" });
    assertMatch(stderr, /^discoverycache: too many arguments [^\n]+ --help\n$/);
  });

  it("finds nothing wrong with a root that is not there, and does not make it", guard, async () => {
    const { code, findings } = await bench.doctor(join(bench.root, "deep", "down"));
    assertEquals(code, 0);
    assertStringIncludes(findings.find(({ check }) => check === "root")?.what ?? "", "is not there yet");
    assertEquals(readdirSync(bench.folder), []);
  });

  it("has others' right to write to the root taken away", guard, async () => {
    bench.put("discovery/a.json", "1");
    chmodSync(bench.root, 0o770);
    await isCured("root", "problem", /others may write to it \(mode 770\)/, `chmod go-w ${bench.root}`);
    assertEquals(statSync(bench.root).mode & 0o777, 0o750);
  });

  it("has others' right to write to a tier taken away", guard, async () => {
    bench.put("discovery/a.json", "1");
    const tier = join(bench.root, "discovery");
    chmodSync(tier, 0o702);
    await isCured("folders", "problem", /others may write to it \(mode 702\)/, `chmod go-w ${tier}`);
  });

  it("has files closed to others, however many there are", guard, async () => {
    for (const name of ["a", "b"]) chmodSync(bench.put(`discovery/${name}.json`, "1"), 0o640);
    const paths = readdirSync(join(bench.root, "discovery")).map((name) => join(bench.root, "discovery", name));
    const { todo } = await bench.doctor();
    assertEquals(todo?.split(" ").sort(), ["chmod", "go=", ...paths].sort());
    for (let n = 0; n < 9; n++) chmodSync(bench.put(`discovery/n${n}.json`, "1"), 0o604);
    await isCured(
      "files",
      "attention",
      /^11 files may be opened by others: .+ and 8 more$/,
      `chmod -R go= ${bench.root}/discovery`,
    );
  });

  it("follows a link to the root, and says so", guard, async () => {
    bench.put("discovery/a.json", "1");
    const link = join(bench.folder, "a link");
    symlinkSync(bench.root, link);
    const { code, findings } = await bench.doctor(link);
    assertEquals(code, 0);
    const said = findings.find(({ check }) => check === "root")?.what;
    assertMatch(said ?? "", /a link, which is really \S+\/root$/);
  });

  it("has a link to nothing removed that is in the root's place", guard, async () => {
    symlinkSync(join(bench.folder, "nowhere"), bench.root);
    await isCured("root", "problem", /it is a link to nothing/, `rm ${bench.root}`);
  });

  it("wants another root where there is a file", guard, async () => {
    writeFileSync(bench.root, "mine");
    for (const root of [bench.root, join(bench.root, "below")]) {
      const diagnosis = await bench.doctor(root);
      assertEquals([onlyFault(diagnosis).severity, onlyFault(diagnosis).check], ["problem", "root"]);
      assertMatch(diagnosis.todo ?? "", /^choose another --root/);
    }
    assertEquals(readFileSync(bench.root, "utf8"), "mine");
  });

  it("has a link removed that is in the place of data", guard, async () => {
    bench.put("discovery/a.json", "1");
    symlinkSync(bench.dataPath("a"), bench.dataPath("b"));
    await isCured("files", "attention", /no file where one should be/, `rm ${bench.dataPath("b")}`);
    assertEquals(bench.files(), ["discovery/a.json"]);
  });

  it("does not tell to remove a folder that is in the place of data", guard, async () => {
    mkdirSync(bench.dataPath("b"), { recursive: true, mode: 0o700 });
    for (const path of [bench.root, join(bench.root, "discovery")]) chmodSync(path, 0o700);
    const { todo } = await bench.doctor();
    assertEquals(todo, `look at ${bench.dataPath("b")}, and move it away`);
  });

  it("has data from the future made old", guard, async () => {
    bench.put("discovery/a.json", "1", -7_200);
    const diagnosis = await bench.doctor();
    const fault = onlyFault(diagnosis);
    assertEquals([fault.check, fault.severity], ["times", "attention"]);
    assertMatch(fault.what, /(2h|1h\d+m) in the future/);
    const [condition, command = ""] = (diagnosis.todo ?? "").split("Z: ");
    assertMatch(condition ?? "", /^if this machine's clock is right with \d{4}-/);
    assertEquals((await bench.obey(command)).code, 0);
    assertEquals((await bench.doctor()).code, 0);
  });

  for (const [what, more] of [["in an empty cache", false], ["beside data", true]] as const) {
    it(`has what crashed programs left removed, and nothing else, ${what}`, guard, async () => {
      if (more) bench.put("discovery/a.json", "1");
      bench.put(`discovery/a.json.${"0".repeat(32)}.tmp`, "half", 60);
      bench.put("discovery.command/gone.json", "{}", 7_200);
      bench.put("discovery.command/coming.json", "{}", 60);
      const words = /^1 file of crashed programs: .*\.tmp; 1 record whose source is gone: discovery.command\/gone$/;
      await isCured("litter", "attention", words, `discoverycache prune --root ${bench.root} --keep '*'`);
      assertEquals(bench.files(), ["discovery.command/coming.json", ...(more ? ["discovery/a.json"] : [])]);
    });
  }

  it("says the more serious thing first", guard, async () => {
    bench.put("discovery/a.json", "1", -7_200);
    bench.put(`discovery/a.json.${"0".repeat(32)}.tmp`, "half", 60);
    // Not an orphan: its source is only out of reach.
    bench.put("discovery.command/a.json", "{}", 7_200);
    chmodSync(join(bench.root, "discovery"), 0o707);
    const { code, faults, todo } = await bench.doctor();
    assertEquals([code, faults.map(({ check }) => check)], [1, ["folders", "times"]], JSON.stringify(faults));
    assertEquals(todo, `chmod go-w ${join(bench.root, "discovery")}`);
  });

  it("removes the probe of an examination that was killed, once nobody can be at it", guard, async () => {
    bench.put("discovery/a.json", "1");
    const probes = ["old", "new"].map((name) => join(bench.root, `.discoverycache-doctor-${name}`));
    for (const probe of probes) {
      mkdirSync(probe);
      writeFileSync(join(probe, "one"), "1");
    }
    const [old = "", young = ""] = probes;
    utimesSync(old, 1_000, 1_000);
    assertEquals((await bench.doctor()).code, 0);
    assertEquals([existsSync(old), existsSync(young)], [false, true]);
  });

  it("leaves nothing behind when it is interrupted while it tries things out", guard, async () => {
    bench.put("discovery/a.json", "1");
    const probe = () => readdirSync(bench.root).find((name) => name.startsWith("."));
    // Whether it is stopped in time is chance; that nothing is left is not.
    for (let code = 0, hits = 0; hits < 3; hits += code === 130 ? 1 : 0) {
      const { pid, ended } = bench.start(["doctor", "--root", bench.root]);
      let over = false;
      void ended.then(() => over = true);
      while (!over && !stopsWhile(pid, () => probe() !== undefined)) {
        await new Promise((resolve) => setImmediate(resolve));
      }
      // A process that has ended takes no signal.
      for (const signal of over ? [] : ["SIGINT", "SIGCONT"]) process.kill(pid, signal);
      code = (await ended).code;
      assertEquals(probe(), undefined, `left behind with exit code ${code}`);
      assert(code === 130 || code === 0, `exit code ${code}`);
    }
  });
});

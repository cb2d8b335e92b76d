import { assert, assertEquals, assertMatch } from "@std/assert";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "node:test";
import { command, projectRoot } from "../../scripts/runtimes.ts";
import { type Diagnosis, FilesBench } from "./files_bench.ts";

const guard = { timeout: 120_000 };

describe("discoverycache doctor: Deno with few permissions", () => {
  let bench: FilesBench;
  beforeEach(() => {
    bench = new FilesBench();
    bench.put("discovery/a.json", "1");
  });
  afterEach(() => bench.close());

  async function doctorWith(mayRead: boolean, mayWrite: boolean): Promise<Diagnosis> {
    // The command itself wants to read its own files and the environment.
    const readable = mayRead ? `${projectRoot},${bench.root}` : projectRoot;
    const all = ["--allow-env", `--allow-read=${readable}`, ...(mayWrite ? [`--allow-write=${bench.root}`] : [])];
    const argv = command("deno", join(projectRoot, "dist/cli.js"), all);
    const { code, text, stderr } = await bench.startOther([...argv, "doctor", "--json", "--root", bench.root]).ended;
    assertEquals(stderr, "");
    const { findings, todo } = JSON.parse(text) as Pick<Diagnosis, "findings" | "todo">;
    return { code, findings, todo, faults: findings.filter(({ severity }) => severity !== "ok") };
  }

  it("says what works less well without permission to look at processes and users", guard, async () => {
    const { code, faults, todo } = await doctorWith(true, true);
    assertEquals(code, 1);
    assertEquals(faults.map(({ check, severity }) => `${check}: ${severity}`), [
      "permissions: attention",
      "permissions: attention",
      "processes: attention",
    ]);
    assertMatch(faults[0]?.what ?? "", /^Deno does not give --allow-run: /);
    assertMatch(faults[1]?.what ?? "", /^Deno does not give --allow-sys=uid: /);
    assertEquals(todo, "run it with more permissions: deno run -A");
    assertEquals(readdirSync(bench.root), ["discovery"]);
  });

  it("touches nothing that it may not touch", guard, async () => {
    const reader = await doctorWith(true, false);
    assertEquals([reader.code, reader.faults[0]?.what], [
      1,
      `Deno does not give --allow-write=${bench.root}: nothing can be kept`,
    ]);
    const nobody = await doctorWith(false, false);
    assertEquals([nobody.code, nobody.todo], [1, "run it with more permissions: deno run -A"]);
    assert(nobody.findings.every(({ check }) => check === "permissions"), "it was looked at all the same");
  });
});

import { assertEquals, assertMatch } from "@std/assert";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "node:test";
import { command, projectRoot, runtime } from "../../scripts/runtimes.ts";
import { CommandBench } from "../support/command_bench.ts";

const guard = { timeout: 120_000 };

describe("discoverycache on Deno without the environment", () => {
  let bench: CommandBench;
  beforeEach(() => void (bench = new CommandBench()));
  afterEach(() => bench.close());

  const flags = () => [
    `--allow-read=${bench.root}`,
    `--allow-write=${bench.root}`,
    `--allow-run=echo,${runtime("deno").path}`,
  ];
  const deno = (args: readonly string[], more: readonly string[] = []) =>
    bench.startOther([...command("deno", join(projectRoot, "dist/cli.js"), [...flags(), ...more]), ...args]).ended;

  it("ends with 2 and the flag that is missing, before any library asks", guard, async () => {
    for (const args of [["--help"], ["ls", "--root", bench.root], ["doctor"], ["run", "--help"]]) {
      const { code, text, stderr } = await deno(args);
      const line = "discoverycache: Deno may not read the environment: run it with --allow-env, " +
        "or use a plain `run`, which does without\n";
      assertEquals({ code, text, stderr }, { code: 2, text: "", stderr: line }, args[0]);
    }
  });

  it("needs no more of it than the variables that --key names, be they set or not", guard, async () => {
    const named = ["HOME", "NOT_SET_BY_ANYBODY"];
    const keys = named.flatMap((name) => ["--key", `env:${name}`]);
    const run = ["run", "--root", bench.root, ...keys, "--", "echo", "a"];
    const { code, text, stderr } = await deno(run, [`--allow-env=${named.join()}`]);
    assertEquals({ code, text, stderr }, { code: 0, text: "a\n", stderr: "" });
    const refused = await deno(run, [`--allow-env=${named[0]}`]);
    assertEquals([refused.code, refused.text], [2, ""]);
    assertMatch(refused.stderr, /^discoverycache: Deno may not read the environment variable NOT_SET_BY_ANYBODY: /);
  });

  it("does what run does, without it", guard, async () => {
    for (const _ of ["cold", "warm"]) {
      const { code, text, stderr } = await deno(["run", "--root", bench.root, "--name", "a", "--", "echo", "a"]);
      assertEquals({ code, text, stderr }, { code: 0, text: "a\n", stderr: "" });
    }
  });
});

import { assertEquals } from "@std/assert";
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
  const deno = (args: readonly string[]) =>
    bench.startOther([...command("deno", join(projectRoot, "dist/cli.js"), flags()), ...args]).ended;

  it("ends with 2 and the flag that is missing, before any library asks", guard, async () => {
    for (const args of [["--help"], ["ls", "--root", bench.root], ["doctor"], ["run", "--help"]]) {
      const { code, text, stderr } = await deno(args);
      const line = "discoverycache: Deno may not read the environment: run it with --allow-env, " +
        "or use a plain `run`, which does without\n";
      assertEquals({ code, text, stderr }, { code: 2, text: "", stderr: line }, args[0]);
    }
  });

  it("does what run does, without it", guard, async () => {
    for (const _ of ["cold", "warm"]) {
      const { code, text, stderr } = await deno(["run", "--root", bench.root, "--name", "a", "--", "echo", "a"]);
      assertEquals({ code, text, stderr }, { code: 0, text: "a\n", stderr: "" });
    }
  });
});

import { assertEquals } from "@std/assert";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "node:test";
import { pathToFileURL } from "node:url";
import { command, projectRoot, runtime, tsxLoader } from "../../scripts/runtimes.ts";
import { ownRuntime } from "../support/command_bench.ts";
import { DetachedBench } from "../support/detached_bench.ts";
import { answerJson, type Provider, withProvider } from "../support/provider.ts";

/** The files of the README's example, by their names: a block of code that begins with its own. */
function exampleFiles(): Map<string, string> {
  const text = readFileSync(join(projectRoot, "README.md"), "utf8");
  const blocks = text.matchAll(/^```ts\n\/\/ (\S+\.ts)\n([\s\S]*?)^```$/gm);
  return new Map([...blocks].map(([, name = "", code = ""]) => [name, code]));
}

/** A provider that tells its models, and counts how often it was asked. */
function withModels(work: (provider: Provider) => Promise<void>): Promise<void> {
  const data = [{ id: "today's" }, { id: "another" }];
  return withProvider((_, response) => answerJson(response, { data }), work);
}

describe("the README's example of a program that lives for a moment", () => {
  let bench: DetachedBench;
  beforeEach(() => void (bench = new DetachedBench()));
  afterEach(() => bench.close());

  it("prints yesterday's models, and today's the next time", { timeout: 120_000 }, async () => {
    await withModels(async ({ url, asked }) => {
      const files = exampleFiles();
      assertEquals([...files.keys()], ["models.ts", "refresh_models.ts"]);
      const replaced: readonly (readonly [string, string])[] = [
        ["@discoverycache/core", pathToFileURL(join(projectRoot, "dist/mod.js")).href],
        ['userCacheDir("fiz")', JSON.stringify(bench.root)],
        ["https://openrouter.ai", url],
        ["--allow-net=openrouter.ai", `--allow-net=${new URL(url).host}`],
      ];
      for (const [name, code] of files) {
        const text = replaced.reduce((so, [from, to]) => so.replaceAll(from, to), code);
        writeFileSync(join(bench.folder, name), text);
      }
      const file = join(bench.folder, "models.ts");
      const program = ownRuntime === "node"
        ? [runtime("node").path, "--import", tsxLoader(), file]
        : command(ownRuntime, file);
      writeFileSync(join(bench.folder, "package.json"), '{ "type": "module" }');
      await bench.fill("openrouter", '["yesterday\'s"]');
      const first = await bench.startOther(program).ended;
      assertEquals([first.code, first.text, first.stderr], [0, "yesterday's\n", ""]);
      await bench.becomes(["today's", "another"], "openrouter");
      const second = await bench.startOther(program).ended;
      assertEquals([second.code, second.text, second.stderr, asked.length], [0, "today's\nanother\n", "", 1]);
    });
  });
});

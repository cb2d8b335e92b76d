import { assertEquals } from "@std/assert";
import { readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "node:test";
import { pathToFileURL } from "node:url";
import { command, projectRoot, runtime, tsxLoader } from "../../scripts/runtimes.ts";
import { ownRuntime } from "../support/command_bench.ts";
import { DetachedBench } from "../support/detached_bench.ts";

/** The files of the README's example, by their names: a block of code that begins with its own. */
function exampleFiles(): Map<string, string> {
  const text = readFileSync(join(projectRoot, "README.md"), "utf8");
  const blocks = text.matchAll(/^```ts\n\/\/ (\S+\.ts)\n([\s\S]*?)^```$/gm);
  return new Map([...blocks].map(([, name = "", code = ""]) => [name, code]));
}

/** A provider that tells its models, and counts how often it was asked. */
async function withProvider(work: (port: number, asked: () => number) => Promise<void>): Promise<void> {
  let count = 0;
  const server = createServer((_, response) => {
    count++;
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify({ data: [{ id: "today's" }, { id: "another" }] }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  try {
    await work((server.address() as AddressInfo).port, () => count);
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}

describe("the README's example of a program that lives for a moment", () => {
  let bench: DetachedBench;
  beforeEach(() => void (bench = new DetachedBench()));
  afterEach(() => bench.close());

  it("prints yesterday's models, and today's the next time", { timeout: 120_000 }, async () => {
    await withProvider(async (port, asked) => {
      const files = exampleFiles();
      assertEquals([...files.keys()], ["models.ts", "refresh_models.ts"]);
      const replaced: readonly (readonly [string, string])[] = [
        ["@discoverycache/core", pathToFileURL(join(projectRoot, "dist/mod.js")).href],
        ['userCacheDir("fiz")', JSON.stringify(bench.root)],
        ["https://openrouter.ai", `http://127.0.0.1:${port}`],
        ["--allow-net=openrouter.ai", `--allow-net=127.0.0.1:${port}`],
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
      assertEquals([second.code, second.text, second.stderr, asked()], [0, "today's\nanother\n", "", 1]);
    });
  });
});

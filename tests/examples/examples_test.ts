import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import type { ServerResponse } from "node:http";
import { join } from "node:path";
import process from "node:process";
import { afterEach, beforeEach, describe, it } from "node:test";
import { until } from "../support/command_bench.ts";
import { answerJson, withProvider } from "../support/provider.ts";
import { ExampleBench } from "./bench.ts";

const GUARD = { timeout: 120_000 };

let bench: ExampleBench;
beforeEach(() => void (bench = new ExampleBench()));
afterEach(() => bench.close());

describe("the model picker", () => {
  const provide = (response: ServerResponse, tag: string, ...names: string[]) =>
    answerJson(response, { data: names.map((id) => ({ id })) }, { etag: tag });

  it("prints what there is, and another process fetches what is new", GUARD, async () => {
    let day = 1;
    await withProvider(
      (_, response) => provide(response, `"${day}"`, "llama-8b", "llama-70b", ...(day > 1 ? ["llama-405b"] : [])),
      async ({ url, asked }) => {
        const env = { MODELS_URL: url };
        const first = await bench.runExample("model_picker.ts", ["llama"], { env });
        assertEquals([first.code, first.text], [0, "llama-70b\nllama-8b\n"], first.stderr);
        assertMatch(first.stderr, /^2 of 2 models; the list is \S+ old\n$/);
        assertEquals((await bench.runExample("model_picker.ts", ["llama", "8b"], { env })).text, "llama-8b\n");
        assertEquals((await bench.runExample("model_picker.ts", ["gpt"], { env })).code, 1);
        assertEquals(asked.length, 1);

        day = 2;
        bench.makeOlder("model-picker", "discovery", 48);
        const second = await bench.runExample("model_picker.ts", ["llama"], { env });
        assertEquals([second.code, second.text], [0, "llama-70b\nllama-8b\n"], second.stderr);
        assertStringIncludes(second.stderr, ", and being refreshed");
        await until("the list is new", () => asked.length === 2);
        await bench.settles("model-picker", "discovery");
        assertEquals((await bench.runExample("model_picker.ts", ["405b"], { env })).text, "llama-405b\n");
      },
    );
  });

  it("keeps the list that the provider says is still right", GUARD, async () => {
    const tags: unknown[] = [];
    await withProvider((request, response) => {
      const tag = request.headers["if-none-match"];
      tags.push(tag);
      if (tag === '"1"') response.writeHead(304).end();
      else provide(response, '"1"', "llama-8b");
    }, async ({ url }) => {
      for (const args of [[], ["--refresh"]]) {
        const ended = await bench.runExample("model_picker.ts", args, { env: { MODELS_URL: url } });
        assertEquals([ended.code, ended.text], [0, "llama-8b\n"], ended.stderr);
      }
      assertEquals(tags, [undefined, '"1"']);
    });
  });

  it("says in one line why there is no list", GUARD, async () => {
    await withProvider(
      (_, response) => void response.writeHead(429, { "retry-after": "3600" }).end(),
      async ({ url }) => {
        const env = { MODELS_URL: url };
        const { code, stderr } = await bench.runExample("model_picker.ts", [], { env });
        assertEquals(code, 2);
        assertMatch(stderr, /^refreshing discovery\/models\.v1 failed \(once\): the server answered 429.*\n$/);
      },
    );
  });
});

describe("the prompt", () => {
  it("shows what was known, and learns the rest behind the user's back", GUARD, async () => {
    const repository = join(bench.folder, "repository");
    mkdirSync(repository);
    const git = (...args: string[]) => {
      const { status, stderr } = spawnSync("git", ["-C", repository, ...args], { encoding: "utf8" });
      assertEquals(status, 0, stderr);
    };
    git("init", "--quiet", "--initial-branch", "trunk");
    writeFileSync(join(repository, "file"), "changed");
    const prompt = async () => {
      const { code, text, stderr } = await bench.runExample("prompt.ts", [], { cwd: repository });
      assertEquals([code, stderr], [0, ""]);
      return text;
    };
    assertEquals(await prompt(), "… ");
    await bench.settles("prompt", "git-status");
    assertMatch(await prompt(), /^trunk ±1\?? $/);
    git("add", "file");
    git("-c", "user.name=a", "-c", "user.email=a@example.org", "commit", "--quiet", "--message", "a file");
    bench.makeOlder("prompt", "git-status", 1);
    assertEquals(await prompt(), "trunk ±1? ");
    await bench.settles("prompt", "git-status");
    assertMatch(await prompt(), /^trunk\?? $/);
  });

  it("is empty outside of repositories", GUARD, async () => {
    const options = { cwd: bench.folder, env: { GIT_CEILING_DIRECTORIES: bench.folder } };
    assertEquals((await bench.runExample("prompt.ts", [], options)).text, "… ");
    await bench.settles("prompt", "git-status");
    assertEquals((await bench.runExample("prompt.ts", [], options)).text, "");
  });
});

describe("the server", () => {
  it(
    "keeps its answer fresh though nobody asks, serves it though the provider fails, and ends in order",
    GUARD,
    async () => {
      let works = true;
      let count = 0;
      await withProvider((_, response) => {
        if (works) answerJson(response, [++count]);
        else response.writeHead(500).end();
      }, async ({ url, asked }) => {
        const server = bench.example("server.ts", [], { env: { MODELS_URL: url, TTL: "1s" } });
        const address = await until("the server listens", () => /^http:\S+/.exec(server.soFar())?.[0]);
        await until("it refreshes by itself", () => count >= 3);
        works = false;
        const failures = asked.length;
        await until("the provider fails", () => asked.length > failures);
        const response = await fetch(address, { headers: { connection: "close" } });
        assertEquals([response.status, await response.json()], [200, [count]]);
        assertMatch(response.headers.get("age") ?? "", /^\d+$/);
        process.kill(server.pid, "SIGTERM");
        const { code, stderr } = await server.ended;
        assertEquals(code, 0, stderr);
        assertStringIncludes(stderr, "answered 500");
        assertEquals(bench.files("models-server", "discovery").filter((file) => file.includes(".lock")), []);
      });
    },
  );
});

describe("the stars", () => {
  it("are known for each repository, asked for once, and forgotten when nobody asks", GUARD, async () => {
    await withProvider((request, response) => {
      const path = request.url ?? "";
      if (path.endsWith("/none")) response.writeHead(404).end();
      else answerJson(response, { stargazers_count: path.length });
    }, async ({ url, asked }) => {
      const env = { API_URL: url };
      const many = Array.from({ length: 40 }, (_, index) => `owner/repository-${index}`);
      const first = await bench.runExample("stars.ts", many, { env });
      assertEquals([first.code, first.text.trimEnd().split("\n").length, asked.length], [0, 40, 40], first.stderr);
      assertMatch(first.text, /^ {6}25 {2}owner\/repository-0 {2}\(\S+ ago\)\n/);
      const second = await bench.runExample("stars.ts", [...many, "owner/none"], { env });
      assertEquals([second.code, asked.length], [1, 41]);
      assertStringIncludes(second.text, "?  owner/none  (");
      assertStringIncludes(second.text, "owner/none: 404");

      bench.makeOlder("stars", "stars", 24 * 40);
      const third = await bench.runExample("stars.ts", many.slice(0, 2), { env });
      // Of the one that failed nothing is known but that, which is forgotten when it has cooled down.
      assertEquals(third.code, 0);
      assertMatch(third.stderr, /^3[89] answers removed that nobody has asked for in a month\n$/);
      assertEquals(bench.files("stars", "stars").filter((file) => file.endsWith(".json")).length, 2);
    });
  });
});

/** Uses the README's examples as their readers do: pasted into an empty project that has the package. */
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { run, tool } from "../run.ts";
import { projectRoot, runtime, type RuntimeName, tsxLoader } from "../runtimes.ts";
import type { Step } from "./step.ts";

/** An example, and the file that it is pasted into. */
interface Example {
  readonly file: string;
  readonly code: string;
}

/** Every example in TypeScript, in order; those that say so in their first line are files of that name. */
export function examplesOf(readme: string): Example[] {
  const blocks = [...readme.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(([, code = ""]) => code);
  return blocks.map((code, index) => ({
    file: /^\/\/ (\S+\.ts)\n/.exec(code)?.[1] ?? `example_${index + 1}.ts`,
    code,
  }));
}

/** The steps, in a folder that has the package. */
export function readmeSteps(folder: string, typeOptions: readonly string[]): Step[] {
  const runtimes: readonly (readonly [RuntimeName, readonly string[]])[] = [
    ["node", ["--import", tsxLoader()]],
    ["node22", []],
    ["node24", []],
    ["bun", []],
    ["deno", ["run", "--no-prompt", "--allow-all"]],
  ];
  const examples = () => examplesOf(readFileSync(join(projectRoot, "README.md"), "utf8"));
  return [
    {
      name: "the README's examples in a strict TypeScript project",
      perform: () => check(folder, examples(), typeOptions),
    },
    ...runtimes.map(([name, flags]): Step => ({
      name: `the README's first example in an empty project on ${name}`,
      perform: () => useFirst(folder, examples()[0], [runtime(name).path, ...flags]),
    })),
    ...runtimes.map(([name, flags]): Step => ({
      name: `the README's test with a memory store and a clock on ${name}`,
      perform: () => useTest(folder, examples(), [runtime(name).path, ...flags]),
    })),
  ];
}

/** Examples may use what all three runtimes have of Node; `json()` is of type `unknown` there. */
const nodeTypes = ["--types", "node", "--typeRoots", join(projectRoot, "node_modules/@types")];

async function check(folder: string, examples: readonly Example[], options: readonly string[]): Promise<void> {
  if (examples.length < 5) throw new Error(`only ${examples.length} examples were found in README.md`);
  const project = join(folder, "readme");
  mkdirSync(project);
  writeFileSync(join(project, "package.json"), '{ "private": true, "type": "module" }');
  symlinkSync(join(projectRoot, "node_modules/zod"), join(folder, "node_modules/zod"), "junction");
  for (const { file, code } of examples) writeFileSync(join(project, file), code);
  const files = examples.map(({ file }) => file);
  const tsc = [
    runtime("node").path,
    tool("typescript", "tsc"),
    ...options,
    ...nodeTypes,
    "--allowImportingTsExtensions",
    ...files,
  ];
  const { code, output } = await run(tsc, { cwd: project, timeoutMs: 60_000 });
  if (code !== 0) throw new Error(output);
}

/** Runs the first example against a provider on this machine: it asks once, and prints the same again. */
async function useFirst(folder: string, example: Example | undefined, command: readonly string[]): Promise<void> {
  let asked = 0;
  const provider = createServer((_, response) => {
    asked++;
    response.end(JSON.stringify({ data: [{ id: "one" }, { id: "another" }] }));
  });
  await new Promise<void>((resolve) => provider.listen(0, "127.0.0.1", resolve));
  try {
    const address = `http://127.0.0.1:${(provider.address() as AddressInfo).port}`;
    const code = example?.code.replace("https://openrouter.ai", address) ?? "";
    if (!code.includes(address)) throw new Error("the first example asks another provider than this knows");
    const home = join(folder, `home-${asked}-${command.length}-${Math.random()}`);
    mkdirSync(home);
    writeFileSync(join(folder, "models.mts"), code);
    const env = { HOME: home, XDG_CACHE_HOME: home, LOCALAPPDATA: home, NO_COLOR: "1" };
    for (let time = 1; time <= 2; time++) {
      const { code, stdout, output } = await run([...command, "models.mts"], { cwd: folder, env, timeoutMs: 60_000 });
      if (code !== 0 || stdout.trim().split(/\s+/).join() !== "one,another" || asked !== 1) {
        throw new Error(`run ${time}, which asked ${asked} times in all, ended with ${code}:\n${output}`);
      }
    }
  } finally {
    const closed = new Promise((resolve) => provider.close(resolve));
    provider.closeAllConnections();
    await closed;
  }
}

/** Runs the example that tests with a store in memory: it throws where it is wrong. */
async function useTest(folder: string, examples: readonly Example[], command: readonly string[]): Promise<void> {
  const example = examples.find(({ code }) => code.includes("new MemoryStore("));
  if (example === undefined) throw new Error("README.md has no example with a memory store");
  writeFileSync(join(folder, "memory.mts"), example.code);
  const { code, output } = await run([...command, "memory.mts"], { cwd: folder, timeoutMs: 60_000 });
  if (code !== 0) throw new Error(output);
}

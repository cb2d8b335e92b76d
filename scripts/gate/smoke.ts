/** Packs the package as npm would publish it, installs it in an empty folder, and uses it there on every runtime. */
import { cpSync, existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { commandEntry } from "../entries.ts";
import { run, runOrThrow, tool } from "../run.ts";
import { projectRoot, runtime, type RuntimeName } from "../runtimes.ts";
import { readmeSteps } from "./readme_examples.ts";
import type { Step } from "./step.ts";

/** Programs of scripts/package_smoke, and how each runtime runs them. */
const uses: readonly { readonly runtime: RuntimeName; readonly program: string; readonly flags?: readonly string[] }[] =
  [
    ...(["node", "node22", "node24", "bun"] as const).flatMap((name) => [
      { runtime: name, program: "import.mjs" },
      { runtime: name, program: "require.cjs" },
      { runtime: name, program: "detached.mjs" },
    ]),
    { runtime: "deno", program: "import.mjs", flags: ["run", "--no-prompt", "--allow-all"] },
    { runtime: "deno", program: "detached.mjs", flags: ["run", "--no-prompt", "--allow-all"] },
    // No permission at all: importing must neither ask for one nor fail.
    { runtime: "deno", program: "import_only.mjs", flags: ["run", "--no-prompt"] },
  ];

/** The steps, to be performed in this order; the last one clears up. */
export function smokeSteps(): Step[] {
  const folder = mkdtempSync(join(tmpdir(), "discoverycache-package-"));
  return [
    { name: "npm pack, installed in an empty folder", perform: () => install(folder) },
    { name: "the package's types in a strict TypeScript project", perform: () => checkTypes(folder) },
    ...(["node22", "node24", "bun"] as const).map((name): Step => ({
      name: `the package from TypeScript on ${name}`,
      perform: () => useOn(folder, [runtime(name).path, "types.mts"]),
    })),
    {
      name: "the package from TypeScript on deno, checked",
      perform: () => useOn(folder, [runtime("deno").path, "run", "--check", "--no-prompt", "types.mts"]),
    },
    ...readmeSteps(folder, typeOptions),
    ...uses.map(({ runtime: name, program, flags = [] }): Step => ({
      name: `the package on ${name}: ${[...flags, program].join(" ")}`,
      perform: () => useOn(folder, [runtime(name).path, ...flags, program]),
    })),
    ...(existsSync(join(projectRoot, commandEntry.source)) ? commandSteps(folder) : []),
    { name: "the empty folder is removed", perform: () => Promise.resolve(rmSync(folder, { recursive: true })) },
  ];
}

/** The npm that runs this script, by Node itself: on Windows `npm` is a shell's script, which cannot be started. */
function npm(): readonly string[] {
  const script = process.env["npm_execpath"];
  return script?.endsWith(".js") ? [runtime("node").path, script] : ["npm"];
}

async function install(folder: string): Promise<void> {
  // The gate has built already: `--ignore-scripts` packs what is there.
  const packed = await runOrThrow([...npm(), "pack", "--ignore-scripts", "--json", "--pack-destination", folder]);
  const [report] = JSON.parse(packed.stdout) as { filename: string; files: { path: string }[] }[];
  if (report === undefined) throw new Error(`npm pack reported nothing: ${packed.output}`);
  const stray = report.files.filter(({ path }) =>
    !/^(dist\/.*\.(js|d\.ts)|dist\/cli\.js\.LICENSES\.txt|package\.json|README\.md|CHANGELOG\.md|LICENSE)$/.test(path)
  );
  if (stray.length > 0) {
    throw new Error(`The package holds what it should not: ${stray.map(({ path }) => path).join(", ")}`);
  }
  const missing = ["README.md", "CHANGELOG.md", "LICENSE"].filter((name) =>
    !report.files.some(({ path }) => path === name)
  );
  if (missing.length > 0) throw new Error(`The package does not hold ${missing.join(", ")}`);
  writeFileSync(join(folder, "package.json"), JSON.stringify({ private: true }));
  writeFileSync(join(folder, "deno.json"), JSON.stringify({ nodeModulesDir: "manual" }));
  await runOrThrow([...npm(), "install", "--ignore-scripts", "--no-audit", "--no-fund", `./${report.filename}`], {
    cwd: folder,
  });
  cpSync(join(projectRoot, "scripts/package_smoke"), folder, { recursive: true });
}

/**
 * Every strictness. Not `skipLibCheck`: the package's own declarations are what is looked at. And no types of Node: users
 * of Deno and Bun have none.
 */
const typeOptions = [
  ...["--strict", "--noEmit", "--exactOptionalPropertyTypes", "--noUncheckedIndexedAccess", "--verbatimModuleSyntax"],
  ...[
    "--module",
    "nodenext",
    "--target",
    "es2023",
    "--allowImportingTsExtensions",
    "--lib",
    "es2023,esnext.disposable,dom",
  ],
];

async function checkTypes(folder: string): Promise<void> {
  await useOn(folder, [runtime("node").path, tool("typescript", "tsc"), ...typeOptions, "--types", "", "types.mts"]);
}

async function useOn(folder: string, argv: readonly string[]): Promise<void> {
  const { code, output } = await run(argv, { cwd: folder, timeoutMs: 60_000, env: { NO_COLOR: "1" } });
  if (code !== 0) throw new Error(`${output}\nended with ${code ?? "a signal"}`);
}

/** What somebody may do with the command, one after the other, and with which exit codes it may end. */
const day: readonly (readonly [readonly string[], readonly number[]])[] = [
  [["--help"], [0]],
  [["run", "--name", "answer", "--", runtime("node").path, "-e", "console.log(42)"], [0]],
  [["ls"], [0]],
  [["show", "answer", "--json"], [0]],
  [["explain", "answer"], [0]],
  [["refresh", "answer"], [0]],
  [["prune", "--all"], [0]],
  [["show", "answer"], [1]],
  // The machine that this runs on may give it something to say.
  [["doctor"], [0, 1]],
];

/** The command is there, and does its work, on every runtime. */
function commandSteps(folder: string): Step[] {
  const script = join("node_modules/@discoverycache/core", commandEntry.output);
  const starts: readonly (readonly [string, () => readonly string[]])[] = [
    ["as npm links it", () => linked(folder)],
    ...(["node22", "node24", "bun"] as const).map((name) =>
      [`on ${name}`, () => [runtime(name).path, script]] as const
    ),
    ["on deno", () => [runtime("deno").path, "run", "--no-prompt", "--allow-all", script]],
  ];
  return starts.map(([how, argv]) => ({
    name: `the command ${how}: from run to doctor`,
    perform: async () => {
      const root = mkdtempSync(join(folder, "root-"));
      for (const [[command = "", ...args], codes] of day) {
        const more = command.startsWith("-") ? [] : ["--root", root];
        const line = [...argv(), command, ...more, ...args];
        const { code, output } = await run(line, { cwd: folder, timeoutMs: 60_000, env: { NO_COLOR: "1" } });
        if (!codes.some((right) => right === code)) {
          throw new Error(`${line.join(" ")}:\n${output}\nended with ${code}`);
        }
      }
    },
  }));
}

/** On Windows npm writes a script for its shell instead of a link. */
function linked(folder: string): readonly string[] {
  const link = join(folder, "node_modules", ".bin", commandEntry.name);
  return process.platform === "win32" ? ["cmd.exe", "/d", "/c", `${link}.cmd`] : [link];
}

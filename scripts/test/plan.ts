/** Which test files there are, and on which runtimes each one runs. */
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { projectRoot } from "../runtimes.ts";

/** The runtimes that the suite runs on. */
export const testRuntimes = ["node", "bun", "deno"] as const;
/** One of {@linkcode testRuntimes}. */
export type TestRuntime = (typeof testRuntimes)[number];

/** One file on one runtime. */
export interface Job {
  /** The path from the project's folder, with slashes. */
  readonly file: string;
  readonly runtime: TestRuntime;
}

/** What the command line asked for. */
export interface Selection {
  /** Only these runtimes. */
  readonly runtimes: readonly TestRuntime[];
  /** Only files whose path contains one of these; all when empty. */
  readonly only: readonly string[];
  /** How many files run at the same time. */
  readonly lanes: number;
  /** After how many seconds a file is killed. */
  readonly guardSeconds: number;
}

/** `*_deno_test.ts` runs on Deno only, `*_node_attack.ts` on Node only, and so on; any other file runs on all of them. */
export function runtimesOf(file: string): readonly TestRuntime[] {
  const alone = testRuntimes.find((runtime) =>
    file.endsWith(`_${runtime}_test.ts`) || file.endsWith(`_${runtime}_attack.ts`)
  );
  return alone === undefined ? testRuntimes : [alone];
}

/** The jobs for these files, one file after the other. */
export function planJobs(files: readonly string[], selection: Selection): Job[] {
  return files
    .filter((file) => selection.only.length === 0 || selection.only.some((part) => file.includes(part)))
    .flatMap((file) => runtimesOf(file).map((runtime) => ({ file, runtime })))
    .filter(({ runtime }) => selection.runtimes.includes(runtime));
}

/** Every file below a folder of the project whose name ends so, sorted. */
export function findFiles(folder: string, ending: string): string[] {
  if (!existsSync(join(projectRoot, folder))) return [];
  return readdirSync(join(projectRoot, folder), { recursive: true, encoding: "utf8" })
    .map((name) => `${folder}/${name.replaceAll("\\", "/")}`)
    .filter((path) => path.endsWith(ending))
    .sort();
}

/**
 * Reads `--runtime deno --only adapter --lanes 1 --guard 60`; the first two may be repeated.
 *
 * @throws When an argument is not one of these.
 */
export function parseSelection(args: readonly string[], lanes: number): Selection {
  const runtimes: TestRuntime[] = [];
  const only: string[] = [];
  const numbers = { lanes, guardSeconds: 240 };
  for (let index = 0; index < args.length; index += 2) {
    const [option, value = ""] = args.slice(index, index + 2);
    if (option === "--runtime" && isTestRuntime(value)) runtimes.push(value);
    else if (option === "--only" && value !== "") only.push(value);
    else if (option === "--lanes" && Number(value) >= 1) numbers.lanes = Number(value);
    else if (option === "--guard" && Number(value) > 0) numbers.guardSeconds = Number(value);
    else throw new Error(`Not understood: ${option} ${value}. ${usage}`);
  }
  return { runtimes: runtimes.length === 0 ? testRuntimes : runtimes, only, ...numbers };
}

const usage = `Right would be: npm test -- [--runtime ${testRuntimes.join("|")}] [--only PART_OF_PATH] ` +
  "[--lanes NUMBER] [--guard SECONDS]";

function isTestRuntime(value: string): value is TestRuntime {
  return (testRuntimes as readonly string[]).includes(value);
}

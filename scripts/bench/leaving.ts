/**
 * What a detached refresh costs the program that asked: the same program on the same stale data, which leaves the refresh
 * alone or hands it over, in turns.
 */
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { command, projectRoot, type RuntimeName } from "../runtimes.ts";
import { median } from "./median.ts";

/** How the program asks. */
const ways = ["none", "background"] as const;
type Way = (typeof ways)[number];

/** One run: from the call to the program's exit, and from its start to its end as its parent sees it, in milliseconds. */
interface Run {
  readonly inside: number;
  readonly outside: number;
}

/** The medians for one runtime. */
export interface Leaving {
  readonly runtime: RuntimeName;
  readonly medians: Readonly<Record<Way, Run>>;
}

function run(argv: readonly string[]): Promise<Run> {
  const [file = "", ...args] = argv;
  const start = performance.now();
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { stdio: ["ignore", "pipe", "inherit"] });
    let text = "";
    child.stdout.on("data", (data) => text += data);
    child.on("error", reject);
    let outside = 0;
    child.on("exit", () => outside = performance.now() - start);
    child.on("close", (code) => {
      if (code === 0) resolve({ inside: Number(text), outside });
      else reject(new Error(`${argv.join(" ")} ended with ${code}`));
    });
  });
}

async function untilIdle(root: string): Promise<void> {
  while (existsSync(join(root, "discovery/a.refreshing"))) await new Promise((resolve) => setTimeout(resolve, 5));
}

/**
 * Measures.
 *
 * @param runtimes Where.
 * @param rounds How many runs of each way on each runtime.
 */
export async function measureLeaving(runtimes: readonly RuntimeName[], rounds: number): Promise<Leaving[]> {
  const root = mkdtempSync(join(tmpdir(), "discoverycache-bench-"));
  const data = join(root, "discovery/a.json");
  mkdirSync(join(root, "discovery"), { mode: 0o700 });
  const runs = new Map<string, Run[]>();
  try {
    for (let round = 0; round < rounds; round++) {
      for (const runtime of runtimes) {
        for (const way of ways) {
          writeFileSync(data, '"old"', { mode: 0o600 });
          utimesSync(data, 1, 1);
          const one = await run([...command(runtime, join(projectRoot, "scripts/bench/leave.mjs")), root, way]);
          runs.set(`${runtime} ${way}`, [...runs.get(`${runtime} ${way}`) ?? [], one]);
          await untilIdle(root);
        }
      }
    }
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
  const medianOf = (runtime: RuntimeName, way: Way): Run => {
    const all = runs.get(`${runtime} ${way}`) ?? [];
    return { inside: median(all.map(({ inside }) => inside)), outside: median(all.map(({ outside }) => outside)) };
  };
  return runtimes.map((runtime) => ({
    runtime,
    medians: { none: medianOf(runtime, "none"), background: medianOf(runtime, "background") },
  }));
}

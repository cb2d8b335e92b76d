/**
 * What a warm `run` costs over the bare runtime: an empty program and the command, in turns, and what a shell needs to look
 * at the age of a file and print it.
 */
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { command, projectRoot, type RuntimeName } from "../runtimes.ts";
import { median } from "./median.ts";

/** Medians in milliseconds, from the start of a process to its end. */
export interface WarmRun {
  readonly what: string;
  readonly bare: number;
  readonly run: number;
}

function time(argv: readonly string[]): Promise<number> {
  const [file = "", ...args] = argv;
  const start = performance.now();
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { stdio: ["ignore", "pipe", "inherit"] });
    child.stdout.resume();
    child.on("error", reject);
    child.on("close", (code) => {
      if (code === 0) resolve(performance.now() - start);
      else reject(new Error(`${argv.join(" ")} ended with ${code}`));
    });
  });
}

/**
 * Measures.
 *
 * @param runtimes Where.
 * @param rounds How many runs of each.
 */
export async function measureWarmRun(runtimes: readonly RuntimeName[], rounds: number): Promise<WarmRun[]> {
  const folder = mkdtempSync(join(tmpdir(), "discoverycache-warm-"));
  try {
    const empty = join(folder, "empty.mjs");
    const file = join(folder, "file");
    writeFileSync(empty, "");
    writeFileSync(file, "x".repeat(2_000));
    const question = ["run", "--root", join(folder, "root"), "--name", "a", "--ttl", "1h", "--", "cat", file];
    const pairs = runtimes.map((runtime) => ({
      what: runtime as string,
      bare: command(runtime, empty),
      run: [...command(runtime, join(projectRoot, "dist/cli.js")), ...question],
    }));
    const find = '[ -n "$(find "$1" -mmin -60)" ] && cat "$1"';
    pairs.push({ what: "sh", bare: ["sh", "-c", ":"], run: ["sh", "-c", find, "sh", file] });
    const took = pairs.map((pair) => ({ ...pair, bareTook: [] as number[], runTook: [] as number[] }));
    await time(pairs[0]?.run ?? []);
    for (let round = 0; round < rounds; round++) {
      for (const one of took) {
        one.bareTook.push(await time(one.bare));
        one.runTook.push(await time(one.run));
      }
    }
    return took.map(({ what, bareTook, runTook }) => ({ what, bare: median(bareTook), run: median(runTook) }));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

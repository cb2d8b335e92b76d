/**
 * What shells do today with a slow question, beside `discoverycache run`: 20 processes that ask at the same moment, of a
 * command that takes a second and writes its answer in two parts.
 */
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { command, projectRoot, type RuntimeName } from "../runtimes.ts";
import { median } from "./median.ts";

/** How many ask at once. */
export const ASKERS = 20;

/** What the slow question answers: the number of its start, at the beginning and at the end. */
const ANSWER_LINES = 200;

/** How the question is asked. `$1` is a folder, `$2` the slow question. */
const shellWays = {
  "find -mmin, then `> file`": '[ -n "$(find "$1/f" -mmin -5 2>/dev/null)" ] || "$2" "$1" >"$1/f"; cat "$1/f"',
  "the same with a temporary file and mv":
    '[ -n "$(find "$1/f" -mmin -5 2>/dev/null)" ] || { "$2" "$1" >"$1/f.$$" && mv "$1/f.$$" "$1/f"; }; cat "$1/f"',
  "the same under flock":
    'flock "$1/l" sh -c \'[ -n "$(find "$1/f" -mmin -5 2>/dev/null)" ] || { "$2" "$1" >"$1/f.$$" && mv "$1/f.$$" "$1/f"; }\' sh "$1" "$2"; cat "$1/f"',
} as const;

const situations = ["nothing there", "stale", "stale, and the command fails"] as const;
export type Situation = (typeof situations)[number];

/** What came of it. */
export interface Comparison {
  readonly way: string;
  readonly situation: Situation;
  /** How often the slow question was asked. */
  readonly ran: number;
  /** How many of those who asked got a whole answer, new or old. */
  readonly whole: number;
  /** Milliseconds from the start of a process to its end: the median, and the slowest. */
  readonly median: number;
  readonly slowest: number;
}

const SLOW = `#!/bin/sh
n=$(mktemp -d "$1/start.XXXXXX")
seq -f "\${n##*.} %g" 1 ${ANSWER_LINES / 2}
sleep 1
if [ -e "$1/fails" ]; then echo "no route to host" >&2; exit 1; fi
seq -f "\${n##*.} %g" ${ANSWER_LINES / 2 + 1} ${ANSWER_LINES}
`;

/** Whether an answer is that of one start, from its first line to its last. */
function isWhole(text: string): boolean {
  const lines = text.trimEnd().split("\n");
  const [id = ""] = lines[0]?.split(" ") ?? [];
  return lines.length === ANSWER_LINES && lines.every((line, index) => line === `${id} ${index + 1}`);
}

const OLD_ANSWER = Array.from({ length: ANSWER_LINES }, (_, index) => `old ${index + 1}\n`).join("");

/** One who asks: what he got, and how long it took. */
function ask(argv: readonly string[]): Promise<{ readonly text: string; readonly took: number }> {
  const [file = "", ...args] = argv;
  const start = performance.now();
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { stdio: ["ignore", "pipe", "ignore"] });
    let text = "";
    child.stdout.on("data", (chunk) => text += chunk);
    child.on("error", reject);
    child.on("close", () => resolve({ text, took: performance.now() - start }));
  });
}

/** A folder in which one way is tried in one situation. */
class Arena {
  readonly folder: string = mkdtempSync(join(tmpdir(), "discoverycache-shell-"));
  readonly slow: string = join(this.folder, "slow");

  constructor() {
    writeFileSync(this.slow, SLOW, { mode: 0o755 });
  }

  /** How often the slow question has been asked. */
  ran(): Promise<number> {
    return new Promise((resolve) => {
      const child = spawn("sh", ["-c", 'ls -d "$1"/start.* 2>/dev/null | wc -l', "sh", this.folder]);
      child.stdout.once("data", (text) => resolve(Number(String(text))));
    });
  }

  close(): void {
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 50, retryDelay: 100 });
  }
}

/** Resolves when nobody refreshes any more. */
async function untilIdle(arena: Arena): Promise<void> {
  while (existsSync(join(arena.folder, "root/discovery/f.refreshing"))) {
    const marker = readFileSync(join(arena.folder, "root/discovery/f.refreshing"), "utf8");
    if (marker.includes("last_error")) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

async function compareOne(way: string, situation: Situation, line: (arena: Arena) => string[]): Promise<Comparison> {
  const arena = new Arena();
  try {
    const argv = line(arena);
    if (situation !== "nothing there") {
      await ask(argv);
      for (const data of [join(arena.folder, "f"), join(arena.folder, "root/discovery/f.json")]) {
        if (!existsSync(data)) continue;
        writeFileSync(data, OLD_ANSWER);
        utimesSync(data, 1, 1);
      }
    }
    const before = await arena.ran();
    if (situation === "stale, and the command fails") writeFileSync(join(arena.folder, "fails"), "");
    const asked = await Promise.all(Array.from({ length: ASKERS }, () => ask(argv)));
    await untilIdle(arena);
    const took = asked.map(({ took }) => took);
    return {
      way,
      situation,
      ran: await arena.ran() - before,
      whole: asked.filter(({ text }) => isWhole(text)).length,
      median: median(took),
      slowest: Math.max(...took),
    };
  } finally {
    arena.close();
  }
}

/**
 * Compares.
 *
 * @param runtimes On which the command runs.
 */
export async function compareWithShell(runtimes: readonly RuntimeName[]): Promise<Comparison[]> {
  const ways = new Map<string, (arena: Arena) => string[]>();
  for (const [way, script] of Object.entries(shellWays)) {
    ways.set(way, ({ folder, slow }) => ["sh", "-c", script, "sh", folder, slow]);
  }
  for (const runtime of runtimes) {
    ways.set(`\`discoverycache run\` on ${runtime}`, ({ folder, slow }) => [
      ...command(runtime, join(projectRoot, "dist/cli.js")),
      ...["run", "--ttl", "5m", "--root", join(folder, "root"), "--name", "f", "--", slow, folder],
    ]);
  }
  const all: Comparison[] = [];
  for (const situation of situations) {
    for (const [way, line] of ways) all.push(await compareOne(way, situation, line));
  }
  return all;
}

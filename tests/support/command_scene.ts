/**
 * A cache in which there is a source of each kind, made by real processes.
 *
 * @module
 */

import { mkdirSync, readFileSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { type CommandBench, type Running, until } from "./command_bench.ts";

/** Writes data as another program would, that knows nothing of TTLs. */
export function keepByOther(bench: CommandBench, label: string, data: string | Uint8Array, ageMs = 0): void {
  const path = join(bench.root, `${label}.json`);
  mkdirSync(join(path, ".."), { recursive: true, mode: 0o700 });
  writeFileSync(path, data, { mode: 0o600 });
  const then = (Date.now() - ageMs) / 1_000;
  utimesSync(path, then, then);
}

/** A refresh that has reported `3/10 reading pages` and goes on until the gate is open. */
export async function refreshFor(bench: CommandBench, name: string, gate = "gate"): Promise<Running> {
  const script =
    'echo $$ >>"$1/starts"; echo "3/10 reading pages" >&2; while [ ! -e "$1/$2" ]; do sleep 0.02; done; echo new';
  const argv = ["sh", "-c", script, "sh", bench.folder, gate];
  const running = bench.startRun(["--name", name, "--ttl", "1h", "--deadline", "10m", "--refresh", "force"], argv);
  const marker = join(bench.root, "discovery", `${name}.refreshing`);
  await until(`${name} reports how far it is`, () => {
    try {
      return (JSON.parse(readFileSync(marker, "utf8")) as { readonly progress?: { done?: number } }).progress?.done ===
        3;
    } catch {
      return false;
    }
  });
  return running;
}

/** A refresh that failed with exit code 7, and cools down for an hour. */
export async function failFor(bench: CommandBench, name: string): Promise<void> {
  await bench.run(["--name", name, "--ttl", "1h"], bench.question("", { complaint: "no such host\n", code: 7 }));
  bench.coolDown(name);
}

/** A refresh whose process was killed, and what it had started with it. */
export async function abandonFor(bench: CommandBench, name: string): Promise<number> {
  const { child, pid, ended } = await refreshFor(bench, name, "never");
  const leader = bench.starts().at(-1) ?? 0;
  child.kill("SIGKILL");
  process.kill(-leader, "SIGKILL");
  await ended;
  return pid;
}

/**
 * Makes a source of each kind: `fresh`, `old` (stale), `busy` (refreshing, with old data), `bad` (cooling down, without
 * data), `lost` (abandoned) in the tier `discovery`, and `other/unknown` of another program.
 *
 * @returns The processes that refresh and did.
 */
export async function makeScene(bench: CommandBench): Promise<{ readonly busy: Running; readonly lost: number }> {
  await bench.run(["--name", "fresh", "--ttl", "1h"], ["printf", "%s", "four"]);
  await bench.fill("old", "old data");
  await bench.fill("busy", "");
  await failFor(bench, "bad");
  const lost = await abandonFor(bench, "lost");
  keepByOther(bench, "other/unknown", "x".repeat(4_200), 3 * 3_600_000);
  return { busy: await refreshFor(bench, "busy"), lost };
}

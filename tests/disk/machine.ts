/**
 * What this machine lets a test do to a disk and to processes, found out by trying.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { it } from "node:test";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import type { RuntimeName } from "../../scripts/runtimes.ts";
import { detectAdapter } from "../../src/adapters/detect.ts";
import { type CacheChild, inScene, type Scene } from "../support/cache_children.ts";
import { type Answer, probe, probeUsers } from "../support/probes.ts";
import { tool, type Wrap } from "../support/processes.ts";

/** The runtime that the tests run on, and their children. */
export const here = detectAdapter().name as RuntimeName;

/** With room for so many open files. */
export function withFiles(most: number): Wrap {
  return (argv) => ["sh", "-c", `ulimit -n ${most}; exec "$@"`, "sh", ...argv];
}

/** In a namespace in which nothing can be watched. */
export const WITHOUT_WATCHES: Wrap = (argv) => [
  ...["unshare", "--user", "--map-root-user", "sh", "-c"],
  'echo 0 > /proc/sys/user/max_inotify_instances && exec "$@"',
  "sh",
  ...argv,
];

/** What a child's prune() did, in short: how much it removed, and the codes of what failed. */
export async function prunedBy(child: CacheChild) {
  const outcome = await child.outcome();
  assert("pruned" in outcome, JSON.stringify(outcome));
  const { removed, litter, failed } = outcome.pruned;
  return { removed: removed.length, litter, failures: failed.map((text) => /failed with (E\w+)/.exec(text)?.[1]) };
}

const isRoot = process.getuid?.() === 0;

function mayMount(): Answer {
  if (!isRoot) return "only root may mount";
  const folder = mkdtempSync(join(tmpdir(), "discoverycache-mount-"));
  const answer = probe(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", folder]);
  if (answer === true) tool("umount", folder);
  rmSync(folder, { recursive: true });
  return answer;
}

const PROBES = {
  /** Children of another user. */
  users: () => isRoot ? probeUsers({ runtime: here, adapter: "native" }) : "only root may become another user",
  /** Disks of one's own. */
  mounts: mayMount,
  /** Children with few descriptors, who can count them. */
  limits: () => probe(withFiles(64)(["test", "-d", "/proc/self/fd"])),
  /** Children that may watch nothing. */
  watches: () => probe(WITHOUT_WATCHES(["true"])),
  nothing: (): Answer => true,
} as const;

/** What a test may need. */
export type Need = keyof typeof PROBES;

/** Adds a test with a scene of its own, where the machine allows it. */
export type AddClause = (name: string, need: Need, run: (scene: Scene) => Promise<void>) => void;

/** Makes the function that adds tests to a suite. What the machine forbids is printed, once for each suite. */
export function clauseMaker(suite: string): AddClause {
  const known = new Map<Need, Answer>();
  const ask = (need: Need) => {
    const answer = PROBES[need]();
    if (answer !== true) console.log(`capability: ${suite}: ${need}: ${answer}`);
    known.set(need, answer);
    return answer;
  };
  return (name, need, run) => {
    if ((known.get(need) ?? ask(need)) === true) void it(name, { timeout: 120_000 }, () => inScene(run));
  };
}

/** Gives work a root on a small disk, which is mounted nowhere else, and the folder of that disk. */
export async function onSmallDisk(scene: Scene, work: (root: string, disk: string) => Promise<void>): Promise<void> {
  const disk = join(scene.folder, "disk");
  mkdirSync(disk);
  const { ok, says } = tool("mount", "-t", "tmpfs", "-o", "size=256k,mode=700", "tmpfs", disk);
  assert(ok, says);
  try {
    await work(join(disk, "root"), disk);
  } finally {
    tool("umount", "-l", disk);
  }
}

/** Writes until the disk is full to the last page. */
export function fill(path: string): void {
  const { ok } = tool("dd", "if=/dev/zero", `of=${path}`, "bs=4096");
  assertEquals(ok, false, "the disk should be full");
}

/** Old data of somebody's, an hour old, below a root with the given mode. */
export function seedAs(scene: Scene, user: number, mode: number): void {
  const tier = join(scene.root, "discovery");
  mkdirSync(tier, { mode: 0o700 });
  writeFileSync(join(tier, "models.json"), '"old"');
  tool("touch", "-d", "1 hour ago", join(tier, "models.json"));
  // The file of the runs, which has to be writable.
  writeFileSync(scene.file("runs"), "");
  for (const path of [join(tier, "models.json"), scene.file("runs"), tier, scene.root]) chownSync(path, user, user);
  chmodSync(tier, mode);
  chmodSync(scene.root, mode);
  chmodSync(scene.folder, 0o755);
}

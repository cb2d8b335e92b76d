/**
 * The world of the adapters for real disks: a temporary folder, mounted disks, real processes.
 *
 * @module
 */

import { mkdirSync, mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import type { Adapter } from "../../../src/adapter.ts";
import type { ChildKind } from "../../support/child_jobs.ts";
import { startLasting, tool } from "../../support/processes.ts";
import { type AdapterFixture, type Disks, type Hand, type OtherProcess, until } from "./bench.ts";
import { realHand } from "./real_hand.ts";

/** What a world is made for. */
export interface RealWorld {
  readonly adapter: Adapter;
  /** The same kind of adapter in another process. */
  readonly child: ChildKind;
  /** The folder to make the root in: the system's for temporary files, unless given. */
  readonly above?: string;
  /** The PID of the adapter's process; this one, unless given. */
  readonly pid?: number;
}

/** Makes a world. */
export function realWorld({ adapter, child, above = tmpdir(), pid = process.pid }: RealWorld): AdapterFixture {
  const root = realpathSync(mkdtempSync(join(above, "discoverycache-adapter-")));
  const hand = realHand(root);
  const traces: Traces = { mounted: [], litter: [] };
  return {
    adapter,
    pid,
    root,
    hand,
    disks: realDisks(root, hand, traces),
    processes: { start: startOther, zombie: startZombie },
    child,
    dispose: () => {
      for (const file of traces.litter) hand.remove(file);
      for (const folder of traces.mounted) mustWork("umount", "--lazy", folder);
      rmSync(root, { recursive: true, force: true });
    },
  };
}

/** What has to be undone outside the root. */
interface Traces {
  /** Folders on which something is mounted. */
  readonly mounted: string[];
  /** Files that would stay. */
  readonly litter: string[];
}

/** Room for a few pages. */
const SMALL = "size=32k";

function realDisks(root: string, hand: Hand, { mounted, litter }: Traces): Disks {
  const mount = (type: string, options: string) => {
    const folder = `${root}/disk-${mounted.length}`;
    mkdirSync(folder);
    mustWork("mount", "-t", type, "-o", options, "discoverycache", folder);
    mounted.push(folder);
    return folder;
  };
  return {
    small: () => mount("tmpfs", SMALL),
    other: () => mount("tmpfs", "size=1m"),
    readOnly: () => {
      const folder = mount("tmpfs", "size=1m");
      hand.write(`${folder}/file`, "data");
      mustWork("mount", "-o", "remount,ro", folder);
      return folder;
    },
    withoutHardLinks: () => {
      // POSIX message queues are files in a folder: it is the one file system everywhere that has no hard links. Its files
      // are the whole system's, and stay when it is unmounted: hence a name of one's own, and the cleaning up.
      const folder = mount("mqueue", "rw");
      const file = `${folder}/discoverycache-${process.pid}-${performance.now()}`;
      hand.write(file, "");
      litter.push(file, `${file}-2`);
      return file;
    },
  };
}

/** Mounting needs to be tidied up by hand if it fails half-way, so failing is loud. */
function mustWork(file: string, ...args: string[]): void {
  const { ok, says } = tool(file, ...args);
  if (!ok) throw new Error(`${file} ${args.join(" ")}: ${says}`);
}

async function startOther(): Promise<OtherProcess> {
  return await startLasting(["sleep", "600"]);
}

/** A shell starts a process that soon ends, and becomes another program, which never asks what became of it. */
async function startZombie(): Promise<OtherProcess> {
  const parent = await startLasting(["sh", "-c", "sleep 0.05 & echo $!; exec sleep 600"], true);
  const pid = Number(parent.firstLine);
  await until(() => /\) Z /.test(tool("cat", `/proc/${pid}/stat`).says));
  return { pid, end: () => parent.end() };
}

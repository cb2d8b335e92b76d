/**
 * The memory adapter's world.
 *
 * @module
 */

import { MemoryAdapter } from "../../support/memory_adapter.ts";
import { MemoryDisk } from "../../support/memory_disk.ts";
import { ProcessTable } from "../../support/process_table.ts";
import type { AdapterCapabilities, AdapterFixture, Hand } from "./bench.ts";

/** A time that goes on with every look at it. */
function ticking(): () => number {
  let time = 1_800_000_000_000;
  return () => time++;
}

/** A disk, two processes, and nothing of the real machine. */
export function memoryWorld(): AdapterFixture {
  const now = ticking();
  const disk = new MemoryDisk(now);
  const processes = new ProcessTable(now);
  const identity = processes.start();
  const hand = memoryHand(disk);
  hand.folder("/root");
  const mount = (volume: Parameters<MemoryDisk["mount"]>[1]) => {
    disk.mount("/root/disk", volume);
    return "/root/disk";
  };
  return {
    adapter: new MemoryAdapter({ disk, processes, identity }),
    pid: identity.pid,
    root: "/root",
    hand,
    disks: {
      small: () => mount({ capacity: 32 * 1024 }),
      other: () => mount({}),
      readOnly: () => {
        mount({});
        hand.write("/root/disk/file", "data");
        const { volume } = disk.find("/root/disk", 0).found ?? {};
        if (volume !== undefined) volume.readOnly = true;
        return "/root/disk";
      },
      withoutHardLinks: () => {
        mount({ hardLinks: false });
        hand.write("/root/disk/file", "data");
        return "/root/disk/file";
      },
    },
    processes: {
      start: () => {
        const entry = processes.start();
        return Promise.resolve({ pid: entry.pid, end: () => Promise.resolve(processes.end(entry)) });
      },
      zombie: () => {
        const entry = processes.start();
        entry.state = "zombie";
        return Promise.resolve({ pid: entry.pid, end: () => Promise.resolve(processes.end(entry)) });
      },
    },
    child: { runtime: "node", adapter: "native" },
    dispose: () => {},
  };
}

/** What can be shown of it. */
export const memoryCapabilities: AdapterCapabilities = {
  "children": "its disk ends where its process ends",
  "pipes": true,
  "mounts": true,
  "users": "a child process would have to be another user's",
  "limits": "it opens nothing",
  "namespaces": "a child process would have to be in one",
  "zombies": true,
  "watch-limit": "it has no limit",
  "keeps-folders": true,
  "lets-go": "it holds nothing",
  "yields": "reading takes no time",
  "liveness": true,
};

function memoryHand(disk: MemoryDisk): Hand {
  const find = (path: string) => disk.find(path, 0);
  const make = (path: string, kind: "file" | "directory" | "link" | "other", target = "") =>
    disk.make(find(path), { kind, mode: kind === "directory" ? 0o700 : 0o600, owner: 0, target });
  return {
    write: (path, content) => {
      const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
      disk.fill(find(path).found ?? make(path, "file"), bytes);
    },
    folder: (path) => void make(path, "directory"),
    link: (target, path) => void make(path, "link", target),
    pipe: (path) => void make(path, "other"),
    remove: (path) => disk.removeTree(path),
    text: (path) => {
      const { found } = find(path);
      return found && new TextDecoder().decode(found.bytes);
    },
    kind: (path) => find(path).found?.kind,
    names: (path) => [...find(path).found?.children.keys() ?? []].sort(),
    mode: (path) => find(path).found?.mode ?? -1,
    open: (path) => {
      const { found } = find(path);
      if (found !== undefined) found.mode = 0o777;
    },
  };
}

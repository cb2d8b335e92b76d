/**
 * Processes that belong to a folder, since it stands on their command line.
 *
 * @module
 */

import { spawnSync } from "node:child_process";
import process from "node:process";

/** A process that lives. */
export interface Leftover {
  readonly pid: number;
  readonly args: string;
}

/** Those that live and name the folder. */
export function processesOf(folder: string): Leftover[] {
  const { stdout } = spawnSync("ps", ["-A", "-ww", "-o", "pid=,stat=,args="], { encoding: "utf8" });
  return stdout.split("\n").flatMap((line) => {
    const [, pid = "", state = "", args = ""] = /^\s*(\d+)\s+(\S+)\s+(.*)$/.exec(line) ?? [];
    return args.includes(folder) && !state.startsWith("Z") ? [{ pid: Number(pid), args }] : [];
  });
}

/** Ends them all. */
export function endProcessesOf(folder: string): void {
  for (const { pid } of processesOf(folder)) {
    try {
      process.kill(pid, "SIGKILL");
    } catch {
      // It has just ended.
    }
  }
}

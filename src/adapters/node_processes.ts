/**
 * What Node and Bun say of processes.
 *
 * @module
 */

import { errnoOf } from "./errno.ts";
import { nodeFs, nodeOs, nodeProcess } from "./node_api.ts";
import type { ProcessSystem, SignalAnswer } from "./processes.ts";

/** How much of a file under /proc is read at once: more than a process's line is long. */
const PORTION_BYTES = 1024;

/** Signal 0 through the global `process`; in Deno, only after the permission was found granted. */
export function probeByProcess(pid: number): SignalAnswer {
  try {
    nodeProcess().kill(pid, 0);
    return "there";
  } catch (error) {
    const code = errnoOf(error);
    // Another user's process may not be signalled, and so it is there.
    if (code === "EPERM") return "there";
    return code === "ESRCH" ? "gone" : "unknown";
  }
}

/** The questions about processes, on Node's modules. */
export function nodeProcessSystem(): ProcessSystem {
  const { pid, platform } = nodeProcess();
  return {
    pid,
    linux: platform === "linux" || platform === "android",
    user: () => nodeProcess().geteuid?.(),
    hostName: () => nodeOs().hostname(),
    readText: (path) => quietly(() => readText(path)),
    readLink: (path) => quietly(() => nodeFs().readlinkSync(path)),
    probe: probeByProcess,
  };
}

/** Such files have no size: they are read until they end. */
function readText(path: string): string {
  const fs = nodeFs();
  const fd = fs.openSync(path, "r");
  try {
    let text = "";
    const portion = new Uint8Array(PORTION_BYTES);
    for (;;) {
      const count = fs.readSync(fd, portion, 0, portion.length, null);
      if (count === 0) return text;
      // One character for each byte: only digits and ASCII words are looked for.
      text += String.fromCharCode(...portion.subarray(0, count));
    }
  } finally {
    fs.closeSync(fd);
  }
}

function quietly<T>(ask: () => T): T | undefined {
  try {
    return ask();
  } catch {
    return undefined;
  }
}

/**
 * What Deno says of processes. Every question is asked only after its permission was found granted, so none prompts.
 *
 * @module
 */

import { type DenoNamespace, isGranted } from "./deno_api.ts";
import { errnoOf } from "./errno.ts";
import { probeByProcess } from "./node_processes.ts";
import type { ProcessSystem, SignalAnswer } from "./processes.ts";

/** The questions about processes, on `Deno`. */
export function denoProcessSystem(deno: DenoNamespace): ProcessSystem {
  const { os } = deno.build;
  return {
    pid: deno.pid,
    linux: os === "linux" || os === "android",
    user: () => ask(deno, "uid", () => deno.uid() ?? undefined),
    hostName: () => ask(deno, "hostname", () => deno.hostname()),
    // Files under /proc need every permission, though the query says "granted" for less: then they throw, and do not
    // prompt.
    readText: (path) => look(deno, path, () => deno.readTextFileSync(path)),
    readLink: (path) => look(deno, path, () => deno.readLinkSync(path)),
    probe: (pid) => isGranted(deno, { name: "run" }) ? probe(deno, pid) : "unknown",
  };
}

function probe(deno: DenoNamespace, pid: number): SignalAnswer {
  try {
    deno.kill(pid, 0);
    return "there";
  } catch (error) {
    const code = errnoOf(error);
    // That there is no such process comes without a code, as "not found".
    if (code === "ENOENT" || code === "ESRCH") return "gone";
    if (code === "EPERM" || code === "EACCES") return "there";
    // Before Deno 2.6 there is no signal 0.
    return probeByProcess(pid);
  }
}

function ask<T>(deno: DenoNamespace, kind: "uid" | "hostname", question: () => T): T | undefined {
  return isGranted(deno, { name: "sys", kind }) ? quietly(question) : undefined;
}

function look<T>(deno: DenoNamespace, path: string, question: () => T): T | undefined {
  return isGranted(deno, { name: "read", path }) ? quietly(question) : undefined;
}

function quietly<T>(question: () => T): T | undefined {
  try {
    return question();
  } catch {
    return undefined;
  }
}

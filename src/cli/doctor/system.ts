/**
 * What an examination asks of the system besides files and processes. None of it prompts.
 *
 * @module
 */

import { type DenoNamespace, denoNamespace, isGranted } from "../../adapters/deno_api.ts";
import { isDeno, nodeProcess } from "../host.ts";

function deno(): DenoNamespace | undefined {
  return isDeno() ? denoNamespace() : undefined;
}

const fileSystem = () => nodeProcess().getBuiltinModule("node:fs");

/** A text of the system, such as a file below /proc; `undefined` if it is not there or may not be read. */
export function readSystemText(path: string): string | undefined {
  const host = deno();
  try {
    if (host === undefined) return fileSystem().readFileSync(path, "utf8");
    return isGranted(host, { name: "read", path }) ? host.readTextFileSync(path) : undefined;
  } catch {
    return undefined;
  }
}

/** Removes an empty folder; whether it is gone. */
export function removeFolder(path: string): boolean {
  const host = deno();
  try {
    if (host === undefined) fileSystem().rmdirSync(path);
    else host.removeSync(path);
    return true;
  } catch {
    return false;
  }
}

/** How many bytes this user may still write on a path's disk; `undefined` if that is not told. */
export function freeBytes(path: string): number | undefined {
  const host = deno();
  if (host !== undefined && !(isGranted(host, { name: "sys" }) && isGranted(host, { name: "read" }))) return undefined;
  try {
    const { bavail, bsize } = fileSystem().statfsSync(path);
    return Number(bavail) * Number(bsize);
  } catch {
    return undefined;
  }
}

/** A process that certainly lives: the one that started this one. */
export function parentPid(): number {
  return nodeProcess().ppid;
}

/** The permissions that Deno does not give, and what would be missing without each. */
export function missingPermissions(root: string): readonly { readonly flag: string; readonly without: string }[] {
  const host = deno();
  if (host === undefined) return [];
  const wanted = [
    [{ name: "read", path: root }, `--allow-read=${root}`, "nothing can be read"],
    [{ name: "write", path: root }, `--allow-write=${root}`, "nothing can be kept"],
    [{ name: "run" }, "--allow-run", "no command can be run, and nobody's life can be judged"],
    [{ name: "sys", kind: "uid" }, "--allow-sys=uid", "the folders' owner cannot be checked"],
  ] as const;
  return wanted.filter(([permission]) => !isGranted(host, permission)).map(([, flag, without]) => ({ flag, without }));
}

/**
 * Somebody else who works on the real disk, through `node:fs`.
 *
 * @module
 */

import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  type Stats,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname } from "node:path";
import { tool } from "../../support/processes.ts";
import type { Hand } from "./bench.ts";

/** @param top The folder above which nothing may be opened to others. */
export function realHand(top: string): Hand {
  const look = (path: string): Stats | undefined => lstatSync(path, { throwIfNoEntry: false });
  return {
    write: (path, content) => writeFileSync(path, content),
    folder: (path) => void mkdirSync(path, { mode: 0o700 }),
    link: (target, path) => symlinkSync(target, path),
    pipe: (path) => {
      const { ok, says } = tool("mkfifo", path);
      if (!ok) throw new Error(`mkfifo: ${says}`);
    },
    remove: (path) => rmSync(path, { recursive: true, force: true }),
    text: (path) => look(path) === undefined ? undefined : readFileSync(path, "utf8"),
    kind: (path) => {
      const stats = look(path);
      if (stats === undefined) return undefined;
      if (stats.isFile()) return "file";
      if (stats.isDirectory()) return "directory";
      return stats.isSymbolicLink() ? "link" : "other";
    },
    names: (path) => readdirSync(path).sort(),
    mode: (path) => (look(path)?.mode ?? 0) & 0o7777,
    open: (path) => {
      for (let folder = path; folder.startsWith(top); folder = dirname(folder)) chmodSync(folder, 0o777);
    },
  };
}

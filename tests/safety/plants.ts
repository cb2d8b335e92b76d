/**
 * What somebody may put where a file of ours is to be, and what it must not be possible to do with that.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { linkSync, lstatSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { it } from "node:test";
import { type Answer, probe } from "../support/probes.ts";
import { tool } from "../support/processes.ts";
import { inPlace, type Place } from "../faults/bench.ts";

/** What a machine has to allow. */
export type Need = "links" | "pipes";

const windows = process.platform === "win32";

const capabilities: Readonly<Record<Need, Answer>> = {
  "links": windows ? "only administrators may make links" : true,
  "pipes": probe(["sh", "-c", "command -v mkfifo"]),
};

/** A folder outside of the cache, with a file in it, to which nothing may happen. */
export class Outside {
  readonly folder: string;
  readonly file: string;
  #before: unknown;

  constructor({ scene }: Place) {
    this.folder = join(scene.folder, "outside");
    this.file = join(this.folder, "precious");
    mkdirSync(this.folder, { mode: 0o755 });
    writeFileSync(this.file, "precious", { mode: 0o644 });
    this.#before = this.#look();
  }

  /** Asserts that nothing has happened to it. */
  assertUntouched(): void {
    assertEquals(this.#look(), this.#before, "outside of the cache");
  }

  #look(): unknown {
    const [file, folder] = [lstatSync(this.file), lstatSync(this.folder)];
    return {
      names: readdirSync(this.folder),
      text: readFileSync(this.file, "utf8"),
      modes: [file.mode, folder.mode],
      times: [file.mtimeMs, folder.mtimeMs],
    };
  }
}

/** Puts something at a path. */
export interface Plant {
  /** What it is. */
  readonly what: string;
  /** What a machine has to allow for that. */
  readonly need: Need;
  put(path: string, outside: Outside): void;
}

/** What can be removed as a file can. */
export const PLANTS: readonly Plant[] = [
  { what: "a link to a file", need: "links", put: (path, { file }) => symlinkSync(file, path) },
  { what: "a link to nothing", need: "links", put: (path, { folder }) => symlinkSync(join(folder, "nothing"), path) },
  { what: "a link to a folder", need: "links", put: (path, { folder }) => symlinkSync(folder, path) },
  { what: "a link to itself", need: "links", put: (path) => symlinkSync(path, path) },
  { what: "a second name of a file", need: "links", put: (path, { file }) => linkSync(file, path) },
  {
    what: "a pipe",
    need: "pipes",
    put: (path) => {
      const { ok, says } = tool("mkfifo", path);
      if (!ok) throw new Error(`mkfifo: ${says}`);
    },
  },
];

/** A function that adds tests, each with a place and an outside of its own, where the machine allows it. */
export function clauseMaker(suite: string) {
  for (const [need, answer] of Object.entries(capabilities)) {
    if (answer !== true) console.log(`capability: ${suite}: ${need}: ${answer}`);
  }
  return (name: string, need: Need | undefined, run: (place: Place, outside: Outside) => Promise<void>): void => {
    if (need !== undefined && capabilities[need] !== true) return;
    void it(name, { timeout: 120_000 }, () =>
      inPlace(async (place) => {
        const outside = new Outside(place);
        await run(place, outside);
        outside.assertUntouched();
      }));
  };
}

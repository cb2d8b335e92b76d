/**
 * A workbench for commands that look after a cache's files: files of any age are put there, and what is there is seen; what
 * the command tells to do is done.
 *
 * @module
 */

import { existsSync, mkdirSync, readdirSync, utimesSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import process from "node:process";
import { CommandBench, type Ended } from "../support/command_bench.ts";
import type { Wrap } from "../support/processes.ts";

/** A finding of `doctor --json`. */
export interface FoundFinding {
  readonly check: string;
  readonly severity: "ok" | "attention" | "problem";
  readonly what: string;
  readonly fix?: string;
}

/** What `doctor --json` has told. */
export interface Diagnosis {
  readonly code: number;
  /** What is not in order. */
  readonly faults: readonly FoundFinding[];
  readonly findings: readonly FoundFinding[];
  readonly todo: string | null;
}

const asIs: Wrap = (argv) => argv;

/** A word as a shell takes it. */
const quoted = (word: string) => `'${word.replaceAll("'", `'\\''`)}'`;

/** A cache, its files, and what is said of them. */
export class FilesBench extends CommandBench {
  /** Every file of every tier, by its path below the root. */
  files(): string[] {
    if (!existsSync(this.root)) return [];
    const tiers = readdirSync(this.root);
    return tiers.flatMap((tier) => readdirSync(join(this.root, tier)).map((name) => `${tier}/${name}`)).sort();
  }

  /** Puts a file there, some seconds old. */
  put(path: string, text: string, ageSeconds = 0): string {
    const file = join(this.root, path);
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    writeFileSync(file, text, { mode: 0o600 });
    const then = Date.now() / 1_000 - ageSeconds;
    utimesSync(file, then, then);
    return file;
  }

  /** Runs `doctor` to its end. */
  async doctor(root: string = this.root, wrap: Wrap = asIs): Promise<Diagnosis> {
    const argv = wrap(this.commandLine(["doctor", "--json", "--root", root]));
    const { code, text, stderr } = await this.startOther(argv).ended;
    if (stderr !== "") throw new Error(stderr);
    const { findings, todo } = JSON.parse(text) as Pick<Diagnosis, "findings" | "todo">;
    return { code, findings, todo, faults: findings.filter(({ severity }) => severity !== "ok") };
  }

  /** Does what was told to be done: a command line for a shell, in which `discoverycache` is this one. */
  async obey(todo: string | null, wrap: Wrap = asIs): Promise<Ended> {
    const bin = join(this.folder, "bin");
    mkdirSync(bin, { recursive: true });
    const command = this.commandLine([]).map(quoted).join(" ");
    writeFileSync(join(bin, "discoverycache"), `#!/bin/sh\nexec ${command} "$@"\n`, { mode: 0o755 });
    const env = { PATH: `${bin}:${process.env["PATH"] ?? ""}` };
    return await this.startOther(wrap(["sh", "-c", todo ?? "exit 99"]), { env }).ended;
  }
}

/**
 * The options of `run`: one list, from which both the quick scan and the help are made.
 *
 * @module
 */

import { isAbsolutePath } from "../absolute_path.ts";
import { parseDuration } from "../duration.ts";
import { InvalidOptionError } from "../errors.ts";
import type { RefreshMode } from "../source/get_options.ts";
import { checkName, slug } from "../source_name.ts";
import { DEFAULT_TIER, type Source } from "../source_options.ts";
import { userCacheDir } from "../user_cache_dir.ts";
import { workingDirectory } from "./host.ts";

/** An option that takes a value. */
export interface RunOption {
  /** How the value is called in the help. */
  readonly value: string;
  /** What it is for. */
  readonly help: string;
  /** What it is if left out, in the help. */
  readonly byDefault: string;
  /** What it may be, where that is a list. */
  readonly choices?: readonly string[];
}

const MODES: readonly RefreshMode[] = ["background", "if-stale", "force", "none"];

/** The options, by their names. */
export const RUN_OPTIONS = {
  root: { value: "dir", help: "the cache's folder", byDefault: "discoverycache in the user's folder for caches" },
  tier: { value: "tier", help: "the folder in it", byDefault: DEFAULT_TIER },
  name: { value: "name", help: "what the data is kept as", byDefault: "made of CMD and ARGS" },
  ttl: { value: "duration", help: "how long data stays fresh: 90s, 5m, 24h", byDefault: "24h" },
  deadline: { value: "duration", help: "how long CMD may take; then it is ended", byDefault: "30s" },
  refresh: { value: "mode", help: "what to do about stale data", byDefault: MODES[0] ?? "", choices: MODES },
} as const satisfies Record<string, RunOption>;

/** The name of an option. */
export type RunOptionName = keyof typeof RUN_OPTIONS;

/** What stands on the command line, before anything of it is checked. */
export interface RunWords {
  /** The options that were given. */
  readonly options: Readonly<Partial<Record<RunOptionName, string>>>;
  /** The command and its arguments. */
  readonly command: readonly string[];
}

/** What is to be done, checked. */
export interface RunRequest {
  /** The cache's folder, an absolute path. */
  readonly root: string;
  /** The source. */
  readonly source: Source;
  /** What to do about stale data. */
  readonly mode: RefreshMode;
  /** The command and its arguments. */
  readonly command: readonly string[];
}

/** As for any source. */
const DEADLINE_BOUNDS = { above: 0, max: 24 * 60 * 60 * 1_000 };

function isMode(value: string): value is RefreshMode {
  return (MODES as readonly string[]).includes(value);
}

function absolute(root: string): string {
  return isAbsolutePath(root) ? root : `${workingDirectory()}/${root}`;
}

/** What would be right in the place of an option's value. */
function refusal(name: RunOptionName, value: string, expected: string): InvalidOptionError {
  return new InvalidOptionError({ what: `--${name}`, value, expected });
}

/**
 * Checks what stands on the command line.
 *
 * @param words What stands there.
 * @throws {InvalidOptionError} If an option cannot be used.
 * @throws {InvalidNameError} If the tier or the name cannot be used.
 * @throws {InvalidDurationError} If the TTL or the deadline cannot be used.
 */
export function checkRun({ options, command }: RunWords): RunRequest {
  const { root, name, refresh } = options;
  const mode = refresh ?? RUN_OPTIONS.refresh.byDefault;
  if (!isMode(mode)) throw refusal("refresh", mode, `one of ${MODES.join(", ")}`);
  if (root === "" || root?.includes("\0")) throw refusal("root", root, "the path of a folder");
  const source = {
    tier: checkName(options.tier ?? RUN_OPTIONS.tier.byDefault, "--tier"),
    name: name === undefined ? slug(JSON.stringify(command)) : checkName(name, "--name"),
    ttl: parseDuration(options.ttl ?? RUN_OPTIONS.ttl.byDefault, "--ttl"),
    refreshDeadline: parseDuration(options.deadline ?? RUN_OPTIONS.deadline.byDefault, "--deadline", DEADLINE_BOUNDS),
  };
  return { root: root === undefined ? userCacheDir("discoverycache") : absolute(root), source, mode, command };
}

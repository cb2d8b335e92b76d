/**
 * The options of `run`: one list, from which both the quick scan and the help are made.
 *
 * @module
 */

import { parseDuration } from "../../duration.ts";
import { InvalidOptionError } from "../../errors.ts";
import type { RefreshMode } from "../../source/get_options.ts";
import { checkName } from "../../source_name.ts";
import { DEADLINE_BOUNDS, DEFAULT_TIER, TTL_BOUNDS } from "../../source_options.ts";
import type { SourceKey } from "../../store.ts";
import type { OptionSpecs, Words } from "../command_spec.ts";
import { checkRoot, checkTier, ROOT_OPTION } from "../common_options.ts";
import { KEY_PARTS, type KeyParts, nameOf, readKeyParts } from "./run_key.ts";

const MODES: readonly RefreshMode[] = ["background", "if-stale", "force", "none"];

/** The options, by their names. */
export const RUN_OPTIONS = {
  ...ROOT_OPTION,
  "tier": { value: "tier", help: "the folder in it", byDefault: DEFAULT_TIER },
  "name": { value: "name", help: "what the data is kept as", byDefault: "made of CMD, ARGS and --key" },
  "key": {
    value: "part",
    help: `what the answer depends on besides CMD and ARGS, each with a --key of its own: ${KEY_PARTS}`,
    byDefault: "args",
    many: true,
  },
  "ttl": { value: "duration", help: "how long data stays fresh: 90s, 5m, 24h", byDefault: "24h" },
  "deadline": { value: "duration", help: "how long CMD may take; then it is ended", byDefault: "30s" },
  "refresh": { value: "mode", help: "what to do about stale data", byDefault: MODES[0] ?? "", choices: MODES },
  "max-wait": {
    value: "duration",
    help: "how long to wait; then what there is is printed, and CMD goes on in the background",
    byDefault: "until CMD has ended",
  },
  "max-stale": {
    value: "duration",
    help: "how long past its TTL data is printed; older data counts as none",
    byDefault: "no limit",
  },
  "json": { help: "print an envelope: the data, where it came from, its age" },
  "stderr": { help: "show again what CMD wrote to standard error when it brought the data" },
} as const satisfies OptionSpecs;

/** What stands on the command line, before anything of it is checked. */
export type RunWords = Words<typeof RUN_OPTIONS>;

/** What is to be done, checked. */
export interface RunRequest {
  /** The cache's folder, an absolute path. */
  readonly root: string;
  /** The source. */
  readonly source: SourceKey & { readonly ttl: number; readonly refreshDeadline: number };
  /** What to do about stale data. */
  readonly mode: RefreshMode;
  /** The command and its arguments. */
  readonly command: readonly string[];
  /** What the answer depends on besides these. */
  readonly parts: KeyParts;
  /** How long to wait, in milliseconds; `undefined`: until CMD has ended. */
  readonly maxWait: number | undefined;
  /** How long past its TTL data will do, in milliseconds. */
  readonly maxStale: number;
  /** Whether to print an envelope. */
  readonly json: boolean;
  /** Whether to show again what CMD wrote to standard error. */
  readonly stderr: boolean;
}

function isMode(value: string): value is RefreshMode {
  return (MODES as readonly string[]).includes(value);
}

/**
 * Checks what stands on the command line.
 *
 * @param words What stands there.
 * @throws {InvalidOptionError} If an option cannot be used.
 * @throws {InvalidNameError} If the tier or the name cannot be used.
 * @throws {InvalidDurationError} If a duration cannot be used.
 */
export function checkRun({ options, operands: command }: RunWords): RunRequest {
  const { name, key = [], refresh: mode = RUN_OPTIONS.refresh.byDefault } = options;
  if (!isMode(mode)) {
    throw new InvalidOptionError({ what: "--refresh", value: mode, expected: `one of ${MODES.join(", ")}` });
  }
  if (name !== undefined && key.length > 0) {
    throw new InvalidOptionError({ what: "--key", value: key[0], expected: "no --key where there is a --name" });
  }
  const parts = readKeyParts(key);
  const source = {
    tier: checkTier(options.tier ?? RUN_OPTIONS.tier.byDefault),
    name: name === undefined ? nameOf(command, parts) : checkName(name, "--name"),
    ttl: parseDuration(options.ttl ?? RUN_OPTIONS.ttl.byDefault, "--ttl", TTL_BOUNDS),
    refreshDeadline: parseDuration(options.deadline ?? RUN_OPTIONS.deadline.byDefault, "--deadline", DEADLINE_BOUNDS),
  };
  const { "max-wait": wait, "max-stale": stale } = options;
  return {
    root: checkRoot(options.root),
    source,
    mode,
    command,
    parts,
    maxWait: wait === undefined ? undefined : parseDuration(wait, "--max-wait"),
    maxStale: stale === undefined ? Infinity : parseDuration(stale, "--max-stale"),
    json: options.json === true,
    stderr: options.stderr === true,
  };
}

/**
 * Every command there is.
 *
 * @module
 */

import type { CommandSpec } from "./command_spec.ts";
import { doctorCommand } from "./commands/doctor.ts";
import { explainCommand } from "./commands/explain.ts";
import { lsCommand } from "./commands/ls.ts";
import { pruneCommand } from "./commands/prune.ts";
import { runCommand } from "./commands/run.ts";
import { showCommand } from "./commands/show.ts";

/** The commands, as the help lists them. */
export const commands: readonly CommandSpec[] = [
  runCommand,
  lsCommand,
  showCommand,
  explainCommand,
  pruneCommand,
  doctorCommand,
];

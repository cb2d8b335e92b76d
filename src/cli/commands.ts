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
import { refreshCommand } from "./commands/refresh.ts";
import { runCommand } from "./commands/run.ts";
import { showCommand } from "./commands/show.ts";
import { watchCommand } from "./commands/watch.ts";

/** The commands, as the help lists them. */
export const commands: readonly CommandSpec[] = [
  runCommand,
  lsCommand,
  showCommand,
  explainCommand,
  refreshCommand,
  watchCommand,
  pruneCommand,
  doctorCommand,
];

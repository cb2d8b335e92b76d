/**
 * Every command there is.
 *
 * @module
 */

import type { CommandSpec } from "./command_spec.ts";
import { doctorCommand } from "./commands/doctor.ts";
import { pruneCommand } from "./commands/prune.ts";
import { runCommand } from "./commands/run.ts";

/** The commands, as the help lists them. */
export const commands: readonly CommandSpec[] = [runCommand, pruneCommand, doctorCommand];

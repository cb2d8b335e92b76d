/**
 * Every command there is.
 *
 * @module
 */

import type { CommandSpec } from "./command_spec.ts";
import { lsCommand } from "./commands/ls.ts";
import { refreshCommand } from "./commands/refresh.ts";
import { runCommand } from "./commands/run.ts";
import { watchCommand } from "./commands/watch.ts";

/** The commands, as the help lists them. */
export const commands: readonly CommandSpec[] = [runCommand, lsCommand, refreshCommand, watchCommand];

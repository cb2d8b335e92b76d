/**
 * Starting a process, on whichever runtime this is.
 *
 * @module
 */

import { startOnDeno } from "./start_on_deno.ts";
import { startOnNode } from "./start_on_node.ts";
import type { Started, Streams } from "./started.ts";
import { denoSystem, system } from "./system.ts";

/**
 * Starts a process in a session of its own, without a terminal, in this turn of the event loop. Never throws.
 *
 * @param argv The executable and its arguments.
 * @param streams Its streams.
 */
export function start(argv: readonly string[], streams: Streams): Started {
  const deno = denoSystem();
  const ownEnvironment = () => system().env;
  if (deno !== undefined) return startOnDeno(deno.Command, argv, streams, ownEnvironment);
  return startOnNode(system().getBuiltinModule("node:child_process"), argv, streams, ownEnvironment);
}

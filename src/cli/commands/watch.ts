/**
 * `watch`, as the help tells of it.
 *
 * @module
 */

import { defineCommand } from "../command_spec.ts";
import { WATCH_OPTIONS } from "../watch/watch_options.ts";

const HELP = `
PATTERN is a part of tier/name; with * and ? the whole of tier/name, or of the name alone. Several patterns: any of them.

On a terminal: a table of the sources, those that are being refreshed first, as \`discoverycache ls\` shows it, and below it
what happened last. Elsewhere: one line for each event. It sees what every process does, as it happens, and starts nothing
itself.

Events: appeared, started, taken-over (from somebody who never ended), progressed, committed, failed, given-back (nothing
came of it), abandoned, expired, removed. A refresh that begins and ends between two looks is told as committed or failed.

Each line of --json: time, source, event, and what is known of it: pid, startedAt and deadline; from; progress (done, total,
message); size, took in milliseconds and failures; reason, attempts and retryAt.

Exit codes:
  0           nobody reads any more what it prints
  2           the command line cannot be understood
  125         the cache's folder cannot be used
  128 + n     signal n ended it: 130 is Ctrl-C

Examples:
  $ discoverycache watch
  $ discoverycache watch 'npm-*' --tier discovery
  $ discoverycache watch --json | jq -r 'select(.event == "failed") | .source + ": " + .reason'`;

/** `discoverycache watch`. */
export const watchCommand = defineCommand({
  name: "watch",
  summary: "Show refreshes starting, progressing, failing and committing, across all processes.",
  usage: "[options] [PATTERN...]",
  operands: "[pattern...]",
  options: WATCH_OPTIONS,
  help: HELP,
  perform: async (words) => await (await import("../watch/watch.ts")).performWatch(words),
});

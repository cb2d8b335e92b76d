/**
 * `refresh`, as the help tells of it.
 *
 * @module
 */

import { defineCommand } from "../command_spec.ts";
import { REFRESH_OPTIONS } from "../refresh/refresh_options.ts";

const HELP = `
What \`run\` has recorded of a source is run again: CMD, in the folder in which it was run, with the environment that --key
named, for as long as its --deadline says. Fresh data is no obstacle, nor is a failure that cools down. A refresh that goes
on in another process is joined, and not begun once more.

On a terminal each source at work has a line: a bar where CMD says how far it is (a line on its standard error that begins
with 3/10, [3/10] or 30%), or else a thin one for the time that has gone of its deadline. Nothing is printed on standard
output, but for --json.

What cannot be refreshed: a source that another program has made, and one whose folder or --key file is not what it was
when it was run. With --all these are passed over; by its name such a source counts as failed.

A signal ends each CMD that this command has started, with all that CMD has started, and gives the claims back: old data
stays, nothing counts as failed, and what was joined goes on. The same is done when --max-wait is over. That nobody reads
any more what this command says is no reason to end.

Each line of --json: source, outcome (refreshed, joined, failed or not-run), and size and capturedAt, or reason and retryAt;
took in milliseconds.

Exit codes:
  0           every source that was meant has new data
  1           at least one has not; or there is no such source
  2           the command line cannot be understood
  124         --max-wait was over before all were done
  125         discoverycache itself failed: some of its folder cannot be read, for example
  128 + n     signal n ended this command

Examples:
  $ discoverycache refresh pulls
  $ discoverycache refresh --all --stale --concurrency 8
  $ discoverycache refresh --all --tier discovery --max-wait 1m
  $ discoverycache refresh --all --json | jq -r 'select(.outcome == "failed") | .source'`;

/** `discoverycache refresh`. */
export const refreshCommand = defineCommand({
  name: "refresh",
  summary: "Run again what `run` has recorded, and wait for it.",
  usage: "[options] SOURCE... | --all",
  operands: "[source...]",
  options: REFRESH_OPTIONS,
  help: HELP,
  perform: async (words) => await (await import("../refresh/refresh.ts")).performRefresh(words),
});

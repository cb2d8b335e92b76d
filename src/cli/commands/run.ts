/**
 * `run`, as the help tells of it.
 *
 * @module
 */

import { defineCommand } from "../command_spec.ts";
import { performRun } from "../run/run.ts";
import { RUN_OPTIONS } from "../run/run_options.ts";

const HELP = `
CMD is started without a shell, with an empty standard input and in a session of its own. What it writes to standard
output is the data, byte for byte, if it ends with exit code 0. If it fails, the data from before is kept.

What it writes to standard error is passed on when you wait for it, and kept (the last MiB) for --stderr. A line of it
that begins with 3/10, [3/10] or 30% is shown as progress by \`refresh\`, \`watch\` and \`explain\`.

CMD with its arguments, the folder it was run in and what --key names are written down in the cache, for \`refresh\`:
readable to you alone, but no place for secrets.

Modes of --refresh:
  background  print what is there at once; if it is stale, refresh it behind the command's back
  if-stale    wait for fresh data; if CMD fails, print what is there
  force       refresh, however fresh the data is, or join a refresh that goes on
  none        print what is there, and start nothing
Where there is nothing to print, every mode but none waits for CMD.

Parts of --key, where there is no --name:
  args        CMD and its arguments, which always count
  cwd         the folder in which it is run
  env:NAME    an environment variable
  file:PATH   when a file has changed last

The envelope of --json: source, origin (hit, stale, refreshed or joined), state, age and ttl in milliseconds, capturedAt,
size, encoding (utf8 or base64) and data; with --stderr what CMD wrote there; refreshError, if the data is stale since a
refresh failed.

Exit codes:
  0           data was printed
  1           there is no data (--refresh none)
  2           the command line cannot be understood
  124         CMD was not done by its deadline, or within --max-wait, and there is no data
  125         discoverycache itself failed: its folder cannot be used, for example
  126, 127    CMD cannot be executed, or was not found, and there is no data
  128 + n     signal n ended CMD, and there is no data; or it ended this command
  others      CMD's own, and there is no data
With --refresh force, data from before does not count, nor does data beyond --max-stale.

Examples:
  $ discoverycache run -- npm view typescript versions --json
  $ discoverycache run --ttl 5m --deadline 10s --name pulls -- gh pr list --json number,title
  $ discoverycache run --key cwd --key file:package.json --ttl 7d -- npm ls --json
  $ discoverycache run --refresh if-stale --max-wait 2s --max-stale 1h --name hosts -- ./list-hosts.sh
  $ discoverycache run --json --name quota -- ./quota.sh | jq .age`;

/** `discoverycache run`. */
export const runCommand = defineCommand({
  name: "run",
  summary: "Print what CMD prints, from the cache where it can be.",
  usage: "[options] -- CMD ARGS...",
  operands: "<command...>",
  passesThrough: true,
  options: RUN_OPTIONS,
  help: HELP,
  perform: performRun,
});

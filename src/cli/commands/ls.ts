/**
 * `ls`: what is in the cache.
 *
 * @module
 */

import { systemClock } from "../../clock.ts";
import { parseDuration } from "../../duration.ts";
import { openStore } from "../../open.ts";
import { defineCommand } from "../command_spec.ts";
import { checkRoot, ROOT_OPTION } from "../common_options.ts";
import { print, remark } from "../host.ts";
import { EXIT } from "../outcome.ts";
import { ownLine } from "../own_line.ts";
import { checkSelection, select, SELECTION_OPTIONS } from "../sources/selection.ts";
import { sourceJson } from "../sources/source_json.ts";
import { sourceTable } from "../sources/source_table.ts";
import { survey, type Surveyed } from "../sources/survey.ts";
import { lookOf } from "../screen/terminal.ts";

const HELP = `
PATTERN is a part of tier/name; with * and ? the whole of tier/name, or of the name alone. Several patterns: any of them.

States:
  fresh         the data is younger than its TTL
  unknown       there is data, and nobody has told its TTL: see --ttl
  refreshing    somebody refreshes it: how far he is, who he is, when he is due
  stale         the data is past its TTL; whoever asks next has it refreshed
  absent        there is no data
  cooling-down  the last refresh failed; when it is tried again, and why it failed
  abandoned     a refresh was begun and never ended; whoever asks next takes it over
--state stale lists stale data whatever goes on with it, and so do fresh, unknown and absent.

USED is the share of the TTL that is over. OWNER is a process of this machine, or PID@HOST. On a terminal long texts are
shortened, and what there is no room for is left out; in a pipe nothing is.

--json prints one object for each source, each on a line of its own: source, state, data (fresh, stale, absent or unknown,
whatever goes on), age and ttl in milliseconds, capturedAt, size, owner (pid, host, processStart), startedAt, deadline,
progress (done, total, message), attempts, lastError, retryAt, command. What is not known is left out.

Exit codes:
  0    what there is was printed, be it nothing
  2    the command line cannot be understood
  125  some of the cache cannot be read; the rest was printed

Examples:
  $ discoverycache ls
  $ discoverycache ls --state stale --state absent --sort age --reverse
  $ discoverycache ls 'npm-*' pulls/
  $ discoverycache ls --tier discovery --ttl 24h
  $ discoverycache ls --json | jq -r 'select(.state == "cooling-down") | .source + ": " + .lastError'`;

/** Why nothing was printed. */
function nothing(found: readonly Surveyed[], root: string, given: string | undefined): string {
  if (found.length === 0) {
    return `there is nothing in ${root} yet: discoverycache run -- CMD puts what CMD prints there`;
  }
  const all = `${found.length} ${found.length === 1 ? "source" : "sources"}`;
  return `nothing is meant by that, of ${all} in all: ${ownLine(["ls"], given)} lists them`;
}

/** `discoverycache ls`. */
export const lsCommand = defineCommand({
  name: "ls",
  summary: "List what is there: how fresh it is, who refreshes it, what went wrong.",
  usage: "[options] [PATTERN...]",
  operands: "[pattern...]",
  options: {
    ...ROOT_OPTION,
    ...SELECTION_OPTIONS,
    ttl: { value: "duration", help: "how long data stays fresh that was not brought by `run`: 90s, 5m, 24h" },
    json: { help: "print data for programs" },
  },
  help: HELP,
  async perform({ options, operands }) {
    const root = checkRoot(options.root);
    const selection = checkSelection(options, operands);
    const ttl = options.ttl === undefined ? undefined : parseDuration(options.ttl, "--ttl");
    const store = openStore({ root, memory: 0 }, systemClock);

    const found: Surveyed[] = [];
    let failure: { readonly error: unknown } | undefined;
    try {
      for await (const surveyed of survey(store, ttl)) found.push(surveyed);
    } catch (error) {
      failure = { error };
    }
    const now = Date.now();
    const chosen = select(found, selection, now);
    const lines = options.json === true
      ? chosen.map((source) => JSON.stringify(sourceJson(source, now)))
      : sourceTable(chosen, now, lookOf("stdout"), store.self);
    if (lines.length > 0) await print(new TextEncoder().encode(`${lines.join("\n")}\n`));
    if (failure !== undefined) throw failure.error;
    if (lines.length === 0) await remark(nothing(found, root, options.root));
    return EXIT.done;
  },
});

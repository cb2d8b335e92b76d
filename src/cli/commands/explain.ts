/**
 * `explain`: why a source is as it is, and what to do.
 *
 * @module
 */

import { systemClock } from "../../clock.ts";
import { parseDuration } from "../../duration.ts";
import { openStore } from "../../open.ts";
import { defineCommand } from "../command_spec.ts";
import { checkRoot, ROOT_OPTION } from "../common_options.ts";
import { explainedJson, explainedLines, gather } from "../explain/explained.ts";
import { findSource } from "../sources/find_source.ts";
import { print } from "../host.ts";
import { EXIT } from "../outcome.ts";
import { surveyOne } from "../sources/survey.ts";
import { lookOf } from "../screen/terminal.ts";

const HELP = `
What is told:
  why         why the data is fresh, stale or absent
  who, owner  who refreshes it or has tried to, since when, how far he is, and whether he is alive
  lock        who keeps everybody from refreshing it, if somebody has done so for a while
  next        what happens next, and when
  do          what can be done, and the command line for it
  runs, in    what \`run\` started for it, where, with which variables of --key, and whether its files have changed since

--json prints one object: what \`ls --json\` prints of the source, and freshUntil, owner.where (this-host, another-host or
unknown), owner.liveness (alive, dead or unknown), reason (of abandoned: owner-gone, overdue or impossible-times), lock
(pid, liveness, since), why, who, next (kind, at, what), hint (action, text, command), recipe (command, folder, the names of
the environment's variables, files with what has become of them since, ttl, refreshDeadline).

Exit codes:
  0    it was explained
  1    there is no such source
  2    the command line cannot be understood, or SOURCE may be one of several
  125  the cache cannot be read

Examples:
  $ discoverycache explain discovery/models
  $ discoverycache explain npm-view
  $ discoverycache explain --ttl 24h openrouter
  $ discoverycache explain --json pulls | jq -r .hint.command`;

/** `discoverycache explain`. */
export const explainCommand = defineCommand({
  name: "explain",
  summary: "Tell why a source is as it is, who refreshes it, what happens next, and what to do.",
  usage: "[options] SOURCE",
  operands: "<source>",
  options: {
    ...ROOT_OPTION,
    ttl: { value: "duration", help: "how long the data stays fresh, if it was not brought by `run`: 90s, 5m, 24h" },
    json: { help: "print data for programs" },
  },
  help: HELP,
  async perform({ options, operands: [text = ""] }) {
    const root = checkRoot(options.root);
    const ttl = options.ttl === undefined ? undefined : parseDuration(options.ttl, "--ttl");
    const store = openStore({ root, memory: 0 }, systemClock);
    const surveyed = await surveyOne(store, await findSource(store, text, options.root), ttl);
    const explained = gather(root, surveyed, store.self);
    const lines = options.json === true
      ? [JSON.stringify(explainedJson(explained, options.root))]
      : explainedLines(explained, lookOf("stdout"), options.root);
    await print(new TextEncoder().encode(`${lines.join("\n")}\n`));
    return EXIT.done;
  },
});

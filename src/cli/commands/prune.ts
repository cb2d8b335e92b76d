/**
 * `prune`: removes what nobody wants any more.
 *
 * @module
 */

import { systemClock } from "../../clock.ts";
import { parseDuration } from "../../duration.ts";
import { openStore } from "../../open.ts";
import { defineCommand, UsageError } from "../command_spec.ts";
import { checkRoot, checkTier, ROOT_OPTION } from "../common_options.ts";
import { print } from "../host.ts";
import { EXIT } from "../outcome.ts";
import { readKeepWord } from "../prune/keep_words.ts";
import { pruneCache } from "../prune/prune_cache.ts";
import { prunedData, tellPruned } from "../prune/tell_pruned.ts";

const HELP = `
Removed is every source that no --keep names and that is older than --older-than, if that is given; at least one of
--keep, --older-than and --all has to be. What is being refreshed is never removed. What \`run\` wrote down of a source goes
with it; so do, in any case, records whose source is gone, and what crashed programs have left behind.

SOURCE of --keep:
  tier/name   one source
  name        one source of the tier "discovery"
  tier/       every source of a tier
  a*, */b     with * for anything in a tier or a name, and ? for one character; without a tier it is looked for in every one
A --keep that names nothing is an error, and nothing is removed then.

A source is as old as its data; one without data as its last try.

Exit codes:
  0    it was pruned, or there was nothing to prune
  1    something could not be removed: it is told what, and why
  2    the command line cannot be understood, or a --keep names nothing: nothing was removed
  125  discoverycache itself failed: its folder cannot be used, for example

Examples:
  $ discoverycache prune --older-than 30d
  $ discoverycache prune --older-than 7d --keep hosts --keep 'npm-*' --dry-run
  $ discoverycache prune --tier builds --all
  $ discoverycache prune --keep '*'        only what crashed programs have left behind`;

/** `discoverycache prune`. */
export const pruneCommand = defineCommand({
  name: "prune",
  summary: "Remove sources that nobody wants any more, and what crashed programs have left behind.",
  usage: "[options]",
  options: {
    ...ROOT_OPTION,
    "keep": { value: "source", help: "what stays, however old it is; may be given several times", many: true },
    "older-than": { value: "duration", help: "only remove what is older: 12h, 30d" },
    "tier": {
      value: "tier",
      help: "only look into this tier; may be given several times",
      byDefault: "every tier",
      many: true,
    },
    "all": { help: "remove every source that no --keep names, however young it is" },
    "dry-run": { help: "touch nothing, and tell what would be removed" },
    "json": { help: "print the same as JSON" },
  },
  help: HELP,
  async perform({ options }) {
    const { keep = [], "older-than": olderThan, tier, all, json } = options;
    if (keep.length === 0 && olderThan === undefined && all !== true) {
      throw new UsageError("say what to remove: --older-than DURATION, or --keep SOURCE for what stays, or --all");
    }
    const order = {
      keep: keep.map(readKeepWord),
      olderThan: olderThan === undefined ? undefined : parseDuration(olderThan, "--older-than"),
      tiers: tier?.map(checkTier),
      dryRun: options["dry-run"] === true,
    };
    const store = openStore({ root: checkRoot(options.root), memory: 0 }, systemClock);
    const pruned = await pruneCache(store, order, systemClock.now());
    const text = json === true
      ? JSON.stringify(prunedData(pruned), undefined, 2)
      : tellPruned(pruned, systemClock.now()).join("\n");
    await print(new TextEncoder().encode(`${text}\n`));
    return pruned.failed.length === 0 ? EXIT.done : EXIT.noData;
  },
});

/**
 * `show`: the data of a source, as it is.
 *
 * @module
 */

import { systemClock } from "../../clock.ts";
import { judgeData } from "../../data_state.ts";
import { parseDuration } from "../../duration.ts";
import { openStore } from "../../open.ts";
import { defineCommand } from "../command_spec.ts";
import { checkRoot, ROOT_OPTION } from "../common_options.ts";
import { findSource } from "../sources/find_source.ts";
import { give } from "../run/give.ts";
import type { Given } from "../run/given.ts";
import { remark } from "../host.ts";
import { EXIT } from "../outcome.ts";
import { SourceRecord } from "../record/records.ts";
import { failureOf } from "../remarks.ts";
import { ownLine } from "../own_line.ts";
import { labelOf } from "../sources/survey.ts";

const HELP = `
The data is printed byte for byte, whatever its age: nothing is refreshed, and nobody is waited for.

The envelope of --json is that of \`run\`: source, state (fresh, stale or unknown), origin (hit or stale), age and ttl in
milliseconds, capturedAt, size, encoding (utf8 or base64) and data; with --stderr what CMD wrote there; refreshError while
a failed refresh cools down. Without a TTL there is no origin.

Exit codes:
  0    data was printed
  1    there is no data, or no such source
  2    the command line cannot be understood, or SOURCE may be one of several
  125  the cache cannot be read

Examples:
  $ discoverycache show discovery/models
  $ discoverycache show npm-view | jq length
  $ discoverycache show --stderr pulls >/dev/null
  $ discoverycache show --json --ttl 24h openrouter | jq .state`;

/** `discoverycache show`. */
export const showCommand = defineCommand({
  name: "show",
  summary: "Print the data of a source, as it is.",
  usage: "[options] SOURCE",
  operands: "<source>",
  options: {
    ...ROOT_OPTION,
    ttl: { value: "duration", help: "how long the data stays fresh, if it was not brought by `run`: 90s, 5m, 24h" },
    json: { help: "print an envelope: the data, its state, its age" },
    stderr: { help: "show again what CMD wrote to standard error when it brought the data" },
  },
  help: HELP,
  async perform({ options, operands: [text = ""] }) {
    const root = checkRoot(options.root);
    const said = options.ttl === undefined ? undefined : parseDuration(options.ttl, "--ttl");
    const store = openStore({ root, memory: 0 }, systemClock);
    const { key, state } = await findSource(store, text, options.root);
    const found = await store.read(key);
    if (found === undefined) {
      const why = ownLine(["explain", labelOf(key)], options.root);
      await remark(`there is no data of ${labelOf(key)}: ${why} says why`);
      return EXIT.noData;
    }
    const ttl = (await new SourceRecord(store, key).recipe())?.ttl ?? said;
    const { capturedAt, bytes: data } = found;
    const { state: judged, age = 0 } = judgeData(capturedAt, ttl, systemClock.now());
    const given: Given = {
      state: judged === "absent" ? "unknown" : judged,
      origin: judged === "fresh" ? "hit" : judged === "stale" ? "stale" : undefined,
      age,
      capturedAt,
      data,
      failure: failureOf(state),
      passedOn: false,
    };
    await give({ root, source: { ...key, ttl }, json: options.json === true, stderr: options.stderr === true }, given);
    return EXIT.done;
  },
});

/**
 * `doctor`: whether a cache works where it is, and what to do if it does not.
 *
 * @module
 */

import { resolve } from "node:path";
import { detectAdapter } from "../../adapters/detect.ts";
import { systemClock } from "../../clock.ts";
import { onInterrupt } from "../../detached/interrupts.ts";
import { openStore } from "../../open.ts";
import { defineCommand } from "../command_spec.ts";
import { checkRoot, ROOT_OPTION } from "../common_options.ts";
import { examine } from "../doctor/examine.ts";
import { worstOf } from "../doctor/finding.ts";
import { commandsFor, type Patient } from "../doctor/patient.ts";
import type { Probe } from "../doctor/probe.ts";
import { findingsData, tellFindings } from "../doctor/tell_findings.ts";
import { exit, print } from "../host.ts";
import { EXIT, signalNumber } from "../outcome.ts";
import { lookOf } from "../screen/terminal.ts";

const HELP = `
Checked are
  permissions  (Deno) what it lets this command do
  root         whether it is there or can be made, whose it is, who may write to it
  file system  its kind: those that are shared with other machines are not supported
  space        whether there is room
  hard links, clock, watch
               what the file system really does, tried in a folder that is removed again
  processes    whether it can be judged who lives
  folders, files
               whose they are, who may open them, and whether they can be read
  locks, refreshes, failures
               what is stuck, or fails again and again, and by whom
  times        data from the future
  litter       what crashed programs have left behind

Each line says ok, attention (it works, but somebody should know) or problem. The last one says the one thing to do.
Nothing is changed; a root that is not there is not made.

Exit codes:
  0    nothing needs to be done
  1    something does: attention or problem
  2    the command line cannot be understood
  125  discoverycache itself failed

Examples:
  $ discoverycache doctor
  $ discoverycache doctor --root /mnt/share/cache
  $ discoverycache doctor --json | jq -r .todo`;

async function perform(root: string, ours: Patient["ours"], json: boolean): Promise<number> {
  const adapter = detectAdapter();
  const party = {
    get self() {
      return adapter.self();
    },
    clock: systemClock,
    orphans: new Map<string, string>(),
  };
  const store = openStore({ root, adapter, memory: 0 }, systemClock);
  let probe: Probe | undefined;
  const forget = onInterrupt((signal) => {
    probe?.remove();
    exit(EXIT.signalBase + signalNumber(signal));
  });
  const findings = await examine({ root, adapter, party, store, ours }, (open) => probe = open);
  forget();
  const text = json
    ? JSON.stringify(findingsData(root, findings), undefined, 2)
    : tellFindings(findings, lookOf("stdout")).join("\n");
  await print(new TextEncoder().encode(`${text}\n`));
  return worstOf(findings) === "ok" ? EXIT.done : EXIT.noData;
}

/** `discoverycache doctor`. */
export const doctorCommand = defineCommand({
  name: "doctor",
  summary: "Check whether the cache works where it is, find what is stuck, and say the one thing to do.",
  usage: "[options]",
  options: { ...ROOT_OPTION, json: { help: "print the same as JSON" } },
  help: HELP,
  async perform({ options }) {
    const { root, json } = options;
    return await perform(resolve(checkRoot(root)), commandsFor(root), json === true);
  },
});

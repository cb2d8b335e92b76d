/**
 * What crashed programs have left behind.
 *
 * @module
 */

import type { ListedSource } from "../../store.ts";
import { isOrphan, recordedSource } from "../prune/orphans.ts";
import { labelOf } from "../sources/survey.ts";
import { count } from "../screen/count.ts";
import { attention, type Finding, named, ok } from "./finding.ts";
import type { Patient } from "./patient.ts";

const CHECK = "litter";

/** Records of what was run whose source is gone. */
export function findOrphans(listed: readonly ListedSource[], now: number): readonly string[] {
  const there = new Set(listed.map(({ key }) => labelOf(key)));
  return listed.filter((record) => {
    const source = recordedSource(record.key);
    return source !== undefined && !there.has(labelOf(source)) && isOrphan(record, now);
  }).map(({ key }) => labelOf(key));
}

/** What there is to be said of litter. */
export function judgeLitter(litter: readonly string[], orphans: readonly string[], ours: Patient["ours"]): Finding {
  if (litter.length + orphans.length === 0) return ok(CHECK, "none");
  const parts = [
    ...(litter.length === 0 ? [] : [`${count(litter.length, "file")} of crashed programs: ${named(litter)}`]),
    ...(orphans.length === 0 ? [] : [`${count(orphans.length, "record")} whose source is gone: ${named(orphans)}`]),
  ];
  return attention(CHECK, parts.join("; "), ours("prune", "--keep", "*"));
}

/**
 * A prune, told: as lines for people, and as data for programs.
 *
 * @module
 */

import { iso } from "../../explain_words.ts";
import { plain } from "../../plain_text.ts";
import type { SourceKey } from "../../store.ts";
import { describeError } from "../remarks.ts";
import { count } from "../screen/count.ts";
import { roughly, roughSize } from "../screen/rough.ts";
import { labelOf } from "../sources/survey.ts";
import { drawTable } from "../screen/table.ts";
import type { KeepReason, Pruned, Refresher, RemovedSource } from "./pruned.ts";

function ageOf(time: number | undefined, now: number): string {
  return time === undefined ? "of no known age" : `${roughly(Math.max(0, now - time))} old`;
}

function whatItWas({ size, capturedAt }: RemovedSource, now: number): string {
  return size === undefined ? "no data" : `${roughSize(size)}, ${ageOf(capturedAt, now)}`;
}

function whyKept(reason: KeepReason, now: number): string {
  switch (reason.kind) {
    case "named":
      return `named by --keep ${reason.by}`;
    case "younger":
      return `too young: ${ageOf(reason.changedAt, now)}`;
    case "other-tier":
      return "not in a --tier";
  }
}

function byWhom(by: Refresher | undefined): string {
  return by === undefined ? "it was being refreshed" : `refreshed by process ${by.pid} since ${iso(by.since)}`;
}

function summary(pruned: Pruned): string {
  const { dryRun, removed, kept, refreshing, orphans, litter, failed } = pruned;
  const size = removed.reduce((sum, { size = 0 }) => sum + size, 0);
  const gone = [
    ...(removed.length === 0 ? [] : [`${count(removed.length, "source")} (${roughSize(size)})`]),
    ...(litter.length === 0 ? [] : [`${count(litter.length, "file")} of crashed programs`]),
    ...(orphans.length === 0 ? [] : [`${count(orphans.length, "record")} of sources that are gone`]),
  ];
  const rest = [
    ...(kept.length === 0 ? [] : [`${kept.length} kept`]),
    ...(refreshing.length === 0 ? [] : [`${refreshing.length} being refreshed`]),
    ...(failed.length === 0 ? [] : [`${failed.length} that could not be removed`]),
  ];
  const verb = dryRun ? "would remove" : "removed";
  return [`${verb} ${gone.length === 0 ? "nothing" : gone.join(", ")}`, ...rest].join("; ");
}

const byName = (one: readonly string[], other: readonly string[]) => (one[1] ?? "") < (other[1] ?? "") ? -1 : 1;

/**
 * A line for each thing, and one for all.
 *
 * @param pruned What came of it.
 * @param now The time, milliseconds since the epoch.
 */
export function tellPruned(pruned: Pruned, now: number): string[] {
  const gone = pruned.dryRun ? "would remove" : "removed";
  const rows: (readonly string[])[] = [
    ...pruned.removed.map((source) => [gone, labelOf(source.key), whatItWas(source, now)]).sort(byName),
    ...pruned.litter.map((path) => [gone, plain(path), "left behind by a program that crashed"]).sort(byName),
    ...pruned.orphans.map((key) => [gone, labelOf(key), "a record whose source is gone"]).sort(byName),
    ...pruned.kept.map(({ key, reason }) => ["kept", labelOf(key), plain(whyKept(reason, now))]).sort(byName),
    ...pruned.refreshing.map(({ key, by }) => ["kept", labelOf(key), byWhom(by)]).sort(byName),
    ...pruned.failed.map(({ what, error }) => ["failed", plain(what), plain(describeError(error))]).sort(byName),
  ];
  if (rows.length === 0) return [summary(pruned)];
  const [, ...lines] = drawTable([{ head: "" }, { head: "" }, { head: "" }], rows);
  return [...lines, summary(pruned)];
}

const bare = ({ tier, name }: SourceKey) => ({ tier, name });

/** The same as data, fit for JSON. */
export function prunedData(pruned: Pruned): unknown {
  const time = (at: number | undefined) => at === undefined ? undefined : iso(at);
  return {
    dryRun: pruned.dryRun,
    removed: pruned.removed.map(({ key, size, capturedAt }) => ({ ...bare(key), size, capturedAt: time(capturedAt) })),
    kept: pruned.kept.map(({ key, reason }) => ({
      ...bare(key),
      reason: reason.kind,
      ...(reason.kind === "named" ? { by: reason.by } : {}),
      ...(reason.kind === "younger" ? { changedAt: time(reason.changedAt) } : {}),
    })),
    refreshing: pruned.refreshing.map(({ key, by }) => ({ ...bare(key), pid: by?.pid, since: time(by?.since) })),
    records: pruned.records.map(bare),
    orphans: pruned.orphans.map(bare),
    litter: pruned.litter,
    failed: pruned.failed.map(({ what, error }) => ({ what, reason: describeError(error) })),
  };
}

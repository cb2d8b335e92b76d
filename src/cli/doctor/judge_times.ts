/**
 * Times that have not come yet: a pure judgement.
 *
 * @module
 */

import { iso } from "../../explain_words.ts";
import { FUTURE_TOLERANCE_MS } from "../../freshness.ts";
import { shellLine } from "../record/recipe.ts";
import { roughly } from "../screen/rough.ts";
import { count } from "../screen/count.ts";
import { attention, type Finding, named, orOk } from "./finding.ts";
import type { SeenFile } from "./look_around.ts";

const CHECK = "times";

/** The most paths that a command line to be copied names. */
const MOST_PATHS = 5;

/** Data that claims to be from the future: its age is not known, so that it counts as stale. */
export function judgeTimes(files: readonly SeenFile[], now: number): readonly Finding[] {
  const ahead = files.filter(({ role, stat }) =>
    role.kind === "data" && stat.kind === "file" && stat.modifiedAt > now + FUTURE_TOLERANCE_MS
  );
  if (ahead.length === 0) return orOk([], CHECK, "none is in the future");
  const farthest = Math.max(...ahead.map(({ stat }) => stat.modifiedAt - now));
  const paths = ahead.map(({ path }) => path);
  const what = `the time of ${count(ahead.length, "file")} lies up to ${roughly(farthest)} in the future: ${
    named(paths)
  }`;
  // Any time that is past will do: the data is stale until somebody refreshes it, which gives it a true one.
  const touch = shellLine(["touch", "-t", "200001010000", ...paths.slice(0, MOST_PATHS)]);
  return [attention(CHECK, what, `if this machine's clock is right with ${iso(now)}: ${touch}`)];
}

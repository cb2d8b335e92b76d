/**
 * Which of the sources that are meant can be refreshed here, and why the others cannot.
 *
 * @module
 */

import type { SourceKey, Store } from "../../store.ts";
import { findSources } from "../sources/find_source.ts";
import type { Recipe } from "../record/recipe.ts";
import { type Fitness, judgeRecipe, type LookAt, REMEDY } from "../record/recipe_fitness.ts";
import type { RefreshWhat } from "./refresh_options.ts";
import type { RefreshOutcome } from "./refresh_outcome.ts";
import { labelOf, survey, type Surveyed, surveyOne } from "../sources/survey.ts";

/** A source that can be refreshed. */
export interface RefreshJob {
  /** Which one, and its times. */
  readonly source: SourceKey & { readonly ttl: number; readonly refreshDeadline: number };
  /** What is run. */
  readonly recipe: Recipe;
}

/** What is to be done. */
export interface RefreshPlan {
  /** What is refreshed. */
  readonly jobs: readonly RefreshJob[];
  /** What was asked for by its name and cannot be refreshed. */
  readonly refused: readonly RefreshOutcome[];
  /** What is said of those that nobody named and that cannot be refreshed; `undefined` if there are none. */
  readonly passedOver: string | undefined;
  /** Why some of the cache could not be read, if that is so. */
  readonly failure?: { readonly error: unknown } | undefined;
}

const OTHERS_BUSINESS = "it was not made by `discoverycache run`: only the program that made it can refresh it";

function count(sources: number, one: string, many: string): string[] {
  return sources === 0 ? [] : [`${sources} ${sources === 1 ? one : many}`];
}

/** What is said of sources that are passed over. */
function passedOverWords(fitness: readonly Fitness[]): string | undefined {
  const [foreign = 0, outdated = 0] = (["foreign", "outdated"] as const).map((kind) =>
    fitness.filter((found) => found.kind === kind).length
  );
  const parts = [
    ...count(
      foreign,
      "is another program's, which alone can refresh it",
      "are other programs', which alone can refresh them",
    ),
    ...count(
      outdated,
      `belongs to a folder or file that has changed: ${REMEDY}`,
      `belong to folders or files that have changed: ${REMEDY}`,
    ),
  ];
  return parts.length === 0 ? undefined : `passed over: ${parts.join("; ")}`;
}

/**
 * Divides what was found into what can be refreshed and what cannot: a pure function of it.
 *
 * @param found What was found.
 * @param named Whether somebody has named each of them.
 * @param lookAt Tells of folders and files.
 */
export function divide(found: readonly Surveyed[], named: boolean, lookAt: LookAt): RefreshPlan {
  const each = [...new Map(found.map((one) => [labelOf(one.source), one])).values()];
  const judged = each.map(({ source, recipe }) => ({ source, fitness: judgeRecipe(recipe, lookAt) }));
  const jobs = judged.flatMap(({ source, fitness }): RefreshJob[] => {
    if (fitness.kind !== "fit") return [];
    const { recipe } = fitness;
    return [{ source: { ...source, ttl: recipe.ttl, refreshDeadline: recipe.refreshDeadline }, recipe }];
  });
  if (!named) return { jobs, refused: [], passedOver: passedOverWords(judged.map(({ fitness }) => fitness)) };
  const refused = judged.flatMap(({ source, fitness }): RefreshOutcome[] => {
    if (fitness.kind === "fit") return [];
    return [{ kind: "not-run", source, reason: fitness.kind === "foreign" ? OTHERS_BUSINESS : fitness.why }];
  });
  return { jobs, refused, passedOver: undefined };
}

/** Those that are named. */
async function surveyNamed(store: Store, names: readonly string[], root: string | undefined): Promise<Surveyed[]> {
  const found: Surveyed[] = [];
  for (const listed of await findSources(store, names, root)) found.push(await surveyOne(store, listed));
  return found;
}

/** All that are meant, in the order of their labels. What cannot be read does not keep the rest from being refreshed. */
async function planAll(
  store: Store,
  { tier, stale }: Extract<RefreshWhat, { kind: "all" }>,
  lookAt: LookAt,
): Promise<RefreshPlan> {
  const found: Surveyed[] = [];
  let failure: RefreshPlan["failure"];
  try {
    for await (const one of survey(store)) {
      if (tier !== undefined && one.source.tier !== tier) continue;
      if (!stale || one.state !== "fresh") found.push(one);
    }
  } catch (error) {
    failure = { error };
  }
  found.sort((one, other) => labelOf(one.source) < labelOf(other.source) ? -1 : 1);
  return { ...divide(found, false, lookAt), failure };
}

/**
 * Finds what is meant.
 *
 * @param store The store.
 * @param what What is meant.
 * @param lookAt Tells of folders and files.
 * @param root What was given as `--root`, if anything was.
 * @throws {UsageError} If several sources may be meant by a name.
 * @throws {NoSuchSourceError} If there is none of a name.
 */
export async function planRefresh(
  store: Store,
  what: RefreshWhat,
  lookAt: LookAt,
  root: string | undefined,
): Promise<RefreshPlan> {
  if (what.kind === "named") return divide(await surveyNamed(store, what.names, root), true, lookAt);
  return await planAll(store, what, lookAt);
}

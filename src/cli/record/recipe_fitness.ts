/**
 * Whether what `run` wrote down still answers the question that it answered then: a pure judgement, of what is found of the
 * folder and the files that a recipe names.
 *
 * @module
 */

import { MissingPermissionError } from "../../errors.ts";
import { plain } from "../../plain_text.ts";
import { modifiedAt } from "../host.ts";
import type { Recipe } from "./recipe.ts";
import { judgeFile } from "./recipe_facts.ts";

/** What may be done with a source. */
export type Fitness =
  /** What is recorded can be run again. */
  | { readonly kind: "fit"; readonly recipe: Recipe }
  /** Nothing is recorded: another program's source. */
  | { readonly kind: "foreign" }
  /** What is recorded belongs to something that is no more. */
  | { readonly kind: "outdated"; readonly why: string };

/** When something has changed last, milliseconds since the epoch; `undefined`: not there; `"unknown"`: nobody may tell. */
export type LookAt = (path: string) => number | undefined | "unknown";

/** What becomes of data that nobody can refresh any more. */
export const REMEDY = "discoverycache prune --older-than 7d removes what is left over";

/**
 * Judges a recipe.
 *
 * @param recipe What is recorded; `undefined` if nothing is.
 * @param lookAt Tells of the folder and the files.
 */
export function judgeRecipe(recipe: Recipe | undefined, lookAt: LookAt): Fitness {
  if (recipe === undefined) return { kind: "foreign" };
  const { folder, files } = recipe;
  if (folder !== undefined && lookAt(folder) === undefined) {
    return { kind: "outdated", why: `the folder ${plain(folder)}, in which it was run, is gone: ${REMEDY}` };
  }
  for (const [path, was] of Object.entries(files)) {
    const is = lookAt(path);
    if (is === "unknown" || judgeFile(was, is ?? null) === "same") continue;
    const older = is === undefined ? `a ${plain(path)} that is gone` : `an older ${plain(path)}`;
    return { kind: "outdated", why: `it belongs to ${older}: ${REMEDY}` };
  }
  return { kind: "fit", recipe };
}

/** Looks, as far as Deno may. */
export function lookAt(path: string): number | undefined | "unknown" {
  try {
    return modifiedAt(path);
  } catch (error) {
    if (error instanceof MissingPermissionError) return "unknown";
    // What is no folder any more has nothing in it.
    if ((error as { readonly code?: unknown }).code === "ENOTDIR") return undefined;
    throw error;
  }
}

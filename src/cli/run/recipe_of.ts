/**
 * What `run` writes down of itself.
 *
 * @module
 */

import { knownWorkingDirectory } from "../host.ts";
import type { Recipe } from "../record/recipe.ts";
import type { RunRequest } from "./run_options.ts";

/** How the data of a run is obtained. */
export function recipeOf({ command, parts, source: { ttl, refreshDeadline } }: RunRequest): Recipe {
  const { environment, files } = parts;
  return { command, folder: knownWorkingDirectory(), environment, files, ttl, refreshDeadline };
}

/**
 * A background refresh is handed over to a process of its own, so that the command can leave.
 *
 * ## In which order, and why
 *
 * 1. The claim is made, by this process. From now on nobody else refreshes.
 * 2. The child is started, in a session of its own and with no terminal. It knows nothing yet, and waits for its
 *    standard input.
 * 3. The claim is transferred: its marker names the child. Whoever looks finds an owner that lives.
 * 4. The child is told what to do, through its standard input: neither the process list nor the environment
 *    ever shows it. It makes sure that the claim is still current, and begins.
 * 5. This process leaves.
 *
 * If this process dies between 1 and 3, the marker names somebody who is gone; between 3 and 4, the child finds its
 * input ended too early, and ends. If the child dies, the marker names it. In each case the next caller takes over.
 *
 * @module
 */

import { start } from "../../detached/start.ts";
import { checkSource, type Source } from "../../source_options.ts";
import type { Claim, ClaimAnswer, ClaimRequest, Store } from "../../store.ts";
import type { Recipe } from "../record/recipe.ts";
import { recipeOf } from "./recipe_of.ts";
import type { RunRequest } from "./run_options.ts";
import { ownCommandLine } from "./self.ts";

/** What the child is told. */
export interface Handover {
  /** The cache's folder. */
  readonly root: string;
  /** The source. */
  readonly source: Source;
  /** The claim that is handed over. */
  readonly claim: Claim;
  /** What is run, and where. */
  readonly recipe: Recipe;
}

async function handOver(store: Store, claim: Claim, request: RunRequest): Promise<void> {
  const { root, source, command } = request;
  const child = start(ownCommandLine(root, command[0] ?? ""), { input: true, output: false });
  if (child.pid === undefined) {
    const end = await child.ended;
    throw new Error(`its process cannot be started${end.kind === "unstarted" ? ` (${end.errno})` : ""}`);
  }
  child.forget();
  // "superseded": somebody put, expired or removed the data meanwhile, and nothing is left to be done.
  const outcome = await store.transfer(claim, child.pid);
  const handover: Handover = { root, source, claim, recipe: recipeOf(request) };
  await child.end(outcome === "done" ? JSON.stringify(handover) : "");
}

/**
 * Refreshes behind the command's back, if nobody does yet.
 *
 * @param store The store.
 * @param request What is to be done.
 * @param wanted Which data will do instead, and whether a failure that cools down is no obstacle.
 * @param signal Ends the trying for the store's lock.
 * @returns The answer to the claim.
 * @throws What kept the claim from being made, or the child from being started; the claim is given back.
 */
export async function refreshDetached(
  store: Store,
  request: RunRequest,
  wanted: Pick<ClaimRequest, "newerThan" | "force">,
  signal?: AbortSignal,
): Promise<ClaimAnswer> {
  const { refreshDeadline, key } = checkSource(request.source);
  const answer = await store.claim(key, { refreshDeadline, ...wanted }, { signal });
  if (answer.kind !== "claimed") return answer;
  try {
    await handOver(store, answer.claim, request);
  } catch (error) {
    await store.release(answer.claim).catch(() => {});
    throw error;
  }
  return answer;
}

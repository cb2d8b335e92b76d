/** The next caller of sources whose hand-over was killed. Its refresher notes its start and its end, too. */
import process from "node:process";
import { DiscoveryCache } from "../../mod.ts";
import { serve } from "../support/attack/serve.ts";
import { KILLED_SOURCE, type NextAnswer, type NextCall } from "../support/kills/jobs.ts";
import { note } from "../support/kills/round_log.ts";

await serve<NextCall>(async ({ folder, force }): Promise<NextAnswer> => {
  const cache = new DiscoveryCache({ root: `${folder}/root` });
  const refresher = async () => {
    note(folder, "start", "next", { owner: process.pid });
    // Long enough for others to begin, if anything let them.
    await new Promise((resolve) => setTimeout(resolve, 5));
    note(folder, "end", "next", { owner: process.pid });
    return '"next"';
  };
  const entry =
    await (force ? cache.refresh(KILLED_SOURCE, refresher) : cache.refreshIfStale(KILLED_SOURCE, refresher));
  return { text: new TextDecoder().decode(entry.data), origin: entry.origin };
});

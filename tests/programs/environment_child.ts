/** Tells what it finds in the environment, as one line of JSON. Argument: a prefix. */
import process from "node:process";
import { userCacheDir } from "../../mod.ts";
import { presets } from "../../src/presets.ts";

/** What something returned, or how it failed. */
function told(work: () => unknown): unknown {
  try {
    return work();
  } catch (error) {
    const { name, code, message } = error as Error & { readonly code?: unknown };
    return { error: { name, code, message } };
  }
}

const [prefix = ""] = process.argv.slice(2);
console.log(JSON.stringify({ presets: told(() => presets(prefix)), folder: told(() => userCacheDir("fiz")) }));

/**
 * How a typed source is refreshed: by a function, or by a module of its own, here or in a process of its own.
 *
 * @module
 */

import { InvalidOptionError } from "./errors.ts";
import { encodeJson } from "./json_payload.ts";
import type { DetachedRefresh } from "./launcher.ts";
import type { RefreshContext, Refresher } from "./refresher.ts";
import { loadRefresher } from "./refresher_module.ts";
import type { Source } from "./source_options.ts";

/** How a refresh runs in a process of its own. */
export interface DetachedOptions {
  /**
   * What that process may do on Deno, as flags of its command line: `["--allow-net=openrouter.ai"]`. Needed there, since
   * a program cannot pass on permissions that it does not know; without it the refresh goes on in the program itself.
   * Node and Bun ignore it.
   */
  readonly permissions?: readonly string[] | undefined;
}

/** A source that knows how to refresh itself. */
export interface SourceDefinition<T> extends Source {
  /**
   * Answers the slow question. What it returns is kept as JSON. Instead of the function itself, the URL of a module whose
   * default export it is: `new URL("./refresh_models.ts", import.meta.url)`.
   */
  readonly refresh: ((context: RefreshContext) => Promise<T>) | URL;
  /**
   * Whether stale data is refreshed in a process of its own, which goes on when the program has ended: for programs that
   * live for less time than a refresh takes. `refresh` has to be a module's URL. Default: `false`.
   *
   * That process is in a session of its own, without a terminal; it has the program's environment, working directory and
   * (on Node and Bun) flags. Where there can be none (a compiled binary, a cache with a store of its own, no permission),
   * the refresh goes on in the program itself, as without this, and the event `not-detached` says why. A call that
   * waits for its data refreshes in the program itself in any case.
   */
  readonly detached?: boolean | DetachedOptions | undefined;
}

/** The refresher of a source, as the lower layer knows it. */
export function refresherOf<T>({ refresh }: SourceDefinition<T>): Refresher {
  if (typeof refresh === "function") return async (context) => encodeJson(await refresh(context));
  if (refresh instanceof URL) {
    const { href } = refresh;
    return async (context) => encodeJson(await (await loadRefresher<RefreshContext>(href))(context));
  }
  const expected = "a function that returns a promise of the data, or the URL of a module whose default export is one";
  throw new InvalidOptionError({ what: "refresh", value: refresh, expected });
}

/** A flag of Deno's that is about permissions. */
const PERMISSION_FLAG = /^(?:-A|--(?:allow|deny)-[a-z]+(?:=.+)?)$/s;

/** What refreshes a source in a process of its own; `undefined` if that is not asked for. */
export function detachedRefreshOf<T>({ refresh, detached }: SourceDefinition<T>): DetachedRefresh | undefined {
  if (detached === undefined || detached === false) return undefined;
  if (detached !== true && (typeof detached !== "object" || detached === null)) {
    throw new InvalidOptionError({
      what: "detached",
      value: detached,
      expected: "true, false or { permissions: [...] }",
    });
  }
  if (!(refresh instanceof URL)) {
    const expected = "the URL of a module whose default export is the refresher, since another process has to load it";
    throw new InvalidOptionError({ what: "refresh", value: refresh, expected });
  }
  const permissions = detached === true ? undefined : detached.permissions;
  if (permissions !== undefined && !Array.isArray(permissions)) {
    const expected = 'a list of flags, for example ["--allow-net=openrouter.ai"]';
    throw new InvalidOptionError({ what: "detached.permissions", value: permissions, expected });
  }
  for (const flag of permissions ?? []) {
    if (typeof flag === "string" && PERMISSION_FLAG.test(flag)) continue;
    const expected = "a permission as Deno's command line gives it: --allow-net=openrouter.ai, --allow-env, ...";
    throw new InvalidOptionError({ what: "detached.permissions", value: flag, expected });
  }
  return { module: refresh, permissions };
}

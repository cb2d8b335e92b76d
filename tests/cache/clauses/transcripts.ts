import { assertEquals } from "@std/assert";
import { RetryAfterError } from "../../../src/errors/retry_after_error.ts";
import {
  type Bench,
  encode,
  failing,
  FORBIDDEN,
  HeldRefresher,
  KEY,
  quick,
  refreshFailure,
  rejection,
  seed,
  SOURCE,
  TTL,
  until,
} from "../bench.ts";
import type { Story } from "../story.ts";

const NO_NETWORK = failing(new RetryAfterError(5_000, { message: "no network" }));

const stale = ({ stranger, clock }: Bench) => seed(stranger, '"old"', clock.now() - TTL - 7);
const fresh = ({ stranger, clock }: Bench) => seed(stranger, '"old"', clock.now() - 7);
const cooling = ({ other }: Bench) => refreshFailure(other.refresh(SOURCE, NO_NETWORK));

function wordsOnly(bytes: Uint8Array): string {
  const text = new TextDecoder().decode(bytes);
  if (!/^\w+$/.test(text)) throw new Error("no word");
  return text;
}

/** A typed source that answers after so long. */
function slow({ cache, clock }: Bench, answer: string, ms: number) {
  return cache.source<string>({
    ...SOURCE,
    refresh: async () => {
      await clock.advance(ms);
      return answer;
    },
  });
}

/** A refresh that goes on, and its refresher. */
async function begun({ cache }: Bench, options = {}) {
  const held = new HeldRefresher();
  const refreshing = cache.refresh(SOURCE, held.refresh, options);
  await held.begun();
  return { held, refreshing, context: held.context() };
}

const FAILURE = "RefreshFailedError{source=discovery/models reason=no network attempts=1 retryAt=+5000";

/** What a cache tells of refreshes in its own process. */
export const storiesHere: readonly Story[] = [
  {
    name: "the first get()",
    act: (bench) => slow(bench, "one", 30).get(),
    transcript: [
      "absent source=discovery/models",
      "claimed source=discovery/models token=T1 deadline=+10000",
      "refreshed source=discovery/models capturedAt=+30 modified=true size=5 took=30",
    ],
  },
  {
    name: "get() of fresh data",
    before: fresh,
    act: (bench) => slow(bench, "never", 0).get(),
    transcript: ["hit source=discovery/models age=7"],
  },
  {
    name: "get() of stale data: served at once, refreshed in the background",
    before: stale,
    act: async (bench) => {
      assertEquals(await slow(bench, "new", 30).get(), "old");
      await bench.cache.drain();
    },
    transcript: [
      "stale source=discovery/models age=60007",
      "claimed source=discovery/models token=T1 deadline=+10000",
      "refreshed source=discovery/models capturedAt=+30 modified=true size=5 took=30",
    ],
  },
  {
    name: "get() without data, and the refresh fails",
    act: ({ cache }) => refreshFailure(cache.source<string>({ ...SOURCE, refresh: NO_NETWORK as () => never }).get()),
    transcript: [
      "absent source=discovery/models",
      "claimed source=discovery/models token=T1 deadline=+10000",
      `failed source=discovery/models error=${FAILURE} cause=no network}`,
    ],
  },
  {
    name: "a source that cools down: a caller who waits, one in the background, and one who forces",
    before: cooling,
    act: async ({ cache }) => {
      await refreshFailure(cache.refreshIfStale(SOURCE, FORBIDDEN));
      cache.maybeRefresh(SOURCE, FORBIDDEN);
      await cache.refresh(SOURCE, quick("new").refresh);
    },
    transcript: [
      "absent source=discovery/models",
      `cooling-down source=discovery/models error=${FAILURE}}`,
      "absent source=discovery/models",
      `cooling-down source=discovery/models error=${FAILURE}}`,
      "claimed source=discovery/models token=T1 deadline=+10000",
      "refreshed source=discovery/models capturedAt=+0 modified=true size=3 took=0",
    ],
  },
  {
    name: "a caller who joins a refresh of this process",
    act: async (bench) => {
      const { held, refreshing } = await begun(bench);
      const joining = bench.cache.refreshIfStale(SOURCE, FORBIDDEN);
      await until(() => bench.heard.events.length === 3);
      held.finish("one");
      await Promise.all([refreshing, joining]);
    },
    transcript: [
      "claimed source=discovery/models token=T1 deadline=+10000",
      "absent source=discovery/models",
      "joined source=discovery/models",
      "refreshed source=discovery/models capturedAt=+0 modified=true size=3 took=0",
    ],
  },
  {
    name: "a refresh that reports, puts its deadline off, and finds nothing new",
    before: stale,
    act: async (bench) => {
      const { held, refreshing, context } = await begun(bench);
      context.report({ done: 1, total: 2, message: "halfway" });
      await bench.clock.advance(250);
      await context.extend("20s");
      held.finish(context.notModified());
      await refreshing;
    },
    transcript: [
      "claimed source=discovery/models token=T1 deadline=+10000",
      "progress source=discovery/models progress={done=1 total=2 message=halfway}",
      "extended source=discovery/models deadline=+20250",
      "refreshed source=discovery/models capturedAt=+250 modified=false size=5 took=250",
    ],
  },
  {
    name: "a refresh that misses its deadline",
    act: async (bench) => {
      const { refreshing } = await begun(bench);
      const failed = refreshFailure(refreshing);
      bench.clock.random = () => 0.5;
      await bench.clock.advance(10_000);
      await failed;
    },
    transcript: [
      "claimed source=discovery/models token=T1 deadline=+10000",
      "failed source=discovery/models error=RefreshFailedError{source=discovery/models reason=the refresher was not done " +
      "within its 10000 ms: give it more time, or make it quicker attempts=1 retryAt=+10500 cause=the refresher was not " +
      "done within its 10000 ms: give it more time, or make it quicker}",
    ],
  },
  {
    name: "a refresh that comes too late, since data was put meanwhile",
    act: async (bench) => {
      const { held, refreshing } = await begun(bench);
      await bench.clock.advance(10);
      await bench.stranger.put(KEY, encode("put"), bench.clock.now());
      held.finish("late");
      await refreshing;
    },
    transcript: [
      "claimed source=discovery/models token=T1 deadline=+10000",
      "superseded source=discovery/models",
      "adopted source=discovery/models capturedAt=+10",
    ],
  },
  {
    name: "a refresh that nobody waits for any more",
    act: async (bench) => {
      const controller = new AbortController();
      const { refreshing } = await begun(bench, { signal: controller.signal });
      const left = rejection(refreshing);
      controller.abort("no time");
      await left;
      await until(() => bench.heard.events.length === 2);
    },
    transcript: [
      "claimed source=discovery/models token=T1 deadline=+10000",
      "aborted source=discovery/models reason=no time",
    ],
  },
  {
    name: "a caller who waits for so long at most",
    act: async (bench) => {
      const { held, refreshing } = await begun(bench, { maxWait: "2s" });
      const left = rejection(refreshing);
      await bench.clock.advance(2_000);
      await left;
      held.finish("late");
      await bench.cache.drain();
    },
    transcript: [
      "claimed source=discovery/models token=T1 deadline=+10000",
      "timeout source=discovery/models error=WaitTimeoutError{source=discovery/models maxWait=2000}",
      "refreshed source=discovery/models capturedAt=+2000 modified=true size=4 took=2000",
    ],
  },
  {
    name: "data that cannot be decoded, and is replaced",
    before: ({ stranger, clock }) => seed(stranger, "{", clock.now()),
    act: async ({ cache, clock }) => {
      const codec = { encode, decode: wordsOnly };
      const refresh = async () => {
        await clock.advance(5);
        return "one";
      };
      const models = cache.source<string>({ ...SOURCE, codec, refresh });
      await models.read();
      await models.get();
      await models.get();
    },
    transcript: [
      "corrupt source=discovery/models error=CorruptDataError{source=discovery/models cause=no word}",
      "absent source=discovery/models",
      "absent source=discovery/models",
      "claimed source=discovery/models token=T1 deadline=+10000",
      "refreshed source=discovery/models capturedAt=+5 modified=true size=3 took=5",
      "hit source=discovery/models age=0",
    ],
  },
  {
    name: "put(), expire() and delete(), each once more where there is nothing to do",
    act: async ({ cache, clock }) => {
      await cache.put(SOURCE, "put");
      await clock.advance(5);
      await cache.expire(SOURCE);
      await cache.read(SOURCE);
      for (let time = 0; time < 2; time++) await cache.delete(SOURCE);
      await cache.expire(SOURCE);
    },
    transcript: [
      "put source=discovery/models capturedAt=+0 size=3",
      "expired source=discovery/models",
      "stale source=discovery/models age=60000",
      "deleted source=discovery/models",
    ],
  },
  {
    name: "prune(), first only to see",
    before: async (bench) => {
      await stale(bench);
      await seed(bench.stranger, "kept", bench.clock.now(), { ...KEY, name: "kept" });
    },
    act: async ({ cache }) => {
      await cache.prune([{ name: "kept" }], { dryRun: true });
      await cache.prune([{ name: "kept" }]);
    },
    transcript: ["pruned source=discovery/models"],
  },
  {
    name: "refreshAll() of two sources, one after the other, one of which fails",
    act: async ({ cache }) => {
      const good = cache.source<string>({ ...SOURCE, name: "good", refresh: () => Promise.resolve("one") });
      const bad = cache.source<string>({ ...SOURCE, name: "bad", refresh: NO_NETWORK as () => never });
      await cache.refreshAll([good, bad], { concurrency: 1 });
    },
    transcript: [
      "claimed source=discovery/good token=T1 deadline=+10000",
      "refreshed source=discovery/good capturedAt=+0 modified=true size=5 took=0",
      "claimed source=discovery/bad token=T2 deadline=+10000",
      `failed source=discovery/bad error=${FAILURE.replace("models", "bad")} cause=no network}`,
    ],
  },
];

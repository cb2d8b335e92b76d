import { DiscoveryCache } from "../../../src/discovery_cache.ts";
import type { Store } from "../../../src/store.ts";
import {
  type Bench,
  claimElsewhere,
  encode,
  FORBIDDEN,
  HeldRefresher,
  quick,
  refreshFailure,
  rejection,
  seed,
  SOURCE,
  SPAN,
  TTL,
  until,
} from "../bench.ts";
import type { Story } from "../story.ts";

const stale = ({ stranger, clock }: Bench) => seed(stranger, "old", clock.now() - TTL - 7);

/** What another cache object of the same data tells belongs to the story. */
function listenTo(cache: DiscoveryCache, { heard }: Bench): DiscoveryCache {
  cache.on((event) => heard.events.push(event));
  return cache;
}

/** A cache on the same data whose store fails where it is asked for a claim. */
function withoutClaims(bench: Bench): DiscoveryCache {
  const fail = () => {
    throw new Error("the medium is gone");
  };
  const store = new Proxy<Store>(bench.stranger, {
    get: (inner, name) => {
      if (name === "tryClaim") return fail;
      const value: unknown = Reflect.get(inner, name, inner);
      return typeof value === "function" ? value.bind(inner) : value;
    },
  });
  return listenTo(new DiscoveryCache({ store, clock: bench.clock }), bench);
}

const WAITING = "waiting source=discovery/models " +
  "state={kind=refreshing token=T1 owner=here startedAt=+0 deadline=+10000 attempts=0}";

/** What a cache tells of refreshes in other processes, and of its own end. */
export const storiesElsewhere: readonly Story[] = [
  {
    name: "a caller who waits for another process, and gets its data",
    before: stale,
    act: async ({ cache, stranger, clock, heard }) => {
      const claim = await claimElsewhere(stranger);
      const waiting = cache.refreshIfStale(SOURCE, FORBIDDEN);
      await until(() => heard.events.length === 2);
      await clock.advance(40);
      await stranger.commit(claim, encode("theirs"), clock.now());
      await clock.advanceUntil(waiting);
    },
    transcript: [
      "stale source=discovery/models age=60007",
      WAITING,
      "adopted source=discovery/models capturedAt=+40",
    ],
  },
  {
    name: "two callers who wait for another process hear of its progress once, and each of its failure",
    act: async ({ cache, stranger, clock, heard }) => {
      const claim = await claimElsewhere(stranger);
      const waiting = [1, 2].map(() => refreshFailure(cache.refresh(SOURCE, FORBIDDEN)));
      await until(() => heard.events.length === 2);
      for (const done of [1, 2]) {
        await stranger.report(claim, { done, total: 2 });
        await clock.advance(250);
        await until(() => heard.events.length === 2 + done);
      }
      await stranger.fail(claim, { message: "no network there", retryAt: clock.now() + 5_000 });
      await clock.advanceUntil(Promise.all(waiting));
    },
    transcript: [
      WAITING,
      WAITING,
      "progress source=discovery/models progress={done=1 total=2}",
      "progress source=discovery/models progress={done=2 total=2}",
      ...[1, 2].map(() =>
        "failed source=discovery/models error=RefreshFailedError{source=discovery/models reason=no network there " +
        "attempts=1 retryAt=+5500}"
      ),
    ],
  },
  {
    name: "a caller who waits for another process past its deadline",
    act: async ({ cache, stranger, clock }) => {
      await claimElsewhere(stranger);
      await clock.advanceUntil(rejection(cache.refresh(SOURCE, FORBIDDEN)), 2 * SPAN, 100);
    },
    transcript: [
      WAITING,
      "timeout source=discovery/models error=WaitTimeoutError{source=discovery/models pid=here deadline=+10000}",
    ],
  },
  {
    name: "a background refresh while another process refreshes: nothing is done, nothing is told",
    before: stale,
    act: async ({ cache, stranger }) => {
      await claimElsewhere(stranger);
      cache.maybeRefresh(SOURCE, FORBIDDEN);
      await cache.drain();
    },
    transcript: ["stale source=discovery/models age=60007"],
  },
  {
    name: "a refresh taken over from somebody who is overdue",
    act: async ({ cache, stranger, clock }) => {
      await claimElsewhere(stranger);
      await clock.advance(3 * SPAN + 1);
      await cache.refresh(SOURCE, quick("mine").refresh);
    },
    transcript: [
      "recovered source=discovery/models " +
      "from={kind=abandoned token=T1 owner=here startedAt=+0 deadline=+10000 attempts=0 reason=overdue}",
      "claimed source=discovery/models token=T2 deadline=+40001",
      "refreshed source=discovery/models capturedAt=+30001 modified=true size=4 took=0",
    ],
  },
  {
    name: "a background refresh that finds under the lock that it is not needed",
    before: stale,
    act: async ({ cache, clock }) => {
      // The wall clock is set back between the look and the claim: by then the data is fresh.
      cache.on("stale", () => clock.jump(-1_000));
      cache.maybeRefresh(SOURCE, FORBIDDEN);
      await cache.drain();
    },
    transcript: ["stale source=discovery/models age=60007", "adopted source=discovery/models capturedAt=+-60007"],
  },
  {
    name: "a background refresh whose claim was taken over",
    act: async ({ cache, stranger, clock }) => {
      const held = new HeldRefresher();
      cache.maybeRefresh(SOURCE, held.refresh);
      await held.begun();
      clock.jump(3 * SPAN + 1);
      await claimElsewhere(stranger);
      held.finish("late");
      await cache.drain();
    },
    transcript: [
      "absent source=discovery/models",
      "claimed source=discovery/models token=T1 deadline=+10000",
      "superseded source=discovery/models",
    ],
  },
  {
    name: "a cache that is closed gives up what nobody waits for",
    before: stale,
    act: async (bench) => {
      const cache = listenTo(bench.fixture.open({ keepAlive: false }), bench);
      const held = new HeldRefresher();
      cache.maybeRefresh(SOURCE, held.refresh);
      await held.begun();
      await cache.close();
      cache.maybeRefresh(SOURCE, FORBIDDEN);
      await cache.read(SOURCE);
    },
    transcript: [
      "stale source=discovery/models age=60007",
      "claimed source=discovery/models token=T1 deadline=+10000",
      "aborted source=discovery/models reason=CacheClosedError{message=the cache was closed, and refreshes nothing any " +
      "more: refresh before close() is called, or make another cache; reading still works}",
      "stale source=discovery/models age=60007",
    ],
  },
  {
    name: "a refresh that was to have a process of its own, and cannot have it",
    before: ({ stranger, clock }) => seed(stranger, '"old"', clock.now() - TTL - 7),
    act: async (bench) => {
      const cache = listenTo(bench.fixture.open({ redact: String }), bench);
      const refresh = new URL("data:text/javascript,export default async () => 'new';");
      cache.source<string>({ ...SOURCE, refresh, detached: true }).maybeRefresh();
      await cache.drain();
    },
    transcript: [
      "stale source=discovery/models age=60007",
      "claimed source=discovery/models token=T1 deadline=+10000",
      "not-detached source=discovery/models reason=the cache has a redact function, which another process does not have",
      "refreshed source=discovery/models capturedAt=+0 modified=true size=5 took=0",
    ],
  },
  {
    name: "a store that fails in the background",
    before: stale,
    act: async (bench) => {
      const cache = withoutClaims(bench);
      cache.maybeRefresh(SOURCE, FORBIDDEN);
      await cache.drain();
    },
    transcript: [
      "stale source=discovery/models age=60007",
      "error source=discovery/models error=Error{message=the medium is gone}",
    ],
  },
];

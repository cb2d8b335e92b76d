import { assertEquals } from "@std/assert";
import { describe, it } from "node:test";
import { type Change, changesAtFirst, changesBetween } from "../../../src/cli/watch/changes.ts";
import type { SourceListing } from "../../../src/listing.ts";
import type { AbandonedState, CoolingDownState, IdleState, RefreshingState } from "../../../src/store.ts";

const key = { tier: "discovery", name: "a" };
const idle: IdleState = { kind: "idle", attempts: 0, lastError: undefined };
const failedOnce: IdleState = { kind: "idle", attempts: 1, lastError: "no" };

function owner(pid: number) {
  return { pid, host: undefined, processStart: undefined };
}

function refreshing(token: string | undefined, change: Partial<RefreshingState> = {}): RefreshingState {
  const times = { startedAt: 2_000, deadline: 9_000 };
  return { kind: "refreshing", token, owner: owner(7), ...times, attempts: 0, progress: undefined, ...change };
}

function abandoned(token: string, change: Partial<AbandonedState> = {}): AbandonedState {
  const times = { startedAt: 2_000, deadline: 9_000 };
  return { kind: "abandoned", token, owner: owner(7), ...times, attempts: 0, reason: "owner-gone", ...change };
}

function coolingDown(token: string, change: Partial<CoolingDownState> = {}): CoolingDownState {
  const facts = { startedAt: 2_500, lastError: "no", attempts: 1, retryAt: 8_000 };
  return { kind: "cooling-down", token, owner: owner(7), ...facts, ...change };
}

/** A source with data from second one, fresh, and nothing going on; or what differs from that. */
function listing(change: Partial<SourceListing> = {}): SourceListing {
  const data = { state: "fresh", size: 5, capturedAt: 1_000, age: 0, ttl: 60_000 } as const;
  return { source: key, ...data, refresh: idle, ...change };
}

const noData = { state: "absent", size: undefined, capturedAt: undefined, age: undefined } as const;
const newer = { capturedAt: 3_000, size: 8 } as const;

type Told<One = Change> = One extends Change ? Omit<One, "source"> : never;
type ToldOf<Kind extends Change["kind"]> = Told<Extract<Change, { readonly kind: Kind }>>;

const started: ToldOf<"started"> = { kind: "started", pid: 7, startedAt: 2_000, deadline: 9_000 };
const failed: ToldOf<"failed"> = { kind: "failed", reason: "no", attempts: 1, retryAt: 8_000 };
const committed: ToldOf<"committed"> = { kind: "committed", size: 8, took: undefined, failures: 0 };

/** What happens, what was seen before and after it, and what is told. */
const CASES: readonly (readonly [string, SourceListing | undefined, SourceListing | undefined, readonly Told[]])[] = [
  ["nothing", listing(), listing(), []],
  ["only time passes", listing({ age: 0 }), listing({ age: 500 }), []],
  ["a refresh begins", listing(), listing({ refresh: refreshing("x") }), [started]],
  [
    "a refresh begins and reports",
    listing(),
    listing({ refresh: refreshing("x", { progress: { done: 1 } }) }),
    [started, { kind: "progressed", progress: { done: 1 } }],
  ],
  ["it goes on", listing({ refresh: refreshing("x") }), listing({ refresh: refreshing("x") }), []],
  [
    "its deadline is put off",
    listing({ refresh: refreshing("x") }),
    listing({ refresh: refreshing("x", { deadline: 12_000 }) }),
    [],
  ],
  ...[{ done: 2, total: 4 }, { done: 1, total: 5 }, { done: 1, total: 4, message: "b" }].map((progress) =>
    [
      `it reports ${JSON.stringify(progress)}`,
      listing({ refresh: refreshing("x", { progress: { done: 1, total: 4 } }) }),
      listing({ refresh: refreshing("x", { progress }) }),
      [{ kind: "progressed", progress }],
    ] as const
  ),
  [
    "it reports the same again",
    listing({ refresh: refreshing("x", { progress: { done: 1 } }) }),
    listing({ refresh: refreshing("x", { progress: { done: 1 } }) }),
    [],
  ],
  [
    "it commits",
    listing({ refresh: refreshing("x") }),
    listing(newer),
    [{ ...committed, took: 1_000 }],
  ],
  [
    "it commits the first data",
    listing({ ...noData, refresh: refreshing("x") }),
    listing(newer),
    [{ ...committed, took: 1_000 }],
  ],
  [
    "it commits after failures",
    listing({ refresh: refreshing("x", { attempts: 2 }) }),
    listing(newer),
    [{ ...committed, took: 1_000, failures: 2 }],
  ],
  [
    "it commits, and its claim is still there",
    listing({ refresh: refreshing("x") }),
    listing({ ...newer, refresh: refreshing("x") }),
    [{ ...committed, took: 1_000 }],
  ],
  ["the claim of what was committed is gone", listing({ ...newer, refresh: refreshing("x") }), listing(newer), []],
  [
    "the claim of what was committed is gone, and the next begins",
    listing({ ...newer, refresh: refreshing("x") }),
    listing({ ...newer, refresh: refreshing("y", { startedAt: 3_100 }) }),
    [{ ...started, startedAt: 3_100 }],
  ],
  [
    "a refresh begins and commits between the looks, and its claim is still there",
    listing(),
    listing({ ...newer, refresh: refreshing("x") }),
    [started, { ...committed, took: 1_000 }],
  ],
  ["a refresh begins and commits between the looks", listing(), listing(newer), [committed]],
  ["it commits within the same millisecond, other data", listing(), listing({ size: 6 }), [
    { ...committed, size: 6 },
  ]],
  [
    "a refresh begins and commits after a failure that cooled down",
    listing({ refresh: coolingDown("w") }),
    listing(newer),
    [{ ...committed, failures: 1 }],
  ],
  [
    "it commits, and the next begins",
    listing({ refresh: refreshing("x") }),
    listing({ ...newer, refresh: refreshing("y", { startedAt: 3_100 }) }),
    [{ ...committed, took: 1_000 }, { ...started, startedAt: 3_100 }],
  ],
  [
    "one commits and the next fails between the looks",
    listing(),
    listing({ ...newer, refresh: coolingDown("y") }),
    [committed, failed],
  ],
  ["a refresh fails", listing({ refresh: refreshing("x") }), listing({ refresh: coolingDown("x") }), [failed]],
  ["a refresh begins and fails between the looks", listing(), listing({ refresh: coolingDown("x") }), [failed]],
  [
    "a failure goes on cooling down",
    listing({ refresh: coolingDown("x") }),
    listing({ refresh: coolingDown("x") }),
    [],
  ],
  ["a failure has cooled down", listing({ refresh: coolingDown("x") }), listing({ refresh: failedOnce }), []],
  [
    "a refresh fails, and that has cooled down already",
    listing({ refresh: refreshing("x") }),
    listing({ refresh: failedOnce }),
    [{ ...failed, retryAt: undefined }],
  ],
  [
    "it fails once more between the looks",
    listing({ refresh: coolingDown("x") }),
    listing({ refresh: coolingDown("y", { startedAt: 4_000, attempts: 2 }) }),
    [{ ...failed, attempts: 2 }],
  ],
  [
    "it fails once more, and that has cooled down already",
    listing({ refresh: failedOnce }),
    listing({ refresh: { ...failedOnce, attempts: 2 } }),
    [{ ...failed, attempts: 2, retryAt: undefined }],
  ],
  [
    "a refresh is tried again",
    listing({ refresh: coolingDown("x") }),
    listing({ refresh: refreshing("y", { attempts: 1 }) }),
    [started],
  ],
  [
    "a refresh is given back",
    listing({ refresh: refreshing("x") }),
    listing(),
    [{ kind: "given-back", pid: 7 }],
  ],
  [
    "a refresh is given back, and the failure from before it is back",
    listing({ refresh: refreshing("x", { attempts: 1 }) }),
    listing({ refresh: coolingDown("w", { startedAt: 1_500 }) }),
    [{ kind: "given-back", pid: 7 }],
  ],
  [
    "a refresh is given back, and another begins",
    listing({ refresh: refreshing("x") }),
    listing({ refresh: refreshing("y", { owner: owner(8) }) }),
    [{ kind: "given-back", pid: 7 }, { ...started, pid: 8 }],
  ],
  [
    "the first refresh of all is given back, and the source with it",
    listing({ ...noData, refresh: refreshing("x") }),
    undefined,
    [{ kind: "given-back", pid: 7 }],
  ],
  [
    "whoever refreshes is gone",
    listing({ refresh: refreshing("x") }),
    listing({ refresh: abandoned("x") }),
    [{ kind: "abandoned", pid: 7, reason: "owner-gone" }],
  ],
  [
    "a refresh begins and is abandoned between the looks",
    listing(),
    listing({ refresh: abandoned("x") }),
    [started, { kind: "abandoned", pid: 7, reason: "owner-gone" }],
  ],
  ["it stays abandoned", listing({ refresh: abandoned("x") }), listing({ refresh: abandoned("x") }), []],
  [
    "what was abandoned is taken over",
    listing({ refresh: abandoned("x") }),
    listing({ refresh: refreshing("y", { owner: owner(8), attempts: 1 }) }),
    [{ kind: "taken-over", pid: 8, from: 7 }],
  ],
  [
    "it is taken over before anybody has seen that it was abandoned",
    listing({ refresh: refreshing("x") }),
    listing({ refresh: refreshing("y", { owner: owner(8), attempts: 1, progress: { message: "on" } }) }),
    [{ kind: "taken-over", pid: 8, from: 7 }, { kind: "progressed", progress: { message: "on" } }],
  ],
  [
    "what was abandoned is taken over, and commits between the looks",
    listing({ refresh: abandoned("x") }),
    listing(newer),
    [committed],
  ],
  [
    "what was abandoned is taken over, and fails between the looks",
    listing({ refresh: abandoned("x") }),
    listing({ refresh: coolingDown("y", { attempts: 2 }) }),
    [{ ...failed, attempts: 2 }],
  ],
  [
    "the late owner of what was abandoned goes on",
    listing({ refresh: abandoned("x", { reason: "overdue" }) }),
    listing({ refresh: refreshing("x", { progress: { done: 3 } }) }),
    [{ kind: "progressed", progress: { done: 3 } }],
  ],
  ["its time comes", listing(), listing({ state: "stale" }), [{ kind: "expired" }]],
  ["it stays stale", listing({ state: "stale" }), listing({ state: "stale" }), []],
  ["a TTL becomes known", listing({ state: "unknown" }), listing(), []],
  [
    "its time comes while it is refreshed",
    listing({ refresh: refreshing("x") }),
    listing({ state: "stale", refresh: refreshing("x", { progress: { done: 1 } }) }),
    [{ kind: "expired" }, { kind: "progressed", progress: { done: 1 } }],
  ],
  [
    "somebody expires it",
    listing({ state: "unknown" }),
    listing({ state: "unknown", capturedAt: 500 }),
    [{ kind: "expired" }],
  ],
  [
    "somebody expires it under a refresh",
    listing({ refresh: refreshing("x") }),
    listing({ state: "stale", capturedAt: 500 }),
    [{ kind: "expired" }],
  ],
  ["it is removed", listing(), undefined, [{ kind: "removed" }]],
  ["it is removed under a refresh", listing({ refresh: refreshing("x") }), undefined, [{ kind: "removed" }]],
  ["a failure without data is removed", listing({ ...noData, refresh: coolingDown("x") }), undefined, [
    { kind: "removed" },
  ]],
  [
    "what was abandoned without data is removed",
    listing({ ...noData, refresh: abandoned("x") }),
    undefined,
    [{ kind: "removed" }],
  ],
  [
    "its data is removed, and a refresh begins",
    listing(),
    listing({ ...noData, refresh: refreshing("y") }),
    [{ kind: "removed" }, started],
  ],
  ["it appears with data", undefined, listing(newer), [{ kind: "appeared" }, committed]],
  [
    "it appears with a refresh",
    undefined,
    listing({ ...noData, refresh: refreshing("x") }),
    [{ kind: "appeared" }, started],
  ],
  [
    "it appears with a failure",
    undefined,
    listing({ ...noData, refresh: coolingDown("x") }),
    [{ kind: "appeared" }, failed],
  ],
  [
    "it appears stale, with a refresh",
    undefined,
    listing({ ...newer, state: "stale", refresh: refreshing("x", { startedAt: 4_000 }) }),
    [{ kind: "appeared" }, committed, { ...started, startedAt: 4_000 }],
  ],
];

function seen(source: SourceListing | undefined): ReadonlyMap<string, SourceListing> {
  return new Map(source === undefined ? [] : [["discovery/a", source]]);
}

describe("changesBetween()", () => {
  for (const [what, before, after, told] of CASES) {
    it(`tells of ${told.map(({ kind }) => kind).join(", ") || "nothing"} when ${what}`, () => {
      assertEquals(
        changesBetween(seen(before), seen(after)),
        told.map((change) => ({ ...change, source: key }) as Change),
      );
    });
  }

  it("knows the claims of programs that write no token by who made them and when", () => {
    const [first, same, later] = [{}, {}, { startedAt: 2_600 }].map((change) =>
      seen(listing({ refresh: refreshing(undefined, change) }))
    );
    const between = (one = seen(undefined), other = seen(undefined)) =>
      changesBetween(one, other).map(({ kind }) => kind);
    assertEquals(between(first, same), []);
    assertEquals(between(first, later), ["given-back", "started"]);
  });

  it("tells of several sources at once, each by its own key", () => {
    const other = { tier: "x", name: "b" };
    const before = new Map([["discovery/a", listing()], ["x/b", listing({ source: other })]]);
    const after = new Map([["x/b", listing({ source: other, ...newer })]]);
    const changes = changesBetween(before, after).map(({ kind, source: { name } }) => `${name} ${kind}`);
    assertEquals(changes, ["a removed", "b committed"]);
  });
});

describe("changesAtFirst()", () => {
  it("tells of what goes on, and of nothing that is only there", () => {
    const told = (source: SourceListing) => changesAtFirst(seen(source)).map(({ kind }) => kind);
    assertEquals(told(listing()), []);
    assertEquals(told(listing({ refresh: coolingDown("x") })), []);
    assertEquals(told(listing({ refresh: abandoned("x") })), []);
    assertEquals(told(listing({ refresh: refreshing("x", { progress: { done: 1 } }) })), ["started", "progressed"]);
  });
});

import { assertEquals } from "@std/assert";
import { describe, it } from "node:test";
import { type SourceView, viewOf } from "../../../src/cli/sources/source_view.ts";
import type { SourceListing } from "../../../src/listing.ts";
import { abandoned, coolingDown, IDLE, listing, NOW, OWNER, refreshing } from "../../support/listings.ts";

const MINUTE = 60_000;
const ttl = 10 * MINUTE;

interface Case {
  readonly what: string;
  readonly source: SourceListing;
  readonly seen: Partial<SourceView>;
}

const cases: readonly Case[] = [
  {
    what: "fresh data",
    source: listing("a/b", 4 * MINUTE, { ttl }),
    seen: { label: "a/b", state: "fresh", data: "fresh", age: 4 * MINUTE, ttl, used: 0.4, size: 17, owner: undefined },
  },
  {
    what: "data past its TTL as used up, however old it is",
    source: listing("a/b", 25 * MINUTE, { ttl }),
    seen: { state: "stale", data: "stale", used: 1 },
  },
  { what: "data with a TTL of 0", source: listing("a/b", 0, { ttl: 0 }), seen: { state: "stale", used: 1 } },
  {
    what: "data from the future as used up",
    source: listing("a/b", -60 * MINUTE, { ttl }),
    seen: { state: "stale", age: 0, used: 1 },
  },
  {
    what: "data without a TTL, of which nothing can be said",
    source: listing("a/b", MINUTE),
    seen: { state: "unknown", data: "unknown", age: MINUTE, ttl: undefined, used: undefined },
  },
  {
    what: "no data",
    source: listing("a/b", undefined, { ttl }),
    seen: { state: "absent", age: undefined, used: undefined, size: undefined },
  },
  {
    what: "a refresh before the data that it will replace",
    source: listing("a/b", 25 * MINUTE, { ttl, refresh: refreshing({ progress: { done: 3, total: 10 } }) }),
    seen: {
      state: "refreshing",
      data: "stale",
      owner: OWNER,
      hostless: false,
      progress: { done: 3, total: 10 },
      deadline: NOW + 20_000,
      lastError: undefined,
    },
  },
  {
    what: "the refresh of a program that knows no hosts",
    source: listing("a/b", 0, { refresh: refreshing({ token: undefined }) }),
    seen: { state: "refreshing", hostless: true },
  },
  {
    what: "a failure that cools down, which nobody holds any more",
    source: listing("a/b", undefined, { ttl, refresh: coolingDown("no such host") }),
    seen: {
      state: "cooling-down",
      data: "absent",
      owner: undefined,
      lastError: "no such host",
      retryAt: NOW + 45_000,
    },
  },
  {
    what: "a failure that has cooled down since it was looked for",
    source: listing("a/b", 25 * MINUTE, { ttl, refresh: coolingDown("no such host", NOW) }),
    seen: { state: "stale", lastError: "no such host", retryAt: undefined },
  },
  {
    what: "a failure of long ago",
    source: listing("a/b", 25 * MINUTE, { ttl, refresh: { ...IDLE, kind: "idle", attempts: 1, lastError: "bad" } }),
    seen: { state: "stale", lastError: "bad", retryAt: undefined },
  },
  {
    what: "a refresh that nobody ends any more, and who began it",
    source: listing("a/b", 25 * MINUTE, { ttl, refresh: abandoned() }),
    seen: { state: "abandoned", data: "stale", owner: OWNER, deadline: undefined },
  },
];

describe("viewOf()", () => {
  for (const { what, source, seen } of cases) {
    it(`shows ${what}`, () => {
      const view = viewOf(source, NOW);
      const names = Object.keys(seen) as (keyof SourceView)[];
      assertEquals(Object.fromEntries(names.map((name) => [name, view[name]])), seen);
    });
  }

  it("judges by the time of whoever looks, not by the time at which it was found", () => {
    const source = listing("a/b", 4 * MINUTE, { ttl, refresh: coolingDown("bad", NOW + MINUTE) });
    const [before, after] = [viewOf(source, NOW), viewOf(source, NOW + 7 * MINUTE)];
    assertEquals([before.state, before.data, before.age], ["cooling-down", "fresh", 4 * MINUTE]);
    assertEquals([after.state, after.data, after.age], ["stale", "stale", 11 * MINUTE]);
  });
});

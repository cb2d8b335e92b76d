import { assert, assertEquals, assertNotEquals, assertRejects, assertStrictEquals, assertThrows } from "@std/assert";
import {
  InvalidDurationError,
  InvalidNameError,
  InvalidOptionError,
  NoDataError,
  RefreshFailedError,
} from "../../../src/errors.ts";
import { checkName } from "../../../src/source_name.ts";
import type { FamilyPruneOptions } from "../../../src/source/family.ts";
import { type AddClause, claimElsewhere, encode, HeldRefresher } from "../bench.ts";

const OPTIONS = { name: "pulls", ttl: "1m", refreshDeadline: "10s" } as const;
const HOUR = 3_600_000;

/** Texts that are no names. */
const ODD_KEYS: readonly string[] = [
  "",
  " ",
  "../x",
  "/etc/passwd",
  "..",
  "nul",
  "a.json",
  "owner/repo#12",
  "Owner/repo#12",
  "grüße ✓ 漢字",
  "\ud800",
  "\u0000",
  "x".repeat(500),
  `${"x".repeat(500)}y`,
  "a-0123456789abcdef0123456789abcdef",
  "__proto__",
];

/** Families. */
export function familyClauses(clause: AddClause): void {
  clause("one definition answers for every key, each with data of its own", async ({ cache, stranger }) => {
    const asked: string[] = [];
    const pulls = cache.family({
      ...OPTIONS,
      refresh: (pull: string) => {
        asked.push(pull);
        return Promise.resolve({ title: pull });
      },
    });
    assertEquals(pulls.tier, "pulls");
    for (let time = 0; time < 2; time++) {
      assertEquals(await Promise.all([pulls.get("a"), pulls.get("b")]), [{ title: "a" }, { title: "b" }]);
    }
    assertEquals(asked.sort(), ["a", "b"]);
    const entry = await pulls.getEntry("a");
    assertEquals([entry.data, entry.origin, entry.state], [{ title: "a" }, "hit", "fresh"]);
    await assertRejects(() => pulls.get("c", { refresh: "none" }), NoDataError, "pulls/c");
    assertEquals((await stranger.read({ tier: "pulls", name: "a" }))?.bytes, encode('{"title":"a"}'));
  });

  clause("a text, a number, a boolean or a bigint is a key by itself", async ({ cache }) => {
    const family = cache.family({
      ...OPTIONS,
      refresh: (key: string | number | boolean | bigint) => Promise.resolve(typeof key),
    });
    assertEquals(
      [await family.get("1"), await family.get(1)],
      ["string", "string"],
      "the same text is the same source",
    );
    assertEquals([await family.get(2.5), await family.get(true), await family.get(7n)], [
      "number",
      "boolean",
      "bigint",
    ]);
    assertEquals([family.source(1).name, family.source(true).name], ["1", "true"]);
    for (const key of [undefined, null, {}, ["a"], Symbol("a"), () => "a"]) {
      const wrong = key as unknown as string;
      const error = assertThrows(() => family.source(wrong), InvalidNameError, "give the family a function");
      assertEquals(error.what, "key");
      await assertRejects(() => family.get(wrong), InvalidNameError);
    }
  });

  clause("the same text is the same source, whatever else a key holds", async ({ cache }) => {
    interface Pull {
      readonly repo: string;
      readonly number: number;
      readonly note?: string;
    }
    const given: Pull[] = [];
    const pulls = cache.family({
      ...OPTIONS,
      key: ({ repo, number }: Pull) => `${repo}#${number}`,
      refresh: (pull: Pull) => {
        given.push(pull);
        return Promise.resolve(pull.number);
      },
    });
    const first = { repo: "owner/repo", number: 12, note: "as it is" };
    assertEquals([await pulls.get(first), await pulls.get({ repo: "owner/repo", number: 12 })], [12, 12]);
    assertEquals(await pulls.get({ repo: "owner/repo", number: 13 }), 13);
    assertStrictEquals(given[0], first);
    assertEquals(given.length, 2);
  });

  clause("every text is a key, and no two share a source", async ({ cache, other }) => {
    const definition = { ...OPTIONS, refresh: (key: string) => Promise.resolve([key.length]) };
    const [mine, yours] = [cache.family(definition), other.family(definition)];
    const names = new Set<string>();
    for (const key of ODD_KEYS) {
      const { tier, name } = mine.source(key);
      assertEquals([tier, checkName(name, "name")], ["pulls", name]);
      names.add(name);
      assertEquals(await mine.get(key), [key.length]);
      assertEquals((await yours.getEntry(key, { refresh: "none" })).data, [key.length]);
    }
    assertEquals(names.size, ODD_KEYS.length);
  });

  clause("a key's source is as any other source", async ({ cache, clock, heard }) => {
    const family = cache.family({ ...OPTIONS, refresh: (key: string) => Promise.resolve(key) });
    const source = family.source("a");
    assertEquals([source.ttl, source.refreshDeadline], [60_000, 10_000]);
    assertEquals((await source.put("put")).data, "put");
    assertEquals(await family.get("a"), "put");
    await source.expire();
    assertEquals((await source.refreshIfStale()).data, "a");
    assertEquals(await source.delete(), true);
    const states = [source.readSync().state, (await cache.read(source)).state, (await source.state()).kind];
    assertEquals(states, ["absent", "absent", "idle"]);
    assertEquals(heard.first("refreshed").source, { tier: "pulls", name: "a" });
    const outcomes = await cache.refreshAll([family.source("b"), family.source("c"), family.source("b")]);
    assertEquals(outcomes.map(({ kind, source: { name } }) => [kind, name]), [["refreshed", "b"], ["refreshed", "c"]]);
    await clock.advance(1);
  });

  clause("a key is decoded once, whichever of its source objects is asked", async ({ cache, clock }) => {
    let decoded = 0;
    const codec = {
      encode: (value: { of: string }) => JSON.stringify(value),
      decode: (bytes: Uint8Array) => {
        decoded++;
        return JSON.parse(new TextDecoder().decode(bytes)) as { of: string };
      },
    };
    const family = cache.family({ ...OPTIONS, codec, refresh: (of: string) => Promise.resolve({ of }) });
    const data = await family.get("a");
    for (const pause of [0, 30, 30]) {
      await clock.advance(pause);
      assertStrictEquals(await family.get("a"), data);
      assertStrictEquals(family.source("a").readSync().data, data);
    }
    assertEquals(decoded, 1);
    assertNotEquals(await family.get("b"), data);
    assertEquals([decoded, Object.isFrozen(data)], [2, true]);
  });

  clause("a key that cannot be refreshed says which", async ({ cache }) => {
    const family = cache.family({ ...OPTIONS, refresh: (key: string) => Promise.reject(new Error(`no ${key}`)) });
    const error = await assertRejects(() => family.get("b"), RefreshFailedError);
    assertEquals([error.source, error.reason], ["pulls/b", "no b"]);
    assertEquals((await family.source("a").state()).kind, "idle");
  });

  clause("two versions of a family live side by side", async ({ cache }) => {
    const [old, now] = [
      cache.family({ ...OPTIONS, refresh: (key: string) => Promise.resolve(key) }),
      cache.family({ ...OPTIONS, version: 2, refresh: (key: string) => Promise.resolve([key]) }),
    ];
    assertEquals([old.tier, now.tier], ["pulls", "pulls.v2"]);
    assertEquals([await old.get("a"), await now.get("a")], ["a", ["a"]]);
    assertEquals((await now.prune({ all: true })).removed, [{ tier: "pulls.v2", name: "a" }]);
    assertEquals([old.source("a").readSync().state, now.source("a").readSync().state], ["fresh", "absent"]);
  });

  clause("family() refuses a name that cannot be used, and what is no key function", ({ cache }) => {
    const refresh = () => Promise.resolve(1);
    assertThrows(() => cache.family({ ...OPTIONS, name: "discovery", refresh }), InvalidNameError, "another name");
    for (const name of ["", "Pulls", "a/b", "..", undefined]) {
      const error = assertThrows(() => cache.family({ ...OPTIONS, name: name as string, refresh }), InvalidNameError);
      assertEquals(error.what, "name");
    }
    for (const key of [null, "id", 7]) {
      const wrong = { ...OPTIONS, refresh, key: key as unknown as () => string };
      assertEquals(assertThrows(() => cache.family(wrong), InvalidOptionError).what, "key");
    }
    assertThrows(() => cache.family({ ...OPTIONS, ttl: "soon", refresh }), InvalidDurationError);
    const none = undefined as unknown as typeof refresh;
    assertThrows(() => cache.family({ ...OPTIONS, refresh: none }), InvalidOptionError, "refresh cannot be undefined");
    return Promise.resolve();
  });

  clause("a key function that makes no text is refused", async ({ cache }) => {
    const key = (() => 7) as unknown as () => string;
    const family = cache.family({ ...OPTIONS, key, refresh: (id: number) => Promise.resolve(id) });
    const error = await assertRejects(() => family.get(1), InvalidNameError);
    assertEquals(error.what, "key");
  });

  pruneClauses(clause);
}

/** Families that grow without bound. */
function pruneClauses(clause: AddClause): void {
  clause("prune() removes what nobody has refreshed for so long, of this family only", async (bench) => {
    const { cache, stranger, clock, heard } = bench;
    const family = cache.family({ ...OPTIONS, refresh: (key: string) => Promise.resolve(key) });
    const ages = { old: 2 * HOUR, young: HOUR - 10_000 };
    for (const [name, age] of Object.entries(ages)) {
      await stranger.put({ tier: "pulls", name }, encode("1"), clock.now() - age);
      await stranger.put({ tier: "discovery", name }, encode("1"), clock.now() - age);
    }
    const dry = await family.prune({ olderThan: "1h", dryRun: true });
    assertEquals([dry.removed, dry.kept, heard.events], [[{ tier: "pulls", name: "old" }], 1, []]);
    assertEquals(family.source("old").readSync().state, "stale");
    heard.kinds();
    assertEquals(await family.prune({ olderThan: "1h" }), dry);
    assertEquals(heard.events, [{ kind: "pruned", source: { tier: "pulls", name: "old" } }]);
    assertEquals((await family.prune({ olderThan: HOUR })).removed, []);
    assertEquals((await family.prune({ all: true })).removed, [{ tier: "pulls", name: "young" }]);
    assertEquals((await stranger.read({ tier: "discovery", name: "old" }))?.bytes.length, 1);
  });

  clause("prune() never removes what is being refreshed", async ({ cache, other, stranger, clock }) => {
    const held = new HeldRefresher();
    const refresh = async (...[, context]: [string, Parameters<typeof held.refresh>[0]]) =>
      String(await held.refresh(context));
    const family = cache.family({ ...OPTIONS, refresh });
    const claim = await claimElsewhere(stranger, HOUR, { tier: "pulls", name: "theirs" });
    const mine = family.get("mine");
    await held.begun();
    const { removed, refreshing } = await other.family({ ...OPTIONS, refresh: () => Promise.resolve("") }).prune({
      all: true,
    });
    assertEquals([removed, refreshing.map(({ name }) => name).sort()], [[], ["mine", "theirs"]]);
    held.finish("mine");
    assertEquals(await mine, "mine");
    assertEquals(await stranger.commit(claim, encode("1"), clock.now()), "committed");
  });

  clause("prune() refuses neither age nor all, and what is no age", async ({ cache }) => {
    const family = cache.family({ ...OPTIONS, refresh: (key: string) => Promise.resolve(key) });
    await family.get("a");
    for (const options of [{}, { all: false }, { dryRun: true }]) {
      await assertRejects(() => family.prune(options), InvalidOptionError, "{ all: true } to remove everything");
    }
    for (const olderThan of ["long", -1, Number.NaN]) {
      const wrong: FamilyPruneOptions = { olderThan };
      await assertRejects(() => family.prune(wrong), InvalidDurationError, "olderThan");
    }
    assert(family.source("a").readSync().state === "fresh");
  });
}

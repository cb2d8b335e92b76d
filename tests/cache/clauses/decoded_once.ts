import { assertEquals, assertNotStrictEquals, assertStrictEquals, assertThrows } from "@std/assert";
import type { Codec } from "../../../src/data/codec.ts";
import type { DiscoveryCache } from "../../../src/discovery_cache.ts";
import type { NotModified, RefreshContext } from "../../../src/refresher.ts";
import type { TypedSource } from "../../../src/source/typed_source.ts";
import { type AddClause, type Bench, encode, KEY, seed, SOURCE, TTL } from "../bench.ts";

interface Models {
  readonly models: readonly { readonly id: string; readonly tags: readonly string[] }[];
}

/** The data of most clauses. */
const MODELS: Models = { models: [{ id: "a", tags: ["x"] }] };

/** JSON that counts how often it is decoded. */
class CountingCodec implements Codec<Models> {
  decoded = 0;

  encode(value: Models): string {
    return JSON.stringify(value);
  }

  decode(bytes: Uint8Array): Models {
    this.decoded++;
    return JSON.parse(new TextDecoder().decode(bytes));
  }
}

type Refresh = (context: RefreshContext<unknown>) => Promise<Models | NotModified>;

/** A source that counts. */
function counted(cache: DiscoveryCache, refresh: Refresh = () => Promise.resolve(MODELS)) {
  const codec = new CountingCodec();
  return { codec, source: cache.source<Models>({ ...SOURCE, codec, refresh }) };
}

/** Reads in every way, and checks that it is always one object. */
async function readAll(source: TypedSource<Models | unknown>): Promise<unknown> {
  const one = source.readSync().data;
  for (const data of [await source.get(), (await source.read()).data, await source.get({ refresh: "none" })]) {
    assertStrictEquals(data, one);
  }
  assertStrictEquals((await source.refreshIfStale()).data, one);
  return one;
}

/** How often data is decoded. */
export function decodedOnceClauses(clause: AddClause): void {
  clause("what a refresh brought is decoded once, however often and late it is read", async ({ cache, clock }) => {
    const { source, codec } = counted(cache);
    const { data } = await source.refresh();
    // A file that has just been changed is read again each time; later its state proves that it is the same.
    for (const pause of [0, 1, 18, 1, 1, 1_000]) {
      await clock.advance(pause);
      assertStrictEquals(await readAll(source), data, `after ${pause} ms more`);
    }
    assertEquals(codec.decoded, 1);
  });

  clause("what was put is decoded once", async ({ cache, clock }) => {
    const { source, codec } = counted(cache);
    const { data } = await source.put(MODELS);
    for (const pause of [0, 30, 30]) {
      await clock.advance(pause);
      assertStrictEquals(await readAll(source), data);
    }
    assertEquals(codec.decoded, 1);
  });

  clause("what another process commits is decoded once more, not more", async ({ cache, stranger, clock }) => {
    const { source, codec } = counted(cache);
    await source.refresh();
    for (let version = 2; version <= 4; version++) {
      await clock.advance(1);
      await seed(stranger, JSON.stringify({ models: [], version }), clock.now());
      for (const pause of [0, 1, 30, 30]) {
        await clock.advance(pause);
        assertEquals(await readAll(source), { models: [], version });
      }
      assertEquals(codec.decoded, version);
    }
  });

  clause("the same bytes again are not decoded again, whoever commits them", async ({ cache, stranger, clock }) => {
    const { source, codec } = counted(cache);
    const { data } = await source.refresh();
    await clock.advance(1);
    const before = await source.get();
    assertStrictEquals(before, data);
    assertEquals(codec.decoded, 1);
    await source.expire();
    await clock.advance(100);
    assertEquals(source.readSync().state, "stale");
    assertStrictEquals(source.readSync().data, data, "expired data is the same data");
    assertEquals(codec.decoded, 1);
    assertEquals((await stranger.read(KEY))?.bytes, encode(JSON.stringify(MODELS)));
  });

  clause("a refresh that finds nothing modified decodes nothing", async ({ cache, clock }) => {
    const seen: unknown[] = [];
    const { source, codec } = counted(cache, ({ previous, notModified }) => {
      seen.push(previous?.data);
      return Promise.resolve(previous === undefined ? MODELS : notModified());
    });
    const { data } = await source.refresh();
    for (let time = 0; time < 3; time++) {
      await clock.advance(TTL);
      const entry = await source.refreshIfStale();
      assertEquals([entry.origin, entry.state, entry.age], ["refreshed", "fresh", 0]);
      assertStrictEquals(entry.data, data);
      assertStrictEquals(await readAll(source), data);
    }
    assertEquals(codec.decoded, 1);
    assertEquals(seen.map((previous) => previous === data), [false, true, true, true], "and previous is that object");
  });

  clause("each cache's source decodes once for itself", async ({ cache, other, clock }) => {
    const [mine, yours] = [counted(cache), counted(other)];
    await mine.source.refresh();
    for (const pause of [0, 30, 30]) {
      await clock.advance(pause);
      await readAll(mine.source);
      await readAll(yours.source);
    }
    assertEquals([mine.codec.decoded, yours.codec.decoded], [1, 1]);
  });

  clause("callers who join a refresh get the one object of those who began it", async ({ cache }) => {
    const { source, codec } = counted(cache);
    const all = await Promise.all([source.get(), source.get(), source.refresh(), source.refreshIfStale()].map(
      async (call) => {
        const answer = await call;
        return "data" in answer ? answer.data : answer;
      },
    ));
    for (const data of all) assertStrictEquals(data, all[0]);
    assertEquals(codec.decoded, 1);
  });

  clause("shared data is frozen at any depth", async ({ cache, other }) => {
    const { source } = counted(cache);
    const taken = [await source.get(), (await source.refresh()).data, (await source.put(MODELS)).data];
    taken.push(source.readSync().data ?? MODELS, await other.source<Models>({ ...SOURCE, refresh: never }).get());
    for (const data of taken as { models: { id: string; tags: string[] }[] }[]) {
      assertThrows(() => data.models.push({ id: "b", tags: [] }), TypeError);
      assertThrows(() => data.models[0]?.tags.push("y"), TypeError);
      assertThrows(() => delete (data as Partial<typeof data>).models, TypeError);
      const [first] = data.models;
      assertThrows(() => first && (first.id = "b"), TypeError);
      assertThrows(() => Object.assign(data, { more: 1 }), TypeError);
    }
    assertEquals(await source.get(), MODELS);
  });

  clause("what a refresher returns stays its own: it is not frozen, and not looked at later", async ({ cache }) => {
    const answer = { models: [{ id: "a", tags: ["x"] }] };
    const { source } = counted(cache, () => Promise.resolve(answer));
    await source.refresh();
    answer.models[0]?.tags.push("y");
    assertEquals(await source.get(), MODELS);
    const given = { models: [{ id: "b", tags: ["x"] }] };
    await source.put(given);
    given.models.length = 0;
    assertEquals((await source.get() as Models).models.length, 1);
  });

  ownDataClauses(clause);
}

/** A refresher that must not be called. */
const never = () => Promise.reject(new Error("nobody should refresh"));

/** Every way to data. */
async function everyWay({ cache }: Bench, source: TypedSource<unknown>): Promise<unknown[]> {
  const taken = [await source.get(), source.readSync().data, (await source.read()).data];
  taken.push((await source.refreshIfStale()).data, (await source.getEntry({ refresh: "none" })).data);
  const [began, joined] = await Promise.all([source.refresh(), source.refresh()]);
  taken.push(began.data, joined.data, await source.get({ refresh: "force" }));
  await cache.drain();
  return taken;
}

/** Data that every caller has for himself. */
function ownDataClauses(clause: AddClause): void {
  clause("with freeze: false every caller gets data of his own, to be changed as he likes", async (bench) => {
    const codec = new CountingCodec();
    const refresh = () => Promise.resolve(MODELS);
    const source = bench.cache.source<Models>({ ...SOURCE, codec, freeze: false, refresh });
    await source.refresh();
    for (const data of await everyWay(bench, source) as { models: { id: string }[] }[]) {
      assertEquals<unknown>(data, MODELS);
      data.models.push({ id: "b" });
      for (const model of data.models) model.id = "changed";
    }
  });

  clause("what cannot be frozen every caller has for himself", async (bench) => {
    const { cache, clock } = bench;
    const kinds: readonly (readonly [string, () => unknown, (value: never) => void])[] = [
      ["a map", () => new Map([["a", 1]]), (map: Map<string, number>) => map.clear()],
      ["a date", () => new Date(0), (date: Date) => date.setFullYear(2_000)],
      ["bytes", () => Uint8Array.of(1, 2), (bytes: Uint8Array) => bytes.fill(0)],
      ["a set in an object", () => ({ set: new Set([1]) }), ({ set }: { set: Set<number> }) => set.add(2)],
      ["a date in a list", () => [{ at: new Date(0) }], (list: { at: Date }[]) => list[0]?.at.setTime(1)],
      ["an object of a class", () => new URL("https://a.example/"), (url: URL) => url.pathname = "/b"],
      ["a getter", () => Object.defineProperty({}, "x", { enumerable: true, get: () => 1 }), () => {}],
      ["a function", () => ({ call: () => 1 }), (object: { call?: unknown }) => delete object.call],
    ];
    for (const [name, make, change] of kinds) {
      const source = cache.source({
        ...SOURCE,
        codec: { encode: () => "", decode: make },
        refresh: async () => await make(),
      });
      await source.refresh();
      const taken = await everyWay(bench, source);
      for (const [index, data] of taken.entries()) {
        const plain = (value: unknown) => JSON.stringify(value) + String(value);
        assertEquals(plain(data), plain(make()), `${name}, ${index}`);
        change(data as never);
        for (const another of taken.slice(0, index)) assertNotStrictEquals(data, another, name);
      }
      await clock.advance(1);
    }
  });

  clause("data that is nested deeply, or in a circle, is shared as any other", async ({ cache, clock }) => {
    const deep = () => {
      let value: unknown = [];
      for (let depth = 0; depth < 100_000; depth++) value = [value];
      return value;
    };
    const circle = () => {
      const one: Record<string, unknown> = {};
      one["self"] = { of: [one] };
      return one;
    };
    for (const make of [deep, circle]) {
      const codec: Codec<unknown> = { encode: () => "", decode: make };
      const source = cache.source<unknown>({ ...SOURCE, codec, refresh: () => Promise.resolve(null) });
      const { data } = await source.refresh();
      assertEquals(await readAll(source) === data, true);
      assertEquals(Object.isFrozen(Object.values(data as object)[0]), true);
      await clock.advance(1);
    }
  });

  clause("data without insides is shared, too", async ({ cache, clock }) => {
    for (const value of [null, 0, "", false, 7n, undefined]) {
      let decoded = 0;
      const codec: Codec<unknown> = {
        encode: () => "",
        decode: () => {
          decoded++;
          return value;
        },
      };
      const source = cache.source<unknown>({ ...SOURCE, codec, refresh: () => Promise.resolve(value) });
      assertEquals((await source.refresh()).data, value);
      assertEquals([await source.get(), source.readSync().data, source.readSync().state], [value, value, "fresh"]);
      assertEquals(decoded, 1);
      await source.delete();
      await clock.advance(1);
    }
  });
}

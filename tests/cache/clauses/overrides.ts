import { assert, assertEquals, assertRejects } from "@std/assert";
import type { DiscoveryCache } from "../../../src/discovery_cache.ts";
import { InvalidNameError, InvalidPayloadError } from "../../../src/errors.ts";
import {
  type AddClause,
  assertTime,
  type Bench,
  claimElsewhere,
  encode,
  HeldRefresher,
  KEY,
  rejection,
  seed,
  SOURCE,
  TTL,
} from "../bench.ts";

/** What both layers can do, in one form: data is a text. */
interface Layer {
  put(
    text: string,
  ): Promise<{ readonly text: string; readonly state: string; readonly age: number; readonly capturedAt: number }>;
  expire(): Promise<boolean>;
  delete(): Promise<boolean>;
  read(): Promise<
    { readonly text: string | undefined; readonly state: string; readonly capturedAt: number | undefined }
  >;
  refresh(): Promise<string>;
  maybeRefresh(): void;
}

const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

const forbidden = () => Promise.reject(new Error("nobody should refresh"));

/** The layers, each with a refresher of its own. */
const layers: Readonly<Record<string, (cache: DiscoveryCache, held: HeldRefresher) => Layer>> = {
  "the lower layer": (cache, held) => ({
    put: async (text) => {
      const { data, ...entry } = await cache.put(SOURCE, text);
      return { ...entry, text: decode(data) };
    },
    expire: () => cache.expire(SOURCE),
    delete: () => cache.delete(SOURCE),
    read: async () => {
      const { data, ...entry } = await cache.read(SOURCE);
      return { ...entry, text: data && decode(data) };
    },
    refresh: async () => decode((await cache.refresh(SOURCE, held.refresh)).data),
    maybeRefresh: () => cache.maybeRefresh(SOURCE, held.refresh),
  }),
  "a typed source": (cache, held) => {
    const refresh = async (...context: Parameters<typeof held.refresh>) => String(await held.refresh(...context));
    const source = cache.source<string>({ ...SOURCE, refresh });
    return {
      put: async (text) => {
        const { data, ...entry } = await source.put(text);
        return { ...entry, text: data };
      },
      expire: () => source.expire(),
      delete: () => source.delete(),
      read: async () => {
        const { data, ...entry } = await source.read();
        return { ...entry, text: data };
      },
      refresh: async () => (await source.refresh()).data,
      maybeRefresh: () => source.maybeRefresh(),
    };
  },
};

/** Data that arrives by itself, is made stale, or is deleted. */
export function overrideClauses(clause: AddClause): void {
  clause("expire() makes data stale, however long its TTL", async ({ cache, stranger, clock }) => {
    await seed(stranger, "old", clock.now());
    const forever = { ...SOURCE, ttl: "18250d" };
    assertEquals((await cache.read(forever)).state, "fresh");
    assertEquals(await cache.expire(forever), true);
    assertEquals((await cache.read(forever)).state, "stale");
    assertEquals(decode((await cache.refreshIfStale(forever, () => Promise.resolve("new"))).data), "new");
  });

  for (const [name, open] of Object.entries(layers)) {
    layerClauses((what, run) => {
      clause(`${name}: ${what}`, (bench) => {
        const held = new HeldRefresher();
        return run({ ...bench, held, layer: open(bench.cache, held) });
      });
    });
  }
  clause("put() of bytes keeps those of the moment, and gives bytes of the caller's own", async ({ cache }) => {
    const bytes = encode("one");
    const putting = cache.put(SOURCE, bytes);
    bytes.fill(0);
    const { data } = await putting;
    assertEquals(decode(data), "one");
    data.fill(0);
    assertEquals(decode(cache.readSync(SOURCE).data ?? bytes), "one");
  });

  clause("put() refuses what cannot be kept, and leaves what is there", async ({ cache, stranger, clock, heard }) => {
    await seed(stranger, "old", clock.now());
    for (const data of [undefined, null, 7, {}, [1, 2]]) {
      const refused = () => cache.put(SOURCE, data as unknown as string);
      await assertRejects(refused, InvalidPayloadError, "put() was given");
    }
    const source = cache.source<unknown>({ ...SOURCE, refresh: forbidden });
    for (const data of [undefined, () => 1, Symbol("odd")]) {
      await assertRejects(() => source.put(data), InvalidPayloadError, "put() was given");
    }
    await assertRejects(() => source.put(7n), TypeError);
    assertEquals([decode((await cache.read(SOURCE)).data ?? encode("")), heard.kinds()], ["old", ["hit"]]);
  });

  clause("put(), expire() and delete() refuse what is no source", async ({ cache }) => {
    const wrong = { ...SOURCE, name: "../models" };
    for (const call of [() => cache.put(wrong, ""), () => cache.expire(wrong), () => cache.delete(wrong)]) {
      await assertRejects(call, InvalidNameError);
    }
  });

  clause("put(), expire() and delete() go on after close()", async ({ cache }) => {
    const source = cache.source<string>({ ...SOURCE, refresh: forbidden });
    await cache.close();
    assertEquals((await source.put("late")).state, "fresh");
    assertEquals([await source.expire(), await source.get()], [true, "late"]);
    assertEquals([await source.delete(), (await source.read()).state], [true, "absent"]);
  });
}

interface LayerBench extends Bench {
  readonly layer: Layer;
  /** The refresher. */
  readonly held: HeldRefresher;
}

function layerClauses(clause: (name: string, run: (bench: LayerBench) => Promise<void>) => void): void {
  clause("put() makes data known, fresh from now on, and tells the listeners", async (bench) => {
    const { layer, cache, other, clock, heard } = bench;
    const now = clock.now();
    const entry = await layer.put("one");
    assertEquals(entry, { text: "one", state: "fresh", age: 0, capturedAt: now });
    const { size } = heard.first("put");
    assertEquals(heard.events, [{ kind: "put", source: KEY, capturedAt: now, size }]);
    assert(size >= "one".length, `${size}`);
    await clock.advance(TTL - 2);
    assertEquals((await other.read(SOURCE)).state, "fresh");
    await clock.advance(2);
    assertEquals((await cache.read(SOURCE)).state, "stale");
    assertEquals((await layer.put("two")).text, "two");
    assertEquals((await layer.read()).text, "two");
  });

  clause("put() while a failure cools down is fresh data all the same", async ({ layer, stranger, clock }) => {
    await stranger.fail(await claimElsewhere(stranger), { message: "no network", retryAt: clock.now() + 60_000 });
    await layer.put("one");
    const { text, state } = await layer.read();
    assertEquals([text, state], ["one", "fresh"]);
  });

  clause("put() supersedes a refresh in flight: who waits gets what was put", async (bench) => {
    const { layer, held, clock, heard } = bench;
    const refreshing = layer.refresh();
    await held.begun();
    await clock.advance(10);
    await layer.put("put");
    held.finish("late");
    assertEquals(await refreshing, "put");
    assertEquals([(await layer.read()).text, held.runs.length], ["put", 1]);
    assertEquals(heard.kinds(), ["claimed", "put", "superseded", "adopted", "hit"]);
  });

  clause("put() supersedes a refresh of another process", async ({ layer, stranger, clock }) => {
    const claim = await claimElsewhere(stranger);
    await layer.put("put");
    assertEquals(await stranger.commit(claim, encode("theirs"), clock.now()), "superseded");
    assertEquals((await layer.read()).text, "put");
  });

  clause("expire() makes data stale, and keeps it", async ({ layer, other, clock, heard }) => {
    const { capturedAt } = await layer.put("one");
    await clock.advance(10);
    assertEquals(await layer.expire(), true);
    const entry = await layer.read();
    assertEquals([entry.text, entry.state], ["one", "stale"]);
    assertTime(entry.capturedAt, clock.now() - TTL);
    assertEquals((await other.read(SOURCE)).state, "stale");
    assertEquals(heard.kinds(), ["put", "expired", "stale"]);
    assertEquals(capturedAt, clock.now() - 10);
  });

  clause("expire() never makes data younger", async ({ layer, stranger, clock }) => {
    await seed(stranger, '"old"', clock.now() - 10 * TTL);
    assertEquals(await layer.expire(), true);
    assertTime((await layer.read()).capturedAt, clock.now() - 10 * TTL);
  });

  clause("expire() and delete() of nothing say so, and tell nobody", async ({ layer, heard }) => {
    assertEquals([await layer.expire(), await layer.delete()], [false, false]);
    assertEquals(heard.events, []);
  });

  clause("expire() supersedes a refresh in flight: who waits refreshes again", async (bench) => {
    const { layer, held, clock, heard } = bench;
    await layer.put("old");
    await clock.advance(10);
    const refreshing = layer.refresh();
    await held.begun();
    await layer.expire();
    held.finish("late");
    await held.begun(2);
    assertEquals((await layer.read()).text, "old", "what came late was dropped");
    held.finish("new");
    assertEquals(await refreshing, "new");
    assertEquals(heard.kinds(), ["put", "claimed", "expired", "superseded", "claimed", "stale", "refreshed"]);
  });

  clause("delete() removes the data, and what is known of failures", async ({ layer, held, stranger, heard }) => {
    await layer.put("old");
    const failing = rejection(layer.refresh());
    await held.begun();
    held.fail(new Error("no network"));
    await failing;
    assertEquals((await stranger.state(KEY)).kind, "cooling-down");
    assertEquals(await layer.delete(), true);
    assertEquals(await stranger.state(KEY), { kind: "idle", attempts: 0, lastError: undefined });
    assertEquals((await layer.read()).state, "absent");
    assertEquals(heard.kinds(), ["put", "claimed", "failed", "deleted", "absent"]);
  });

  clause("delete() of a failure alone is something, too", async ({ layer, stranger, clock }) => {
    await stranger.fail(await claimElsewhere(stranger), { message: "no network", retryAt: clock.now() + 60_000 });
    assertEquals([await layer.delete(), await layer.delete()], [true, false]);
  });

  clause("delete() supersedes a refresh in the background: nothing comes back", async (bench) => {
    const { layer, held, cache, stranger, heard } = bench;
    await layer.put("old");
    await layer.expire();
    layer.maybeRefresh();
    await held.begun();
    assertEquals(await layer.delete(), true);
    held.finish("late");
    await cache.drain();
    assertEquals(heard.kinds(), ["put", "expired", "stale", "claimed", "deleted", "superseded"]);
    assertEquals(await stranger.read(KEY), undefined);
  });

  clause("delete() while a caller waits: he refreshes again", async ({ layer, held, heard }) => {
    const refreshing = layer.refresh();
    await held.begun();
    assertEquals(await layer.delete(), true);
    held.finish("late");
    await held.begun(2);
    held.finish("new");
    assertEquals(await refreshing, "new");
    assertEquals(heard.kinds(), ["claimed", "deleted", "superseded", "claimed", "refreshed"]);
  });

  clause("a refresh that fails after it was superseded is no failure of the source", async (bench) => {
    const { layer, held, stranger, cache, heard } = bench;
    layer.maybeRefresh();
    await held.begun();
    await layer.put("put");
    held.fail(new Error("no network"));
    await cache.drain();
    assertEquals(heard.kinds(), ["absent", "claimed", "put", "superseded"]);
    assertEquals((await stranger.state(KEY)).kind, "idle");
  });

  clause("what is put, expired or deleted is so for callers of the other layer", async ({ layer, other, clock }) => {
    const source = other.source<number>({ ...SOURCE, refresh: () => Promise.resolve(2) });
    await layer.put("1");
    const got = source.readSync().data;
    assertEquals(String(got), "1");
    await layer.expire();
    assertEquals(source.readSync().state, "stale");
    await layer.delete();
    assertEquals(await source.get(), 2);
    await clock.advance(1);
  });
}

import { assertEquals, assertInstanceOf, assertRejects, assertStringIncludes, assertThrows } from "@std/assert";
import { bytesCodec, type Codec, textCodec } from "../../../src/data/codec.ts";
import {
  CorruptDataError,
  InvalidOptionError,
  InvalidPayloadError,
  NoDataError,
  RefreshFailedError,
} from "../../../src/errors.ts";
import type { SourceDefinition } from "../../../src/source/definition.ts";
import { type AddClause, encode, KEY, seed, SOURCE, TTL } from "../bench.ts";

/** Maps as lines of `key=value`; throws at what is none. */
const mapCodec: Codec<Map<string, number>> = {
  encode: (map) => [...map].map(([key, value]) => `${key}=${value}`).join("\n"),
  decode: (bytes) =>
    new Map(
      new TextDecoder().decode(bytes).split("\n").map((line) => {
        const [key = "", value, ...rest] = line.split("=");
        if (value === undefined || rest.length > 0) throw new SyntaxError(`not a line: ${line}`);
        return [key, Number(value)];
      }),
    ),
};

const text = (bytes: Uint8Array | undefined) => bytes && new TextDecoder().decode(bytes);

/** How data becomes bytes, and data again. */
export function codecClauses(clause: AddClause): void {
  clause("textCodec keeps a text as it is", async ({ cache, other, stranger, clock }) => {
    for (const value of ["", "one\ntwo\n", "\ufeffgrüße ✓ \u0000", '{"no": json']) {
      await clock.advance(1);
      const definition = { ...SOURCE, codec: textCodec, refresh: () => Promise.resolve(value) };
      assertEquals((await cache.source(definition).refresh()).data, value);
      assertEquals(await other.source(definition).get(), value);
      assertEquals((await stranger.read(KEY))?.bytes, encode(value));
    }
  });

  clause("textCodec takes what is no UTF-8 for corrupt", async ({ cache, stranger, clock, heard }) => {
    await stranger.put(KEY, Uint8Array.of(0x61, 0xff), clock.now());
    const source = cache.source({ ...SOURCE, codec: textCodec, refresh: () => Promise.resolve("healed") });
    assertEquals(source.readSync().state, "absent");
    assertEquals(heard.kinds(), ["corrupt", "absent"]);
    await clock.advance(1);
    assertEquals(await source.get(), "healed");
  });

  clause("bytesCodec keeps bytes, and every caller's are his own", async ({ cache, other, stranger }) => {
    const answer = Uint8Array.of(0, 1, 255);
    const definition = { ...SOURCE, codec: bytesCodec, refresh: () => Promise.resolve(answer) };
    const [mine, yours] = [cache.source(definition), other.source(definition)];
    const got = await Promise.all([mine.get(), yours.get(), mine.get()]);
    got.push(await mine.get(), (await mine.refresh()).data, (await yours.read()).data ?? answer);
    got.push(mine.readSync().data ?? answer, (await mine.put(Uint8Array.of(0, 1, 255))).data);
    for (const bytes of got) {
      assertEquals(bytes, Uint8Array.of(0, 1, 255));
      bytes.fill(7);
    }
    answer.fill(9);
    assertEquals(await mine.get(), Uint8Array.of(0, 1, 255));
    assertEquals((await stranger.read(KEY))?.bytes, Uint8Array.of(0, 1, 255));
  });

  clause("a codec of one's own keeps what JSON cannot hold", async ({ cache, other, stranger }) => {
    const definition: SourceDefinition<Map<string, number>> = {
      ...SOURCE,
      codec: mapCodec,
      refresh: () => Promise.resolve(new Map([["a", 1], ["b", 2]])),
    };
    const map = await cache.source(definition).get();
    map.clear();
    assertEquals(await cache.source(definition).get(), new Map([["a", 1], ["b", 2]]), "every caller's own");
    assertEquals(await other.source(definition).get(), new Map([["a", 1], ["b", 2]]));
    assertEquals(text((await stranger.read(KEY))?.bytes), "a=1\nb=2");
  });

  clause("an encode that throws is a failed refresh, and the old data stays", async ({ cache, stranger, clock }) => {
    await seed(stranger, "a=1", clock.now() - TTL);
    const refused = new Error("no such map today");
    const codec: Codec<Map<string, number>> = {
      ...mapCodec,
      encode: () => {
        throw refused;
      },
    };
    const source = cache.source({ ...SOURCE, codec, refresh: () => Promise.resolve(new Map<string, number>()) });
    const error = await assertRejects(() => source.refresh(), RefreshFailedError);
    assertEquals([error.cause, error.reason], [refused, "no such map today"]);
    assertEquals(await source.get({ refresh: "none" }), new Map([["a", 1]]));
    await assertRejects(() => source.put(new Map()), Error, "no such map today");
    assertEquals(text((await stranger.read(KEY))?.bytes), "a=1");
  });

  clause("an encode that gives neither text nor bytes is a failed refresh", async ({ cache, clock }) => {
    for (const made of [undefined, 7, {}, Promise.resolve("later")]) {
      const codec = { ...mapCodec, encode: () => made as unknown as string };
      const source = cache.source({ ...SOURCE, codec, refresh: () => Promise.resolve(new Map<string, number>()) });
      const error = await assertRejects(() => source.refresh(), RefreshFailedError);
      assertInstanceOf(error.cause, InvalidPayloadError);
      assertStringIncludes(error.reason, "the codec's encode() made");
      assertEquals((await source.read()).state, "absent");
      await clock.advance(1);
    }
  });

  clause("what encode made and decode refuses is a failed refresh, not corrupt data", async (bench) => {
    const { cache, stranger, clock, heard } = bench;
    await seed(stranger, "a=1", clock.now() - TTL);
    const source = cache.source({
      ...SOURCE,
      codec: mapCodec,
      refresh: () => Promise.resolve(new Map([["a=b", 1]])),
    });
    const error = await assertRejects(() => source.refresh(), RefreshFailedError);
    assertInstanceOf(error.cause, InvalidPayloadError);
    assertStringIncludes(error.reason, "not a line: a=b=1");
    assertEquals(heard.kinds(), ["claimed", "failed"]);
    assertEquals(await source.get({ refresh: "none" }), new Map([["a", 1]]));
  });

  clause("a decode that throws is told once for each version, and the next refresh heals it", async (bench) => {
    const { cache, stranger, clock, heard } = bench;
    const source = cache.source({ ...SOURCE, codec: mapCodec, refresh: () => Promise.resolve(new Map([["a", 1]])) });
    for (const version of ["{}", "[]"]) {
      await seed(stranger, version, clock.now());
      await clock.advance(2_000);
      for (let time = 0; time < 3; time++) {
        assertEquals([(await source.read()).state, source.readSync().state], ["absent", "absent"]);
        await clock.advance(100);
      }
      await assertRejects(() => source.get({ refresh: "none" }), NoDataError);
      const { error } = heard.first("corrupt");
      assertInstanceOf(error, CorruptDataError);
      assertInstanceOf(error.cause, SyntaxError);
      assertEquals(heard.kinds(), ["corrupt", ...Array<string>(7).fill("absent")]);
    }
    assertEquals(await source.get(), new Map([["a", 1]]));
    assertEquals(heard.kinds(), ["absent", "claimed", "refreshed"]);
    assertEquals((await source.getEntry()).origin, "hit");
  });

  clause("what the codec refuses stays for those who can read it", async ({ cache, other, stranger, clock }) => {
    await seed(stranger, '{"a":1}', clock.now());
    const refresh = () => Promise.reject(new Error("no network"));
    await assertRejects(() => cache.source({ ...SOURCE, codec: mapCodec, refresh }).get(), RefreshFailedError);
    assertEquals(await other.source<{ a: number }>({ ...SOURCE, refresh }).get(), { a: 1 });
  });

  clause("a codec that keeps or changes the bytes it is given harms nobody", async ({ cache, other, stranger }) => {
    const kept: Uint8Array[] = [];
    const codec: Codec<string> = {
      encode: (value) => {
        const bytes = encode(value);
        kept.push(bytes);
        return bytes;
      },
      decode: (bytes) => {
        const value = new TextDecoder().decode(bytes);
        kept.push(bytes);
        for (const known of kept) known.fill(0x21);
        return value;
      },
    };
    const definition = { ...SOURCE, codec, freeze: false, refresh: () => Promise.resolve("data") } as const;
    const [mine, yours] = [cache.source(definition), other.source(definition)];
    assertEquals((await mine.refresh()).data, "data");
    for (const source of [mine, yours, mine]) {
      assertEquals([await source.get(), source.readSync().data], ["data", "data"]);
    }
    assertEquals(text((await stranger.read(KEY))?.bytes), "data");
  });

  clause("the previous data is what the codec makes of it, and undefined if it makes nothing", async (bench) => {
    const { cache, stranger, clock } = bench;
    const seen: (number | undefined)[] = [];
    const source = cache.source<Map<string, number>>({
      ...SOURCE,
      codec: mapCodec,
      refresh: ({ previous }) => {
        seen.push(previous?.data.get("a"));
        return Promise.resolve(new Map([["a", (previous?.data.get("a") ?? 0) + 1]]));
      },
    });
    await source.refresh();
    await clock.advance(1);
    await source.refresh();
    await clock.advance(1);
    await seed(stranger, "torn", clock.now());
    await clock.advance(1);
    await source.refresh();
    assertEquals(seen, [undefined, 1, undefined]);
  });

  clause("source() refuses what is no codec", ({ cache }) => {
    const refresh = () => Promise.resolve("one");
    for (const codec of [null, 7, {}, { encode: () => "" }, { decode: () => "" }, { encode: 1, decode: 2 }]) {
      const definition = { ...SOURCE, refresh, codec: codec as unknown as Codec<string> };
      const error = assertThrows(() => cache.source(definition), InvalidOptionError, "encode(value) and decode(bytes)");
      assertEquals(error.what, "codec");
      assertThrows(() => cache.family({ ...definition, key: () => "" }), InvalidOptionError);
    }
    return Promise.resolve();
  });
}

import { assertEquals, assertInstanceOf, assertRejects, assertStringIncludes, assertThrows } from "@std/assert";
import * as v from "valibot";
import { z } from "zod";
import type { StandardSchema } from "../../../src/data/standard_schema.ts";
import {
  CorruptDataError,
  InvalidOptionError,
  InvalidPayloadError,
  NoDataError,
  RefreshFailedError,
} from "../../../src/errors.ts";
import { type AddClause, KEY, quick, seed, SOURCE, TTL, until } from "../bench.ts";

/** A model, as its provider writes it and as the program has it. */
interface Written {
  readonly id: string;
  readonly price: string;
}
interface Model {
  readonly id: string;
  readonly price: number;
}

/** The same schemas, as their authors write them with each library. */
interface Library {
  /** A list of things with an id; what else they have is dropped. */
  readonly list: StandardSchema<{ id: string }[], { id: string }[]>;
  /** Prices become numbers. */
  readonly models: StandardSchema<Written[], Model[]>;
  /** The same, and it takes its time. */
  readonly slow: StandardSchema<Written[], Model[]>;
  /** What it says of an id that is no text. */
  readonly complaint: string;
}

const libraries: Readonly<Record<string, Library>> = {
  zod: {
    list: z.array(z.object({ id: z.string() })),
    models: z.array(z.object({ id: z.string(), price: z.string().transform(Number) })),
    slow: z.array(
      z.object({ id: z.string(), price: z.string().transform((price: string) => Promise.resolve(Number(price))) }),
    ),
    complaint: "[0].id: Invalid input: expected string, received number",
  },
  valibot: {
    list: v.array(v.object({ id: v.string() })),
    models: v.array(v.object({ id: v.string(), price: v.pipe(v.string(), v.transform(Number)) })),
    slow: v.arrayAsync(
      v.objectAsync({
        id: v.string(),
        price: v.pipeAsync(v.string(), v.transformAsync((price) => Promise.resolve(Number(price)))),
      }),
    ),
    complaint: "[0].id: Invalid type: Expected string but received 3",
  },
};

const written: Written[] = [{ id: "a", price: "1.5" }];
const read: Model[] = [{ id: "a", price: 1.5 }];
const text = (bytes: Uint8Array | undefined) => bytes && new TextDecoder().decode(bytes);

/** A schema that does what a function does. */
function schemaOf(validate: StandardSchema<unknown, string>["~standard"]["validate"]): StandardSchema<unknown, string> {
  return { "~standard": { version: 1, vendor: "test", validate } };
}

/** Any validator that knows Standard Schema. */
export function schemaClauses(clause: AddClause): void {
  for (const [name, library] of Object.entries(libraries)) libraryClauses(clause, name, library);
  anySchemaClauses(clause);
}

function libraryClauses(clause: AddClause, name: string, library: Library): void {
  clause(`${name}: what the schema accepts is data, as the schema makes it`, async ({ cache, stranger }) => {
    const refresh = () => Promise.resolve([{ id: "a", more: true }]);
    const source = cache.source({ ...SOURCE, schema: library.list, refresh });
    assertEquals(await source.get(), [{ id: "a" }]);
    assertEquals(source.readSync().data, [{ id: "a" }]);
    assertEquals(text((await stranger.read(KEY))?.bytes), '[{"id":"a","more":true}]', "what the refresher returned");
  });

  clause(`${name}: what the schema refuses is a failed refresh that names the place`, async (bench) => {
    const { cache, stranger, clock, heard } = bench;
    await seed(stranger, '[{"id":"old"}]', clock.now() - TTL);
    const source = cache.source({ ...SOURCE, schema: library.list, refresh: () => Promise.resolve([{ id: 3 }]) });
    const error = await assertRejects(() => source.refresh(), RefreshFailedError);
    assertInstanceOf(error.cause, InvalidPayloadError);
    assertStringIncludes(error.reason, `(${library.complaint})`);
    assertEquals(heard.kinds(), ["claimed", "failed"]);
    const state = await stranger.state(KEY);
    assertStringIncludes(state.kind === "cooling-down" ? state.lastError : state.kind, library.complaint);
    assertEquals(await source.get(), [{ id: "old" }]);
    assertEquals(text((await stranger.read(KEY))?.bytes), '[{"id":"old"}]');
  });

  clause(`${name}: data of an old shape is corrupt, and the next refresh heals it`, async (bench) => {
    const { cache, stranger, clock, heard } = bench;
    await seed(stranger, '[{"id":3}]', clock.now());
    await clock.advance(1);
    const source = cache.source({ ...SOURCE, schema: library.list, refresh: () => Promise.resolve([{ id: "new" }]) });
    await assertRejects(() => source.get({ refresh: "none" }), NoDataError);
    const { error } = heard.first("corrupt");
    assertInstanceOf(error, CorruptDataError);
    assertStringIncludes(error.message, library.complaint);
    assertEquals((await source.getEntry()).origin, "refreshed");
    assertEquals(source.readSync().data, [{ id: "new" }]);
    assertEquals(heard.kinds().filter((kind) => kind === "corrupt"), ["corrupt"]);
  });

  clause(`${name}: a schema that changes data is given what was kept, each time`, async (bench) => {
    const { cache, other, stranger, clock } = bench;
    const previous: unknown[] = [];
    const definition = {
      ...SOURCE,
      schema: library.models,
      refresh: (context: { readonly previous: { readonly data: unknown } | undefined }) => {
        previous.push(context.previous?.data);
        return Promise.resolve(written);
      },
    };
    const source = cache.source(definition);
    assertEquals((await source.refresh()).data, read);
    await clock.advance(1);
    assertEquals((await source.refresh()).data, read);
    assertEquals(await other.source(definition).get(), read);
    assertEquals(previous, [undefined, read], "what a caller gets");
    assertEquals(text((await stranger.read(KEY))?.bytes), JSON.stringify(written));
  });

  clause(`${name}: put() takes what a refresher would return, and gives what callers get`, async (bench) => {
    const { cache, stranger } = bench;
    const source = cache.source({ ...SOURCE, schema: library.models, refresh: () => Promise.resolve([]) });
    const entry = await source.put(written);
    assertEquals([entry.data, entry.state], [read, "fresh"]);
    const wrong = read as unknown as Written[];
    const error = await assertRejects(() => source.put(wrong), InvalidPayloadError, "put() was given data that");
    assertStringIncludes(error.message, "[0].price: ");
    assertEquals(await source.get(), read);
    assertEquals(text((await stranger.read(KEY))?.bytes), JSON.stringify(written));
  });

  clause(`${name}: a schema that takes its time`, async (bench) => {
    const { cache, other, stranger, heard } = bench;
    const definition = { ...SOURCE, schema: library.slow, refresh: () => Promise.resolve(written) };
    const source = cache.source(definition);
    assertEquals(await source.get(), read);
    assertEquals((await source.read()).data, read);
    assertEquals(source.readSync().data, read, "decoded already, and shared");

    const another = other.source(definition);
    assertThrows(() => another.readSync(), InvalidOptionError, "one that validates at once; or use read()");
    assertEquals(await another.get(), read);
    assertEquals(another.readSync().data, read);

    await stranger.put(KEY, new TextEncoder().encode('[{"id":3}]'), bench.clock.now());
    assertEquals((await source.read()).state, "absent");
    assertEquals(heard.kinds().filter((kind) => kind === "corrupt"), ["corrupt"]);
  });

  clause(`${name}: maybeRefresh() with a schema that takes its time`, async ({ cache, stranger, clock, heard }) => {
    await seed(stranger, JSON.stringify(written), clock.now() - TTL);
    let runs = 0;
    const refresh = () => {
      runs++;
      return Promise.resolve(written);
    };
    const source = cache.source({ ...SOURCE, schema: library.slow, refresh });
    source.maybeRefresh();
    await until(() => heard.events.some(({ kind }) => kind === "refreshed"));
    await cache.drain();
    source.maybeRefresh();
    await cache.drain();
    assertEquals([runs, heard.kinds()], [1, ["stale", "claimed", "refreshed", "hit"]]);
  });
}

function anySchemaClauses(clause: AddClause): void {
  clause("a schema that answers nothing refuses", async ({ cache, stranger, clock }) => {
    await seed(stranger, '"old"', clock.now());
    const schema = schemaOf(() => undefined as never);
    const source = cache.source({ ...SOURCE, schema, refresh: () => Promise.resolve("new") });
    assertEquals((await source.read()).state, "absent");
    assertEquals(source.readSync().state, "absent");
    await assertRejects(() => source.refresh(), RefreshFailedError);
  });

  clause("a schema that throws, or rejects, refuses", async ({ cache, stranger, clock, heard }) => {
    const broken = new TypeError("a mistake in the schema");
    const ways = [
      schemaOf(() => {
        throw broken;
      }),
      schemaOf(() => Promise.reject(broken)),
    ];
    for (const schema of ways) {
      await seed(stranger, '"old"', clock.now());
      const source = cache.source({ ...SOURCE, schema, refresh: () => Promise.resolve("new") });
      assertEquals((await source.read()).state, "absent");
      const { error } = heard.first("corrupt");
      assertInstanceOf(error, CorruptDataError);
      assertEquals(error.cause, broken);
      const failed = await assertRejects(() => source.refresh(), RefreshFailedError);
      assertStringIncludes(failed.reason, "a mistake in the schema");
      assertEquals((await stranger.read(KEY))?.bytes.length, 5);
      heard.kinds();
      await clock.advance(1);
    }
  });

  clause("of many issues three are told, each with its place", async ({ cache }) => {
    const issues = [
      { message: "is wrong" },
      { message: "is wrong", path: [] },
      { message: "is no text", path: ["models", 2, { key: "id" }, Symbol.iterator] },
      { message: "one too many" },
      { message: "one too many" },
    ];
    const told = "(is wrong; is wrong; models[2].id.Symbol(Symbol.iterator): is no text; and 2 more)";
    for (const [found, words] of [[issues, told], [[], "(no reason given)"]] as const) {
      const schema = schemaOf(() => ({ issues: found }));
      const source = cache.source({ ...SOURCE, schema, refresh: () => Promise.resolve("new") });
      const error = await assertRejects(() => source.refresh(), RefreshFailedError);
      assertStringIncludes(error.reason, words);
    }
  });

  clause("a schema is asked once for each version that is shared", async ({ cache, clock }) => {
    let asked = 0;
    const schema = schemaOf((value) => {
      asked++;
      return { value: String(value) };
    });
    const source = cache.source({ ...SOURCE, schema, refresh: () => Promise.resolve(7) });
    for (let version = 1; version <= 2; version++) {
      await source.refresh();
      for (let time = 0; time < 3; time++) {
        assertEquals([await source.get(), source.readSync().data, asked], ["7", "7", version]);
        await clock.advance(100);
      }
    }
  });

  clause("what the lower layer puts is validated by who reads it", async ({ cache }) => {
    const schema = z.array(z.object({ id: z.string() }));
    const source = cache.source({ ...SOURCE, schema, refresh: () => Promise.resolve([]) });
    await cache.refresh(source, quick('[{"id":"bytes"}]').refresh);
    assertEquals(source.readSync().data, [{ id: "bytes" }]);
    await cache.put(source, '[{"id":3}]');
    assertEquals(source.readSync().state, "absent");
  });

  clause("source() refuses what is no schema", ({ cache }) => {
    const refresh = () => Promise.resolve("one");
    const validate = () => ({ value: "" });
    const wrong = [null, 7, {}, { "~standard": {} }, { "~standard": { version: 2, validate } }, { parse: validate }];
    for (const schema of wrong) {
      const definition = { ...SOURCE, refresh, schema: schema as unknown as StandardSchema };
      const error = assertThrows(() => cache.source(definition), InvalidOptionError, "Zod 3.24, Valibot 1, ArkType 2");
      assertEquals(error.what, "schema");
    }
    return Promise.resolve();
  });
}

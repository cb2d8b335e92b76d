// deno-lint-ignore-file require-await -- refreshers, as users write them
/**
 * What the types infer and refuse: checked by the compiler, which fails where one of these lines is not as it says. Nothing
 * of it runs but the last lines.
 */
import { assertEquals } from "@std/assert";
import { describe, it } from "node:test";
import * as v from "valibot";
import {
  bytesCodec,
  type Codec,
  type DeepReadonly,
  DiscoveryCache,
  MemoryStore,
  type RefreshContext,
  type SourceFamily,
  type StandardSchema,
  textCodec,
  type TypedSource,
} from "../../mod.ts";

/** Compiles only if both are the same type, to the letter. */
type Same<One, Other> = (<T>() => T extends One ? 1 : 2) extends (<T>() => T extends Other ? 1 : 2) ? true : false;
function same<One, Other>(_: Same<One, Other>): void {}

interface Model {
  id: string;
  tags: string[];
}
type Models = readonly { readonly id: string; readonly tags: readonly string[] }[];

const cache = new DiscoveryCache({ store: new MemoryStore() });
const times = { ttl: "1m", refreshDeadline: "10s" } as const;
declare const unknown: unknown;
declare const tagging: StandardSchema<{ id: string }, Model>;
declare const mapCodec: Codec<Map<string, number>>;

/** Typed sources. */
export const sources = async () => {
  const explicit = cache.source<Model[]>({
    name: "explicit",
    ...times,
    refresh: async ({ signal, previous }) => {
      same<typeof previous, RefreshContext<Models>["previous"]>(true);
      return signal.aborted || previous === undefined ? [] : previous.data.map(({ id }) => ({ id, tags: [] }));
    },
  });
  same<typeof explicit, TypedSource<DeepReadonly<Model[]>, Model[]>>(true);
  const models: Models = await explicit.get();
  // @ts-expect-error: shared data is readonly
  models.push({ id: "", tags: [] });
  // @ts-expect-error: at any depth
  (await explicit.get())[0]?.tags.push("");
  await explicit.put([{ id: "", tags: [] }]);
  // @ts-expect-error: not its data
  await explicit.put([{ id: "" }]);

  const inferred = cache.source({ name: "inferred", ...times, refresh: async ({ signal }) => [signal.aborted] });
  same<Awaited<ReturnType<typeof inferred.get>>, readonly boolean[]>(true);
  const { data, state } = await inferred.read();
  same<typeof data, readonly boolean[] | undefined>(true);
  if (state !== "absent") same<typeof data, readonly boolean[]>(true);

  const conditional = cache.source({
    name: "conditional",
    ...times,
    refresh: async ({ notModified, previous }) => previous === undefined ? [1] : notModified(),
  });
  same<Awaited<ReturnType<typeof conditional.get>>, readonly number[]>(true);

  const own = cache.source({ name: "own", ...times, freeze: false, refresh: async () => [{ id: "" }] });
  same<Awaited<ReturnType<typeof own.get>>, { id: string }[]>(true);

  const module = cache.source<Model[]>({ name: "module", ...times, refresh: new URL("file:///refresh.ts") });
  same<Awaited<ReturnType<typeof module.get>>, DeepReadonly<Model[]>>(true);
  const ownModule = cache.source<Model[]>({ name: "m", ...times, freeze: false, refresh: new URL("file:///m.ts") });
  same<Awaited<ReturnType<typeof ownModule.get>>, Model[]>(true);

  const json = cache.source({ name: "json", ...times, refresh: async () => (await fetch("")).json() });
  const whatever: { x: 1 } = await json.get();
  return whatever;
};

/** Codecs. */
export const codecs = async () => {
  const map = cache.source({
    name: "map",
    ...times,
    codec: mapCodec,
    refresh: async ({ previous }) => {
      const size: number | undefined = previous?.data.size;
      return new Map([["a", size ?? 0]]);
    },
  });
  same<Awaited<ReturnType<typeof map.get>>, Map<string, number>>(true);
  const text = cache.source({ name: "text", ...times, codec: textCodec, refresh: async () => "" });
  same<Awaited<ReturnType<typeof text.get>>, string>(true);
  const bytes = cache.source({ name: "bytes", ...times, codec: bytesCodec, refresh: async () => new Uint8Array() });
  (await bytes.get()).fill(0);
  // @ts-expect-error: another codec than the data's
  cache.source({ name: "wrong", ...times, codec: textCodec, refresh: async () => 7 });
};

/** Schemas. */
export const schemas = async () => {
  const changed = cache.source({
    name: "changed",
    ...times,
    schema: tagging,
    refresh: async ({ previous }) => {
      const tag: string | undefined = previous?.data.tags[0];
      // @ts-expect-error: shared data is readonly
      previous?.data.tags.push("");
      return unknown ?? tag;
    },
  });
  same<typeof changed, TypedSource<DeepReadonly<Model>, { id: string }>>(true);
  await changed.put({ id: "" });
  // @ts-expect-error: not what the schema takes
  await changed.put({ idx: "" });

  const schema = v.array(v.object({ id: v.string(), price: v.pipe(v.string(), v.transform(Number)) }));
  const valibot = cache.source({ name: "valibot", ...times, schema, refresh: async () => unknown });
  same<Awaited<ReturnType<typeof valibot.get>>, readonly { readonly id: string; readonly price: number }[]>(true);
  await valibot.put([{ id: "", price: "1" }]);
  // @ts-expect-error: put() takes what the schema takes
  await valibot.put([{ id: "", price: 1 }]);
  const own = cache.source({ name: "own", ...times, schema, freeze: false, refresh: async () => unknown });
  same<Awaited<ReturnType<typeof own.get>>, { id: string; price: number }[]>(true);
};

/** Families. */
export const families = async () => {
  const pulls = cache.family({
    name: "pulls",
    ...times,
    refresh: async (pull: { repo: string; number: number }, { previous }) => {
      // Where the data's type is inferred from what this function returns, what was there before cannot have it, too.
      same<typeof previous, RefreshContext<unknown>["previous"]>(true);
      return { title: pull.repo };
    },
    key: ({ repo, number }) => `${repo}#${number}`,
  });
  same<Awaited<ReturnType<typeof pulls.get>>, { readonly title: string }>(true);
  // @ts-expect-error: not its key
  await pulls.get("owner/repo#12");
  const explicit = cache.family<string, Model>({
    name: "explicit",
    ...times,
    refresh: async (id, { previous }) => ({ id, tags: [...(previous?.data.tags ?? [])] }),
  });
  same<typeof explicit, SourceFamily<string, DeepReadonly<Model>, Model>>(true);
  const own = cache.family({ name: "own", ...times, freeze: false, refresh: async (id: number) => [id] });
  same<Awaited<ReturnType<typeof own.get>>, number[]>(true);
  const valid = cache.family({ name: "v", ...times, schema: tagging, refresh: async (_id: string) => unknown });
  same<typeof valid, SourceFamily<string, DeepReadonly<Model>, { id: string }>>(true);
};

/** What is refused. */
export const wrong = () => {
  // @ts-expect-error: not the data that is said
  cache.source<Model[]>({ name: "a", ...times, refresh: async () => 3 });
  // @ts-expect-error: a refresher is needed
  cache.source({ name: "a", ...times });
  // @ts-expect-error: so is a TTL
  cache.source({ name: "a", refreshDeadline: 1, refresh: async () => 1 });
  // @ts-expect-error: no such option
  cache.source({ name: "a", ...times, refresh: async () => 1, refreshes: true });
  // @ts-expect-error: no such mode
  cache.source({ name: "a", ...times, refresh: async () => 1 }).get({ refresh: "sometimes" });
  // @ts-expect-error: a family's tier is its name
  cache.family({ name: "a", tier: "b", ...times, refresh: async (id: string) => id });
};

/** Sources of any type are taken where only their names count. */
export const together = async (models: TypedSource<Models, Model[]>, text: TypedSource<string>) => {
  await cache.refreshAll([models, text]);
  await cache.keepFresh([models, text]);
  await cache.prune([models, text]);
  return [await cache.read(models), await cache.refreshState(text)];
};

/** Readonly at any depth, but for what has insides of its own. */
export const readonly = () => {
  same<DeepReadonly<Model[]>, Models>(true);
  same<DeepReadonly<[string, { a: number }]>, readonly [string, { readonly a: number }]>(true);
  same<DeepReadonly<Date>, Date>(true);
  same<DeepReadonly<{ at: Date; of: Map<string, Model> }>, { readonly at: Date; readonly of: Map<string, Model> }>(
    true,
  );
  same<DeepReadonly<unknown>, unknown>(true);
  same<DeepReadonly<string | undefined>, string | undefined>(true);
  same<DeepReadonly<{ a?: { b: 1 } }>, { readonly a?: { readonly b: 1 } }>(true);
};

describe("types", () => {
  it("are checked by the compiler: these functions were compiled", () => {
    const compiled = [sources, codecs, schemas, families, wrong, together, readonly];
    assertEquals(compiled.map((one) => typeof one), Array(7).fill("function"));
  });
});

/** What is inferred of Zod's schemas. On Node only, since Deno runs Zod without its types, if no registry is at hand. */
import { assertEquals } from "@std/assert";
import { describe, it } from "node:test";
import { z } from "zod";
import { type DeepReadonly, DiscoveryCache, MemoryStore, type SourceFamily, type TypedSource } from "../../mod.ts";

/** Compiles only if both are the same type, to the letter. */
type Same<One, Other> = (<T>() => T extends One ? 1 : 2) extends (<T>() => T extends Other ? 1 : 2) ? true : false;
function same<One, Other>(_: Same<One, Other>): void {}

const times = { ttl: "1m", refreshDeadline: "10s" } as const;
const schema = z.array(z.object({ id: z.string(), price: z.string().transform(Number) }));
type Written = z.input<typeof schema>;
type Read = z.output<typeof schema>;

describe("types of Zod's schemas", () => {
  it("are inferred: callers get what the schema makes, put() takes what it takes", async () => {
    const cache = new DiscoveryCache({ store: new MemoryStore() });
    const source = cache.source({
      name: "models",
      ...times,
      schema,
      refresh: ({ previous }): Promise<unknown> => {
        same<typeof previous, Exclude<Awaited<ReturnType<typeof source.read>>, { state: "absent" }> | undefined>(true);
        return Promise.resolve([{ id: "a", price: "1.5" }]);
      },
    });
    same<typeof source, TypedSource<DeepReadonly<Read>, Written>>(true);
    const models: readonly { readonly id: string; readonly price: number }[] = await source.get();
    assertEquals(models, [{ id: "a", price: 1.5 }]);
    assertEquals((await source.put([{ id: "b", price: "2" }])).data, [{ id: "b", price: 2 }]);
    // @ts-expect-error: put() takes what the schema takes
    await source.put([{ id: "b", price: 2 }]).catch(() => {});

    const own = cache.source({ name: "own", ...times, schema, freeze: false, refresh: () => Promise.resolve([]) });
    same<typeof own, TypedSource<Read, Written>>(true);
    const family = cache.family({ name: "family", ...times, schema, refresh: (_: string) => Promise.resolve([]) });
    same<typeof family, SourceFamily<string, DeepReadonly<Read>, Written>>(true);
    assertEquals([await own.get(), await family.get("a")], [[], []]);
  });
});

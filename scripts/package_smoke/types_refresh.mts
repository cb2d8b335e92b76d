// A refresher, and a schema, in a module of their own: everything that they need is exported by the package.
import type { DeepReadonly, NotModified, RefreshContext, StandardSchema } from "@discoverycache/core";

export interface Model {
  id: string;
  price: number;
}

export type ModelList = DeepReadonly<{ tag: string | undefined; models: Model[] }>;

/** A provider that needs no network. */
function ask(tag: string | undefined): Response {
  if (tag === '"1"') return new Response(null, { status: 304 });
  return new Response(JSON.stringify([{ id: "a", price: 1 }]), { headers: { etag: '"1"' } });
}

export async function refreshModels(context: RefreshContext<ModelList>): Promise<ModelList | NotModified> {
  const { previous, notModified, report, extend } = context;
  const response = ask(previous?.data.tag);
  if (response.status === 304) return notModified();
  report({ done: 1, total: 2, message: "reading" });
  await extend("30s");
  return { tag: response.headers.get("etag") ?? undefined, models: await response.json() };
}

type Priced = { id: string; price: string }[];

/** Takes prices as texts, and makes numbers of them. */
export const schema: StandardSchema<Priced, Model[]> = {
  "~standard": {
    version: 1,
    vendor: "smoke",
    validate: (value) => ({ value: (value as Priced).map(({ id, price }) => ({ id, price: Number(price) })) }),
  },
};

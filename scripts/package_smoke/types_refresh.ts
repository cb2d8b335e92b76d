// A refresher, and a schema, in a module of their own: everything that they need is exported by the package.
import type { DeepReadonly, NotModified, RefreshContext, StandardSchema } from "@discoverycache/core";

export interface Model {
  id: string;
  price: number;
}

export type ModelList = DeepReadonly<{ tag: string | undefined; models: Model[] }>;

export async function refreshModels(context: RefreshContext<ModelList>): Promise<ModelList | NotModified> {
  const { signal, previous, notModified, report, extend } = context;
  const tag = previous?.data.tag;
  const response = await fetch("https://a.example/models", {
    signal,
    headers: tag === undefined ? {} : { "if-none-match": tag },
  });
  if (response.status === 304) return notModified();
  report({ done: 1, total: 2, message: "reading" });
  await extend("30s");
  return { tag: response.headers.get("etag") ?? undefined, models: await response.json() };
}

export declare const schema: StandardSchema<{ id: string; price: string }[], Model[]>;

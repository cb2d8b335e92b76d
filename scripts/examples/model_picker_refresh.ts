/** How the model picker's list is refreshed: a module of its own, since another process runs it. */
import { type NotModified, type RefreshContext, RetryAfterError } from "@discoverycache/core";
import process from "node:process";

/** What is kept: the list, and the tag by which the provider knows it. */
export interface Models {
  readonly tag: string | null;
  readonly names: readonly string[];
}

export default async function refreshModels(context: RefreshContext<Models>): Promise<Models | NotModified> {
  const { signal, previous, notModified, report } = context;
  const url = process.env["MODELS_URL"] ?? "https://openrouter.ai/api/v1/models";
  report({ message: `asking ${new URL(url).host}` });
  const tag = previous?.data.tag;
  const response = await fetch(url, { signal, headers: typeof tag === "string" ? { "if-none-match": tag } : {} });
  if (response.status === 304) return notModified();
  if (response.status === 429) throw RetryAfterError.from(response);
  if (!response.ok) throw new Error(`${url} answered ${response.status}`);
  const { data } = await response.json() as { readonly data: readonly { readonly id: string }[] };
  return { tag: response.headers.get("etag"), names: data.map(({ id }) => id).sort() };
}

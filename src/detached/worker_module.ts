/**
 * The module that a worker loads: its refresher, and what its source's data is made with.
 *
 * @module
 */

import { checkCodec, jsonCodec } from "../data/codec.ts";
import type { Decoding } from "../data/decoder.ts";
import { checkSchema } from "../data/standard_schema.ts";
import { InvalidOptionError } from "../errors.ts";
import { type LoadedRefresher, type ModuleExports, refresherOf } from "../refresher_module.ts";
import type { RefresherModule } from "./messages.ts";

/** Loads a module. */
export type Load = () => Promise<unknown>;

/** What a worker works with. */
export interface WorkerModule {
  /** The refresher. */
  readonly refresher: LoadedRefresher;
  /** How data is encoded, decoded and validated. */
  readonly decoding: Decoding<unknown>;
}

/** What errors call an export. */
const called = (name: string, href: string) => `the export ${name} of ${href}`;

/** An export that has to be there, since the source was defined with one. */
function required(name: "codec" | "schema", href: string, exports: ModuleExports): unknown {
  const value = exports[name];
  if (value !== undefined) return value;
  const expected = `"export const ${name}": the source has one, and its process needs it, too`;
  throw new InvalidOptionError({ what: called(name, href), value, expected });
}

/**
 * Loads the module of a worker.
 *
 * @param work What has to be in it.
 * @param load Loads it; `import` if left out.
 * @throws {InvalidOptionError} If something that has to be in it is not, or cannot be used.
 * @throws What the runtime throws if it cannot be loaded.
 */
export async function loadWorkerModule(
  work: RefresherModule,
  load: Load = () => import(work.module),
): Promise<WorkerModule> {
  const { module: href, freeze } = work;
  const exports = await load() as ModuleExports;
  const refresher = refresherOf(href, exports);
  const codec: unknown = work.codec ? required("codec", href, exports) : jsonCodec;
  checkCodec(codec, called("codec", href));
  if (!work.schema) return { refresher, decoding: { codec, schema: undefined, freeze } };
  const schema = required("schema", href, exports);
  checkSchema(schema, called("schema", href));
  return { refresher, decoding: { codec, schema, freeze } };
}

/** cli-table3 as Deno imports it without a registry: what npm has installed, which is CommonJS. */
import { createRequire } from "node:module";

type Types = typeof import("../../node_modules/cli-table3/index.d.ts");

const table = createRequire(import.meta.url)("cli-table3") as Types extends { readonly default: infer Default }
  ? Default
  : Types;
export default table;

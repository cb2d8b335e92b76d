/**
 * The adapter for Bun: on Node's modules, which are native there. Of `Bun.*` nothing serves: `Bun.write` has no exclusive
 * mode and ignores `mode`, and `Bun.file` gives bytes and state in two steps.
 *
 * @module
 */

import type { Adapter } from "../adapter.ts";
import { nodeModulesAdapter } from "./node_adapter.ts";

/** An adapter for Bun. */
export function bunAdapter(): Adapter {
  return nodeModulesAdapter("bun");
}

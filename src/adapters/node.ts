/**
 * The adapter for Node.
 *
 * @module
 */

import type { Adapter } from "../adapter.ts";
import { nodeModulesAdapter } from "./node_adapter.ts";

/** An adapter on Node's own modules. It also works on Bun and, with every permission, on Deno. */
export function nodeAdapter(): Adapter {
  return nodeModulesAdapter("node");
}

import { describe } from "node:test";
import { detectAdapter } from "../../src/adapters/detect.ts";
import { clauseMaker } from "./adapter/bench.ts";
import { mixedClauses } from "./adapter/mixed_clauses.ts";
import { raceClauses } from "./adapter/race_clauses.ts";
import { realCapabilities } from "./adapter/real_capabilities.ts";
import { realWorld } from "./adapter/real_world.ts";

const kinds = (["node", "bun", "deno"] as const).map((runtime) => ({ runtime, adapter: "native" } as const));
const [child = { runtime: "node", adapter: "native" } as const] = kinds;

describe("adapters of all runtimes together", () => {
  const clause = clauseMaker(() => realWorld({ adapter: detectAdapter(), child }), realCapabilities(child));
  raceClauses(clause, () => [...kinds, ...kinds]);
  mixedClauses(clause, kinds);
});

import { nodeAdapter } from "../../src/adapters/node.ts";
import { realCapabilities } from "./adapter/real_capabilities.ts";
import { realWorld } from "./adapter/real_world.ts";
import { adapterSuite } from "./adapter_suite.ts";

const child = { runtime: "bun", adapter: "node" } as const;

adapterSuite("node under bun", () => realWorld({ adapter: nodeAdapter(), child }), realCapabilities(child));

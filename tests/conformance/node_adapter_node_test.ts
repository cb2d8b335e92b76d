import { nodeAdapter } from "../../src/adapters/node.ts";
import { realCapabilities } from "./adapter/real_capabilities.ts";
import { realWorld } from "./adapter/real_world.ts";
import { adapterSuite } from "./adapter_suite.ts";

const child = { runtime: "node", adapter: "native" } as const;

adapterSuite("node", () => realWorld({ adapter: nodeAdapter(), child }), realCapabilities(child));

import { bunAdapter } from "../../src/adapters/bun.ts";
import { realCapabilities } from "./adapter/real_capabilities.ts";
import { realWorld } from "./adapter/real_world.ts";
import { adapterSuite } from "./adapter_suite.ts";

const child = { runtime: "bun", adapter: "native" } as const;

adapterSuite("bun", () => realWorld({ adapter: bunAdapter(), child }), realCapabilities(child));

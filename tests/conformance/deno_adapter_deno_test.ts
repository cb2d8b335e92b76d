import { denoAdapter } from "../../src/adapters/deno.ts";
import { realCapabilities } from "./adapter/real_capabilities.ts";
import { realWorld } from "./adapter/real_world.ts";
import { adapterSuite } from "./adapter_suite.ts";

const child = { runtime: "deno", adapter: "native" } as const;

adapterSuite("deno", () => realWorld({ adapter: denoAdapter(), child }), realCapabilities(child));

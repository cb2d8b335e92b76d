import { nodeAdapter } from "../../src/adapters/node.ts";
import { realCapabilities } from "./adapter/real_capabilities.ts";
import { realWorld } from "./adapter/real_world.ts";
import { adapterSuite } from "./adapter_suite.ts";

const child = { runtime: "deno", adapter: "node" } as const;

adapterSuite(
  "node under deno",
  () => realWorld({ adapter: nodeAdapter(), child }),
  realCapabilities(child, {
    "keeps-folders": "Deno's node:fs removes an empty folder with unlinkSync",
    "watch-limit": "Deno's node:fs throws nothing when it cannot watch, and tells of it later, if at all",
    "lets-go": "Deno's node:fs holds the process again with every event of a watch that was let go",
  }),
);

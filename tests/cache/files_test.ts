import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { detectAdapter } from "../../src/adapters/detect.ts";
import { DiscoveryCache } from "../../src/discovery_cache.ts";
import { FileStore } from "../../src/file_store/file_store.ts";
import { ManualClock } from "../support/manual_clock.ts";
import { cacheSuite } from "./cache_suite.ts";

const adapter = detectAdapter();

cacheSuite("files", () => {
  const folder = mkdtempSync(join(tmpdir(), "discoverycache-cache-"));
  const root = join(folder, "root");
  const clock = new ManualClock();
  return {
    clock,
    open: (options = {}) => new DiscoveryCache({ ...options, root, clock, durable: false }),
    stranger: () => new FileStore({ root, adapter, clock, durable: false }),
    dispose: () => rmSync(folder, { recursive: true }),
  };
});

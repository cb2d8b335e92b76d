import { MemoryStore } from "../../src/memory_store.ts";
import { ManualClock } from "../support/manual_clock.ts";
import { storeSuite } from "./store_suite.ts";

storeSuite("memory", () => {
  const clock = new ManualClock();
  const pids = { own: 4_711, other: 4_712 };
  const store = new MemoryStore({ clock, pid: pids.own });
  return { open: () => store, clock, pids, dispose: () => {} };
}, {
  "sync": true,
  "self": true,
  "dead-owners": "a memory store ends with its process, so that none of its owners can die before it",
});

// Imported where nothing is permitted: nothing may be asked for before it is needed, and presets do without.
import { systemClock } from "@discoverycache/core";
import { presets } from "@discoverycache/core/presets";

if (!(systemClock.now() > 0)) throw new Error("no time");
if (presets("SMOKE").runtime.ttl !== 300_000) throw new Error("not the time that has proved good");

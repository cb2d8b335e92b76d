// Imported where nothing is permitted: nothing may be asked for before it is needed.
import { systemClock } from "@discoverycache/core";

if (!(systemClock.now() > 0)) throw new Error("no time");

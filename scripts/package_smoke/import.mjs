import * as core from "@discoverycache/core";
import * as entry from "@discoverycache/core/presets";
import { use } from "./use.mjs";
import { usePresets } from "./use_presets.mjs";

await use(core);
await usePresets(core, entry);

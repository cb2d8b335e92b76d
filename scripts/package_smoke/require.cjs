const core = require("@discoverycache/core");
const entry = require("@discoverycache/core/presets");

import("./use.mjs").then(({ use }) => use(core));
import("./use_presets.mjs").then(({ usePresets }) => usePresets(core, entry));

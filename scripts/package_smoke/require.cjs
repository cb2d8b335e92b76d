const core = require("@discoverycache/core");

import("./use.mjs").then(({ use }) => use(core));

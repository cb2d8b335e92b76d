import * as core from "@discoverycache/core";
import { use } from "./use.mjs";

await use(core);

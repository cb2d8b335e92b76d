import { memoryCapabilities, memoryWorld } from "./adapter/memory_world.ts";
import { adapterSuite } from "./adapter_suite.ts";

adapterSuite("memory", memoryWorld, memoryCapabilities);

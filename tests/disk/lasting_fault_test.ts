import { faultSuite } from "./fault_suite.ts";
import { lastingStrikes } from "./strikes.ts";

faultSuite("the disk fails for a while", lastingStrikes);

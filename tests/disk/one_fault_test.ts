import { faultSuite } from "./fault_suite.ts";
import { singleStrikes } from "./strikes.ts";

faultSuite("one operation fails", singleStrikes);

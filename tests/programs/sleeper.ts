/** A process that sleeps for an hour and is not kept alive by it. */
import { systemClock } from "../../mod.ts";

void systemClock.sleep(3_600_000, { keepAlive: false });
console.log("nothing more to do");

// What a user of the installed package does first. The same for `import` and `require()`: each passes its module on.
import { strict as assert } from "node:assert";

/** @param {typeof import("@discoverycache/core")} core */
export async function use(core) {
  const before = core.systemClock.monotonic();
  await core.systemClock.sleep(5);
  assert.ok(core.systemClock.monotonic() > before);
  assert.ok(Object.create(core.AdapterError.prototype) instanceof core.DiscoveryCacheError);
}

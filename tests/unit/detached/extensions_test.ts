import { assertEquals, assertRejects } from "@std/assert";
import { describe, it } from "node:test";
import { Extensions, toldError } from "../../../src/detached/extensions.ts";
import type { Message } from "../../../src/detached/messages.ts";
import { InvalidDurationError, SupersededError } from "../../../src/errors.ts";

describe("Extensions", () => {
  it("resolves and rejects each as it is replied to, in whichever order", async () => {
    const told: Message[] = [];
    const extensions = new Extensions((message) => told.push(message));
    const [first, second] = [extensions.extend("1s"), extensions.extend(2_000)];
    assertEquals(told, [{ kind: "extend", id: 1, by: "1s" }, { kind: "extend", id: 2, by: 2_000 }]);
    const inVain = new SupersededError("discovery/a");
    extensions.hear({ id: 2, error: toldError(inVain) });
    const { name, message, code } = await assertRejects(() => second, Error) as SupersededError;
    assertEquals({ name, message, code }, { name: inVain.name, message: inVain.message, code: inVain.code });
    extensions.hear({ id: 1 });
    await first;
  });

  it("asks for nothing that is no duration", async () => {
    const told: Message[] = [];
    const extensions = new Extensions((message) => told.push(message));
    for (const by of ["soon", NaN, Infinity, 0, undefined, 1n] as never[]) {
      await assertRejects(() => extensions.extend(by), InvalidDurationError);
    }
    assertEquals(told, []);
  });
});

import { assert, assertEquals, assertMatch } from "@std/assert";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "node:test";
import { lives, until } from "../support/command_bench.ts";
import { type Answer, DetachedBench, fixture } from "../support/detached_bench.ts";

const guard = { timeout: 120_000 };

const HOUR_MS = 60 * 60 * 1_000;

/** An error, as the refresher saw it. */
interface Refused {
  readonly name: string;
  readonly message: string;
  readonly code: string;
}

describe("a detached refresh that puts its deadline off", () => {
  let bench: DetachedBench;
  beforeEach(() => void (bench = new DetachedBench()));
  afterEach(() => bench.close());

  /** A program has left its refresh behind, which puts its deadline off when it is told to, or at once. */
  async function leave(deadline: string, answer: Answer): Promise<{ owner: number; worker: number }> {
    await bench.fill("a", '"old"');
    await bench.asked({ module: fixture("contract.mjs"), deadline }, { does: "extends", answer: "new", ...answer });
    const owner = bench.marker("a")?.pid ?? -1;
    return { owner, worker: (await bench.facts()).pid };
  }

  const times = () => {
    const { started_at = "", deadline = "" } = bench.marker("a") as unknown as Record<string, string>;
    return { startedAt: Date.parse(started_at), deadline: Date.parse(deadline) };
  };

  async function replies(): Promise<readonly ("done" | Refused)[]> {
    return await until("it was answered", () => {
      const text = bench.has("replies") ? readFileSync(join(bench.folder, "replies"), "utf8") : "";
      return text.endsWith("\n") ? JSON.parse(text) : undefined;
    });
  }

  it("goes on past the one that it had, since everybody can see the other", guard, async () => {
    // Long enough to start on a busy machine.
    const first = 10_000;
    const { owner, worker } = await leave("10s", { by: ["1h"], gate: "gate", told: "." });
    assertEquals(await replies(), ["done"]);
    const { startedAt, deadline } = times();
    assert(deadline - startedAt >= HOUR_MS, `${startedAt} ${deadline}`);
    // At that moment its supervisor would end it.
    await until("the first deadline has passed", () => Date.now() > startedAt + first + 1_000);
    assertEquals([lives(owner), lives(worker)], [true, true]);
    bench.open("gate");
    await bench.becomes("new");
    await bench.end(owner, worker);
  });

  it("is told what is no duration, and what would be too long", guard, async () => {
    const { startedAt } = (await leave("60s", { by: ["soon", null, 0, "25h", "24h"], gate: "gate" }), times());
    bench.open("extend");
    const refused = await replies() as readonly Refused[];
    assertEquals(
      refused.map(({ name, code }) => [name, code]),
      refused.map(() => [
        "InvalidDurationError",
        "INVALID_DURATION",
      ]),
    );
    const shown = ['"soon"', "null", "0", '"25h"', '"24h"'];
    for (const [index, { message }] of refused.entries()) {
      assert(message.startsWith(`extend cannot be ${shown[index]}: expected`), message);
    }
    // Only its supervisor knows since when it has been going on.
    assertMatch(refused.at(-1)?.message ?? "", /at most 23h/);
    assertEquals(times(), { startedAt, deadline: startedAt + 60_000 });
    bench.open("gate");
    await bench.becomes("new");
  });

  it("is told when it is in vain, since its claim was lost", guard, async () => {
    const { owner, worker } = await leave("60s", { by: ["1h"], gate: "gate" });
    bench.editMarker("a", { token: "0".repeat(32) });
    bench.open("extend");
    const [refused] = await replies() as readonly Refused[];
    assertEquals([refused?.name, refused?.code], ["SupersededError", "SUPERSEDED"]);
    assertMatch(refused?.message ?? "", /^this refresh of discovery\/a is in vain/);
    bench.open("gate");
    await bench.end(owner, worker);
    assertEquals([bench.data("a"), bench.marker("a")?.token], ['"old"', "0".repeat(32)]);
  });
});

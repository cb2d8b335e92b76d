import { assertEquals, assertThrows } from "@std/assert";
import { describe, it } from "node:test";
import { InvalidNameError } from "../../src/errors.ts";
import { keepOnly } from "../../src/pruning.ts";
import type { ListedSource, RefreshState } from "../../src/store.ts";

const NOW = 1_000_000_000;

function listed(name: string, capturedAt?: number, state?: RefreshState): ListedSource {
  return {
    key: { tier: "discovery", name },
    size: capturedAt === undefined ? undefined : 2,
    capturedAt,
    state: state ?? { kind: "idle", attempts: 0, lastError: undefined },
  };
}

function failedAt(startedAt: number): RefreshState {
  const owner = { pid: 1, host: undefined, processStart: undefined };
  const told = { lastError: "no network", attempts: 1, retryAt: NOW + 1_000 };
  return { kind: "cooling-down", token: "t", owner, startedAt, ...told };
}

describe("keepOnly()", () => {
  it("keeps what is named, in its tier, and nothing else", () => {
    const keep = keepOnly([{ name: "models" }, { tier: "runtime", name: "prices" }], undefined, NOW);
    assertEquals(keep(listed("models")), true);
    assertEquals(keep(listed("prices")), false);
    assertEquals(keep({ ...listed("prices"), key: { tier: "runtime", name: "prices" } }), true);
    assertEquals(keep({ ...listed("models"), key: { tier: "runtime", name: "models" } }), false);
  });

  it("keeps what is up to that age, named or not", () => {
    const keep = keepOnly([{ name: "models" }], 10_000, NOW);
    assertEquals(keep(listed("other", NOW - 10_000)), true);
    assertEquals(keep(listed("other", NOW - 10_001)), false);
    assertEquals(keep(listed("models", NOW - 10_001)), true);
    assertEquals(keep(listed("other", NOW + 60_000)), true);
  });

  it("goes by the age of a failure when there is no data", () => {
    const keep = keepOnly([], 10_000, NOW);
    assertEquals(keep(listed("other", undefined, failedAt(NOW - 10_000))), true);
    assertEquals(keep(listed("other", undefined, failedAt(NOW - 10_001))), false);
  });

  it("keeps nothing that has no time at all", () => {
    assertEquals(keepOnly([], 10_000, NOW)(listed("other")), false);
  });

  it("throws when a name could be no source's", () => {
    assertThrows(() => keepOnly([{ name: "../models" }], undefined, NOW), InvalidNameError, "name cannot be");
    assertThrows(() => keepOnly([{ tier: "", name: "models" }], undefined, NOW), InvalidNameError, "tier cannot be");
  });
});

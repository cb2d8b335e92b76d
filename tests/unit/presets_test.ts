import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { describe, it } from "node:test";
import { InvalidPresetError, presets } from "../../src/presets.ts";
import { type Presets, readPresets } from "../../src/presets/read.ts";
import { checkSource } from "../../src/source_options.ts";

const proven: Presets = {
  discoveryTerminal: { ttl: 86_400_000, refreshDeadline: 60_000 },
  discoveryRemote: { ttl: 86_400_000, refreshDeadline: 10_000 },
  discoveryLocal: { ttl: 3_600_000, refreshDeadline: 10_000 },
  runtime: { ttl: 300_000, refreshDeadline: 5_000 },
  lockTimeout: 100,
};

/** Every variable, and what it changes when it says `7m`. */
const variables: Readonly<Record<string, Partial<Presets>>> = {
  TTL_DISCOVERY_PTY: { discoveryTerminal: { ttl: 420_000, refreshDeadline: 60_000 } },
  TTL_DISCOVERY_HTTP_REMOTE: { discoveryRemote: { ttl: 420_000, refreshDeadline: 10_000 } },
  TTL_DISCOVERY_HTTP_LOCAL: { discoveryLocal: { ttl: 420_000, refreshDeadline: 10_000 } },
  TTL_RUNTIME: { runtime: { ttl: 420_000, refreshDeadline: 5_000 } },
  LOCK_TIMEOUT: { lockTimeout: 420_000 },
  REFRESH_DEADLINE_PTY: { discoveryTerminal: { ttl: 86_400_000, refreshDeadline: 420_000 } },
  REFRESH_DEADLINE_HTTP: {
    discoveryRemote: { ttl: 86_400_000, refreshDeadline: 420_000 },
    discoveryLocal: { ttl: 3_600_000, refreshDeadline: 420_000 },
  },
  REFRESH_DEADLINE_RUNTIME: { runtime: { ttl: 300_000, refreshDeadline: 420_000 } },
};
const isDeadline = (name: string) => name.startsWith("REFRESH_DEADLINE");

function readWith(environment: Readonly<Record<string, string>>, prefix = "FIZ"): Presets {
  return readPresets(prefix, (name) => environment[name]);
}

/** What the error says of a variable's value. */
function refusal(name: string, value: string): InvalidPresetError {
  return assertThrows(() => readWith({ [`FIZ_${name}`]: value }), InvalidPresetError);
}

describe("readPresets()", () => {
  it("returns what has proved good when the environment says nothing", () => {
    assertEquals(readWith({}), proven);
  });

  for (const [name, change] of Object.entries(variables)) {
    it(`lets <PREFIX>_${name} change its own times, and no other`, () => {
      assertEquals(readWith({ [`FIZ_${name}`]: "7m" }), { ...proven, ...change });
    });
  }

  it("looks up each variable once, and no other", () => {
    const asked: string[] = [];
    readPresets("FIZ", (name) => void asked.push(name));
    assertEquals(asked.sort(), Object.keys(variables).map((name) => `FIZ_${name}`).sort());
  });

  it("reads durations as people write them", () => {
    for (
      const [text, ms] of Object.entries({ "90s": 90_000, "1h30m": 5_400_000, "0s": 0, "250ms": 250, "7d": 6048e5 })
    ) {
      assertEquals(readWith({ FIZ_TTL_RUNTIME: text }).runtime.ttl, ms, text);
    }
  });

  it("takes no notice of spaces around a duration", () => {
    assertEquals(readWith({ FIZ_TTL_RUNTIME: " 90s\t" }).runtime.ttl, 90_000);
  });

  it("listens to nobody else's variables", () => {
    const environment = { FIZ_TTL_RUNTIME: "1s", FIZ_TTL: "2s", TTL_RUNTIME: "3s", fiz_TTL_RUNTIME: "4s" };
    assertEquals(readWith(environment, "FIZZ"), proven);
    assertEquals(readWith(environment, "FIZ").runtime.ttl, 1_000);
  });

  for (const name of Object.keys(variables)) {
    it(`throws when <PREFIX>_${name} cannot be used: it names the variable, what was found, and what would be right`, () => {
      for (const value of ["soon", "5", "-5s", "1h 30m", "5S", "1e3s", "Infinity", " ", "9".repeat(500)]) {
        const error = refusal(name, value);
        const { what, expected, message } = error;
        assertEquals([error.name, error.code, what, error.value], [
          "InvalidPresetError",
          "INVALID_PRESET",
          `FIZ_${name}`,
          value,
        ]);
        assertStringIncludes(message, `FIZ_${name} cannot be "${value.slice(0, 60)}"`);
        assertStringIncludes(message, `: expected ${expected}`);
        assertStringIncludes(expected, 'a duration with its unit, such as "90s"');
      }
    });
  }

  for (const name of Object.keys(variables).filter(isDeadline)) {
    it(`takes for <PREFIX>_${name} what a source takes for its deadline, and nothing else`, () => {
      for (const value of ["0s", "0.5ms", "1ms", "24h", "24h1ms", "1d", "25h"]) {
        const source = () => checkSource({ name: "a", ttl: 0, refreshDeadline: value });
        const read = () => readWith({ [`FIZ_${name}`]: value });
        if (succeeds(source)) read();
        else assertStringIncludes(refusal(name, value).message, ", more than 0s and at most 24h");
      }
    });
  }

  for (const prefix of ["F", "FIZ", "MY_APP_2", "A__B"]) {
    it(`takes the prefix ${prefix}`, () => {
      assertEquals(readWith({ [`${prefix}_TTL_RUNTIME`]: "1s" }, prefix).runtime.ttl, 1_000);
    });
  }

  for (const prefix of ["", "fiz", "Fiz", "FIZ_", "_FIZ", "2FIZ", "MY-APP", "MY APP", "FIZ=", "FIZ\n", "FÜR", 5]) {
    it(`refuses the prefix ${JSON.stringify(prefix)}, and shows a right one`, () => {
      const error = assertThrows(() => readWith({}, prefix as string), InvalidPresetError);
      assertEquals([error.what, error.value], ["prefix", prefix]);
      assertStringIncludes(error.message, 'such as "FIZ"');
    });
  }

  it("throws what is an Error and shows no control character", () => {
    const error = refusal("TTL_RUNTIME", "5s\u001b[31m\u202e");
    assertEquals(error instanceof Error, true);
    assertStringIncludes(error.message, '"5s\\u001b[31m\\u202e"');
  });
});

describe("presets()", () => {
  it("returns times that any source takes", () => {
    const { lockTimeout, ...kinds } = presets("DISCOVERYCACHE_TEST_NOBODY_SETS_THIS");
    assertEquals({ lockTimeout, ...kinds }, proven);
    for (const [kind, times] of Object.entries(kinds)) {
      const { ttl, refreshDeadline } = checkSource({ name: "a", ...times });
      assertEquals({ ttl, refreshDeadline }, times, kind);
    }
  });
});

function succeeds(work: () => unknown): boolean {
  try {
    work();
    return true;
  } catch {
    return false;
  }
}

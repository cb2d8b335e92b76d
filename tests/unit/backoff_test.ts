import { assert, assertEquals } from "@std/assert";
import { describe, it } from "node:test";
import { BACKOFF_BASE_MS, BACKOFF_CAP_MS, retryDelay } from "../../src/backoff.ts";

/** As near to 1 as a random number comes. */
const ALMOST_ONE = 1 - 2 ** -53;

describe("retryDelay()", () => {
  it("has a ceiling of one second that doubles with each failure", () => {
    assertEquals(BACKOFF_BASE_MS, 1_000);
    const delays = [1, 2, 3, 4, 5, 10].map((attempts) => retryDelay(attempts, 0.5));
    assertEquals(delays, [500, 1_000, 2_000, 4_000, 8_000, 256_000]);
  });

  it("never exceeds ten minutes", () => {
    assertEquals(BACKOFF_CAP_MS, 600_000);
    assertEquals(retryDelay(10, ALMOST_ONE), 511_999);
    assertEquals(retryDelay(11, ALMOST_ONE), 599_999);
    assertEquals(retryDelay(12, 0.5), 300_000);
  });

  it("spreads the delay from zero up to the ceiling, and does not reach it", () => {
    assertEquals(retryDelay(3, 0), 0);
    assertEquals(retryDelay(3, 0.25), 1_000);
    assertEquals(retryDelay(3, ALMOST_ONE), 3_999);
  });

  it("stays a number when the attempts are huge", () => {
    for (const attempts of [1_025, 2 ** 31, Number.MAX_VALUE, Infinity]) {
      assertEquals(retryDelay(attempts, 0.5), 300_000);
      assertEquals(retryDelay(attempts, 0.5, { base: 0 }), 0);
      assertEquals(retryDelay(attempts, 0), 0);
    }
  });

  it("takes fewer than one attempt for one", () => {
    assertEquals(retryDelay(0, 0.5), 500);
    assertEquals(retryDelay(-3, 0.5), 500);
  });

  it("takes other ceilings", () => {
    assertEquals(retryDelay(1, 0.5, { base: 10 }), 5);
    assertEquals(retryDelay(5, 0.5, { base: 10, cap: 60 }), 30);
    assertEquals(retryDelay(1, 0.5, { base: 100, cap: 60 }), 30);
    assertEquals(retryDelay(4, 0.5, { cap: undefined }), 4_000);
  });

  it("is a whole number of milliseconds", () => {
    for (let attempts = 1; attempts <= 20; attempts++) {
      assert(Number.isInteger(retryDelay(attempts, 1 / 3)), `${attempts} attempts`);
    }
  });
});

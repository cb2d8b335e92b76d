import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { describe, it } from "node:test";
import { ALL_PAUSES_MS, retry, type RetryPolicy, retryPolicy, retrySync } from "../../../src/adapters/retry.ts";

/** A policy whose pauses are only written down. */
function recorded(windows: boolean): { policy: RetryPolicy; pauses: number[] } {
  const pauses: number[] = [];
  const pauseSync = (ms: number) => void pauses.push(ms);
  const pause = (ms: number) => Promise.resolve(void pauses.push(ms));
  return { policy: { ...retryPolicy(windows), pauseSync, pause }, pauses };
}

/** An attempt that fails so often, and then works. */
function failing(code: string, times: number) {
  const calls = { count: 0 };
  const attempt = () => {
    if (++calls.count <= times) throw Object.assign(new Error(code), { code });
    return "done";
  };
  return { attempt, calls };
}

/** Both ways to retry. */
const ways = {
  retrySync: <T>(attempt: () => T, policy: RetryPolicy): Promise<T> =>
    new Promise((resolve) => resolve(retrySync(attempt, policy))),
  retry: <T>(attempt: () => T, policy: RetryPolicy): Promise<T> => retry(attempt, policy),
};

for (const [name, way] of Object.entries(ways)) {
  describe(`${name}()`, () => {
    it("does not pause when the first attempt works", async () => {
      const { policy, pauses } = recorded(true);
      assertEquals(await way(failing("EPERM", 0).attempt, policy), "done");
      assertEquals(pauses, []);
    });

    it("tries again after growing pauses when the failure may pass on Windows", async () => {
      for (const code of ["EACCES", "EBUSY", "EPERM"]) {
        const { policy, pauses } = recorded(true);
        assertEquals(await way(failing(code, 4).attempt, policy), "done", code);
        assertEquals(pauses, [1, 2, 4, 8]);
      }
    });

    it("tries again elsewhere only when the file is busy", async () => {
      const { policy, pauses } = recorded(false);
      assertEquals(await way(failing("EBUSY", 1).attempt, policy), "done");
      assertEquals(pauses, [1]);
      for (const code of ["EACCES", "EPERM", "ENOENT", "EIO"]) {
        const { attempt, calls } = failing(code, 1);
        await assertRejects(() => way(attempt, policy), Error, code);
        assertEquals(calls.count, 1, code);
      }
      assertEquals(pauses, [1], "no pause for the others");
    });

    it("gives up with the last failure when the time is over", async () => {
      const { policy, pauses } = recorded(true);
      const { attempt, calls } = failing("EBUSY", Infinity);
      await assertRejects(() => way(attempt, policy), Error, "EBUSY");
      assertEquals(pauses, [1, 2, 4, 8, 16, 32, 64, 73]);
      assertEquals(pauses.reduce((sum, ms) => sum + ms), ALL_PAUSES_MS);
      assertEquals(calls.count, pauses.length + 1);
    });

    it("stops when another failure comes that will not pass", async () => {
      const { policy, pauses } = recorded(true);
      const codes = ["EBUSY", "EACCES", "ENOSPC", "EBUSY"];
      const attempt = () => {
        const code = codes.shift();
        throw Object.assign(new Error(code), { code });
      };
      await assertRejects(() => way(attempt, policy), Error, "ENOSPC");
      assertEquals(pauses, [1, 2]);
    });
  });
}

describe("retryPolicy()", () => {
  it("pauses for real, both ways", async () => {
    const policy = retryPolicy(true);
    policy.pauseSync(0);
    await policy.pause(0);
    assertEquals(retrySync(failing("EBUSY", 2).attempt, policy), "done");
    assertThrows(() => retrySync(failing("EIO", 1).attempt, policy), Error, "EIO");
  });
});

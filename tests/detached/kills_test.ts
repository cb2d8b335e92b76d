import { assertEquals } from "@std/assert";
import { describe, it } from "node:test";
import { assertTurnsOnce, makePlays } from "../support/kills/plays.ts";
import { here, ownShare, playAll } from "../support/kills/rounds.ts";
import { parentSteps, type Strikes, supervisorSteps, workerSteps } from "../support/kills/strikes.ts";

const guard = { timeout: 230_000 };

const { atOnce, afterSupervisor, afterBoth, countOperations } = makePlays((round) => round.handOver(here));

describe("a refresh that is handed over, and somebody is killed", () => {
  it("whoever is to be killed: nobody is, and the next caller gets what was refreshed behind him", guard, async () => {
    assertEquals(await playAll([{}], atOnce), ['"behind"']);
  });

  it(
    "the parent, before each operation from the claim to the transfer: the next caller goes on (P13)",
    guard,
    async () => {
      const { parent } = await countOperations();
      const got = await playAll(ownShare(parent).map((operation) => ({ parent: operation })), atOnce);
      // Before the claim nobody else is there; after the last operation the supervisor is known to all.
      assertEquals([got[0], got.at(-1)], ['"next"', '"behind"']);
    },
  );

  it(
    "the parent, before and after the start and after the transfer: the next caller goes on (P13)",
    guard,
    async () => {
      const got = await playAll(parentSteps.map((step) => ({ parent: step })), atOnce);
      assertEquals([got[0], ...got.slice(-2)], ['"next"', '"behind"', '"behind"']);
    },
  );

  it(
    "the supervisor, before each operation to the end of its commit: the next caller goes on (P13)",
    guard,
    async () => {
      const { supervisor } = await countOperations();
      const strikes = ownShare(supervisor).map((operation) => ({ supervisor: operation }));
      assertTurnsOnce(await playAll(strikes, afterSupervisor));
    },
  );

  it(
    "the supervisor, around the start of its worker: the worker ends as well, with what it started",
    guard,
    async () => {
      const got = await playAll(supervisorSteps.map((step) => ({ supervisor: step })), afterSupervisor);
      assertTurnsOnce(got);
      assertEquals(got.indexOf('"behind"'), supervisorSteps.indexOf("after all"));
    },
  );

  it("the worker: the failure is written down, and one who had answered is not missed", guard, async () => {
    const got = await playAll(workerSteps.map((step) => ({ worker: step })), async (round, number) => {
      await round.handOver(here);
      await round.noted("done", "supervisor");
      return await round.nextCall(number);
    });
    assertEquals(got, ['"next"', '"next"', '"behind"']);
  });

  it("the parent before the transfer, and then the supervisor: the next caller goes on (P13)", guard, async () => {
    const { supervisor } = await countOperations();
    const pairs: Strikes[] = ownShare(supervisor)
      .map((operation) => ({ parent: "after the start", supervisor: operation }));
    assertTurnsOnce(await playAll(pairs, afterBoth));
  });

  it("the parent within the transfer, and then the supervisor: the next caller goes on (P13)", guard, async () => {
    // The lock of the transfer is held by then, and its supervisor has to get past that.
    const parent = "within the transfer";
    const { supervisor } = await countOperations({ parent });
    const pairs: Strikes[] = ownShare(supervisor).map((operation) => ({ parent, supervisor: operation }));
    assertTurnsOnce(await playAll(pairs, afterBoth));
  });
});

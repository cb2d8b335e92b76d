import { assertEquals } from "@std/assert";
import { describe, it } from "node:test";
import { assertTurnsOnce, makePlays } from "../support/kills/plays.ts";
import { here, ownShare, playAll } from "../support/kills/rounds.ts";
import { parentSteps, type Strikes } from "../support/kills/strikes.ts";

const guard = { timeout: 230_000 };

const { atOnce, afterSupervisor, afterBoth, countOperations } = makePlays((round) => round.handOverCommand(here));

describe("a refresh that the command hands over, and somebody is killed", () => {
  it("whoever is to be killed: nobody is, and the next caller gets what was refreshed behind him", guard, async () => {
    assertEquals(await playAll([{}], atOnce), ['"behind"']);
  });

  it(
    "the command, before each operation from the claim to the transfer: the next caller goes on (P13)",
    guard,
    async () => {
      const { parent } = await countOperations();
      const got = await playAll(ownShare(parent).map((operation) => ({ parent: operation })), atOnce);
      // Before it has told its process what to do nobody refreshes behind anybody.
      assertEquals(got.filter((text) => text !== '"next"'), []);
    },
  );

  it("the command, at each step until it has told its process: that ends, and starts nothing", guard, async () => {
    const got = await playAll(parentSteps.map((step) => ({ parent: step })), atOnce);
    assertEquals(got, parentSteps.map((step) => step === "after all" ? '"behind"' : '"next"'));
  });

  it("its process, before each operation to the end of its commit: the next caller goes on (P13)", guard, async () => {
    const { supervisor } = await countOperations();
    const strikes = ownShare(supervisor).map((operation) => ({ supervisor: operation }));
    assertTurnsOnce(await playAll(strikes, afterSupervisor));
  });

  it(
    "its process, before it is told, while CMD runs and when all is done: the next caller goes on (P13)",
    guard,
    async () => {
      const steps = ["at its beginning", "while the worker works", "after all"] as const;
      const got = await playAll(steps.map((step) => ({ supervisor: step })), afterSupervisor);
      assertEquals(got, ['"next"', '"next"', '"behind"']);
    },
  );

  it("CMD: the failure is written down", guard, async () => {
    const got = await playAll([{ worker: "before it answers" }], async (round, number) => {
      await round.handOverCommand(here);
      await round.noted("done", "supervisor");
      return await round.nextCall(number);
    });
    assertEquals(got, ['"next"']);
  });

  it("the command before it has told its process, and that as well: the next caller goes on (P13)", guard, async () => {
    const pairs: Strikes[] = (["after the start", "within the transfer", "after the transfer"] as const)
      .map((step) => ({ parent: step, supervisor: "at its beginning" }));
    assertEquals(await playAll(pairs, afterBoth), ['"next"', '"next"', '"next"']);
  });

  it("the command when it has told its process, and then that: the next caller goes on (P13)", guard, async () => {
    const { supervisor } = await countOperations();
    const pairs: Strikes[] = ownShare(supervisor)
      .map((operation) => ({ parent: "after all", supervisor: operation }));
    assertTurnsOnce(await playAll(pairs, afterBoth));
  });
});

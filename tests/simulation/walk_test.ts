import { assert, assertEquals } from "@std/assert";
import { describe, it } from "node:test";
import { claimSection, commitSection, failSection, releaseSection } from "../../src/file_store/claims.ts";
import { fileRole, sourcePaths, stagedPath } from "../../src/file_store/layout.ts";
import { locked } from "../../src/file_store/lock.ts";
import { createExclusive, type Operation, setModified, stat } from "../../src/file_store/operation.ts";
import { parseMarker } from "../../src/file_store/record.ts";
import type { Claim } from "../../src/store.ts";
import { rounds } from "../support/rounds.ts";
import { type Program, untilUnlocked, type Walker, World } from "../support/walker.ts";

const timeout = 120_000 * rounds;
const SEEDS = 400 * rounds;
const FOLDER = "/root/discovery";
const key = { tier: "discovery", name: "models" };
const paths = sourcePaths(FOLDER, key);
const DEADLINE = 20;
const request = { refreshDeadline: DEADLINE, newerThan: Infinity, force: true };

function newWorld(seed: number): World {
  const world = new World(seed);
  world.spawn().adapter.makeDirectory(FOLDER);
  return world;
}

/** Names of ours that are left in the folder. */
function left(world: World): string[] {
  return [...(world.spawn().adapter.list(FOLDER) ?? [])].map(({ name }) => name).sort();
}

describe("random walks through the protocol", () => {
  it("locked() lets at most one live process in when owners die at any step (P1 to P5)", { timeout }, () => {
    let entered = 0;
    for (let seed = 1; seed <= SEEDS; seed++) {
      const world = newWorld(seed);
      const inside = new Set<Walker>();
      const program = function* (walker: Walker): Program {
        for (let round = 0; round < 3; round++) {
          yield* untilUnlocked(() =>
            locked(walker.party, paths.lock, function* () {
              inside.add(walker);
              for (let i = 0; i < 3; i++) {
                const living = [...inside].filter(({ dead }) => !dead);
                assertEquals(living.length, 1, `seed ${seed}\n${world.trace.slice(-60).join("\n")}`);
                yield* stat(paths.data);
              }
              inside.delete(walker);
              entered++;
            })
          );
        }
      };
      for (let i = 0; i < 4; i++) {
        const walker = world.spawn();
        world.begin(walker, program(walker));
      }
      world.walk(0.02);
      // Whatever was left, the next one gets in, and tidies it away.
      const next = world.spawn();
      world.begin(next, program(next));
      world.walk(0);
      assertEquals(left(world).filter((name) => fileRole(name)?.kind === "lock" && name === "models.lock"), []);
    }
    assert(entered > SEEDS * 4, `only ${entered} entered`);
  });

  it(
    "claims and commits never overlap and data never goes back when owners die at any step (P8 to P13)",
    { timeout },
    () => {
      let commits = 0;
      let takeOvers = 0;
      let late = 0;
      for (let seed = 1; seed <= SEEDS; seed++) {
        const world = newWorld(seed);
        const order: string[] = [];
        const holders = new Map<string, { holder: Walker; since: number }>();
        const ended = new Set<string>();
        let lastCommitted = -1;
        world.onOperation = (walker, operation: Operation) => {
          if (operation.verb !== "replace") return;
          const said = `seed ${seed}\n${world.trace.slice(-80).join("\n")}`;
          if (operation.to === paths.marker) {
            const content = walker.adapter.read(operation.from);
            const marker = content && parseMarker(content.bytes);
            if (marker?.token === undefined || marker.lastError !== undefined || holders.has(marker.token)) return;
            for (const [token, { holder, since }] of holders) {
              const overdue = world.clock.now() > since + 3 * DEADLINE;
              assert(holder.dead || overdue || ended.has(token), `two claims at once, ${said}`);
              if (!holder.dead && overdue && !ended.has(token)) late++;
            }
            order.push(marker.token);
            holders.set(marker.token, { holder: walker, since: marker.startedAt });
          } else if (operation.to === paths.data) {
            const token = fileRole(operation.from.slice(FOLDER.length + 1))?.token ?? "";
            assert(order.indexOf(token) > lastCommitted, `data went back, ${said}`);
            lastCommitted = order.indexOf(token);
            commits++;
          }
        };
        const program = function* (walker: Walker): Program {
          const { party } = walker;
          for (let rounds = 3; rounds > 0;) {
            const answer = yield* untilUnlocked(() => claimSection(party, paths, request));
            if (answer.kind !== "claimed") {
              yield "pause";
              continue;
            }
            rounds--;
            if (answer.recovered !== undefined) takeOvers++;
            const claim: Claim = answer.claim;
            const staged = stagedPath(paths.data, claim.token);
            const fate = Math.floor(world.clock.random() * 4);
            // One in four takes longer than anybody waits for, and comes too late.
            const work = world.clock.random() < 0.25 ? 5 * DEADLINE : 0;
            for (let i = 0; i < work; i++) yield "pause";
            if (fate >= 2) {
              yield* createExclusive(staged, new TextEncoder().encode(claim.token));
              yield* setModified(staged, world.clock.now());
              yield* untilUnlocked(() => commitSection(party, paths, claim, staged));
            } else if (fate === 1) {
              const failure = { message: "no", retryAt: world.clock.now() + 5 };
              yield* untilUnlocked(() => failSection(party, paths, claim, failure));
            } else {
              yield* untilUnlocked(() => releaseSection(party, paths, claim));
            }
            ended.add(claim.token);
          }
        };
        // A claim has ended as soon as its marker says so, which is before its section returns.
        const endsAtOnce = world.onOperation;
        world.onOperation = (walker, operation) => {
          endsAtOnce(walker, operation);
          const endsClaim = (operation.verb === "remove" && operation.path === paths.marker) ||
            (operation.verb === "replace" && operation.to === paths.marker);
          if (!endsClaim) return;
          const current = walker.adapter.read(paths.marker);
          const token = current && parseMarker(current.bytes)?.token;
          if (token !== undefined && holders.get(token)?.holder === walker) ended.add(token);
        };
        for (let i = 0; i < 4; i++) {
          const walker = world.spawn();
          world.begin(walker, program(walker));
        }
        world.walk(0.01);
        const next = world.spawn();
        world.begin(next, program(next));
        world.walk(0);
        assertEquals(left(world).filter((name) => name === "models.lock" || name === "models.refreshing.tmp"), []);
      }
      assert(commits > SEEDS, `only ${commits} commits`);
      assert(late > SEEDS / 10, `only ${late} came too late`);
      assert(takeOvers > SEEDS / 10, `only ${takeOvers} take-overs`);
    },
  );
});

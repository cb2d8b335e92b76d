/**
 * What is done while the disk fails: every way in which a source is changed.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { RefreshFailedError } from "../../src/errors.ts";
import type { Claim } from "../../src/store.ts";
import {
  claimElsewhere,
  encode,
  failing,
  FORBIDDEN,
  KEY,
  quick,
  rejection,
  SOURCE,
  SPAN,
  textOf,
  TTL,
} from "../cache/bench.ts";
import { settled, ticks } from "./settled.ts";
import { type Disk, otherToken, type World } from "./world.ts";

/** Something that is done. */
export interface Scenario {
  readonly name: string;
  /** What is there before. */
  prepare(world: World): Promise<void>;
  /**
   * What is done, to its end.
   *
   * @returns Whether it says that it is done.
   */
  act(world: World): Promise<boolean>;
  /** What is read if it is not done; `undefined` stands for nothing. */
  readonly before: string | undefined;
  /** What is read if it is done; also allowed if it is done in part. */
  readonly after: string | undefined;
  /** On what disk; one with hard links if left out. */
  readonly disk?: Disk;
}

const seed = (world: World) => world.seed();
const NEW = quick("new").refresh;

/** The claim of {@linkcode holding}. */
const claims = new WeakMap<World, Claim>();

/** A refresh that goes on in this process, below the cache. */
async function holding(world: World): Promise<void> {
  await world.seed();
  claims.set(world, await claimElsewhere(world.store));
}

/** Does something with that claim. Whoever holds one ends it, whatever comes of that. */
async function withClaim(world: World, work: (claim: Claim) => Promise<string>): Promise<boolean> {
  const claim = claims.get(world) as Claim;
  try {
    const answer = await work(claim);
    assertEquals(answer === "done" || answer === "committed", true, `it is answered with ${answer}`);
    return true;
  } finally {
    world.heal();
    await settled(world.clock, world.store.release(claim));
  }
}

/** A refresh that goes on in the other process. */
async function holdingElsewhere(world: World): Promise<void> {
  await world.seed();
  claims.set(world, await claimElsewhere(world.strangersStore));
}

/** Does something that supersedes it. Afterwards, the other process ends it in any case. */
async function supersede(world: World, work: Promise<unknown>): Promise<boolean> {
  try {
    return await settled(world.clock, work) !== false;
  } finally {
    world.heal();
    await settled(world.clock, world.strangersStore.release(claims.get(world) as Claim));
  }
}

/** What a process left that ended in the middle of everything. */
async function abandoned(world: World): Promise<void> {
  await world.seed();
  const { token } = await claimElsewhere(world.deadStore);
  world.leave(`models.json.${token}.tmp`, "half");
  world.leaveLock("models.lock", otherToken("a"));
  world.leaveLock("models.lock~", otherToken("b"));
}

/** What crashes have left that nobody comes across who refreshes. */
async function littered(world: World): Promise<void> {
  await world.seed();
  for (const file of ["json", "lock", "refreshing"]) world.leave(`models.${file}.${otherToken("c")}.tmp`, "half");
  world.leaveLock("gone.lock", otherToken("d"));
  world.leaveLock("gone.lock~", otherToken("e"));
  world.clock.jump(11_000);
}

async function prune(world: World): Promise<boolean> {
  const { failed } = await world.cache.prune([SOURCE]);
  for (const { error } of failed) world.heard.events.push({ kind: "error", source: KEY, error });
  return failed.length === 0;
}

async function refresh(world: World): Promise<boolean> {
  return textOf(await settled(world.clock, world.cache.refresh(SOURCE, NEW))) === "new";
}

/** A caller who leaves while the refresher works. */
async function leave(world: World): Promise<boolean> {
  const controller = new AbortController();
  const refresher = () => {
    controller.abort("no time");
    return new Promise<string>(() => {});
  };
  const left = await settled(
    world.clock,
    world.cache.refresh(SOURCE, refresher, { signal: controller.signal }).catch((error: unknown) => {
      if (error !== "no time") throw error;
    }),
  );
  assertEquals(left, undefined);
  await ticks();
  world.heard.first("aborted");
  return true;
}

/** A caller who finds that the other process refreshes. */
async function join(world: World): Promise<boolean> {
  const waiting = settled(world.clock, world.cache.refresh(SOURCE, FORBIDDEN));
  waiting.catch(() => {});
  for (let tick = 0; tick < 5; tick++) await Promise.resolve();
  world.clock.jump(1);
  assertEquals(
    await world.strangersStore.commit(claims.get(world) as Claim, encode("new"), world.clock.now()),
    "committed",
  );
  return textOf(await waiting) === "new";
}

async function refreshBehind(world: World): Promise<boolean> {
  world.cache.maybeRefresh(SOURCE, NEW);
  await settled(world.clock, world.cache.drain());
  return world.heard.events.some(({ kind }) => kind === "refreshed");
}

async function failToRefresh(world: World): Promise<boolean> {
  const error = await rejection(settled(world.clock, world.cache.refresh(SOURCE, failing(new Error("no network")))));
  if (!(error instanceof RefreshFailedError) || error.reason !== "no network") throw error;
  return true;
}

async function look(world: World): Promise<boolean> {
  await world.cache.read(SOURCE);
  world.cache.readSync(SOURCE);
  await world.cache.refreshState(SOURCE);
  for await (const _source of world.store.list());
  return true;
}

const stays = { before: "old", after: "old" } as const;
const changes = { before: "old", after: "new" } as const;

/** All of them. */
export const SCENARIOS: readonly Scenario[] = [
  { name: "the first refresh", prepare: () => Promise.resolve(), act: refresh, before: undefined, after: "new" },
  { name: "a forced refresh over old data", prepare: seed, act: refresh, ...changes },
  { name: "a refresh behind old data", prepare: seed, act: refreshBehind, ...changes },
  { name: "a refresh after a crash", prepare: abandoned, act: refresh, ...changes },
  {
    name: "a refresh without hard links",
    prepare: seed,
    act: refresh,
    disk: "without hard links",
    ...changes,
  },
  {
    name: "a refresh after a crash without hard links",
    prepare: abandoned,
    act: refresh,
    disk: "without hard links",
    ...changes,
  },
  { name: "a refresh that fails", prepare: seed, act: failToRefresh, ...stays },
  { name: "a refresh that nobody waits for any more", prepare: seed, act: leave, ...stays },
  { name: "a wait for another process", prepare: holdingElsewhere, act: join, before: "new", after: "new" },
  { name: "reading", prepare: abandoned, act: look, ...stays },
  { name: "prune() of litter", prepare: littered, act: prune, ...stays },
  {
    name: "prune() of another source",
    prepare: async (world) => {
      await world.seed();
      await world.strangersStore.put({ tier: "discovery", name: "other" }, encode("old"), world.clock.now() - TTL);
    },
    act: prune,
    ...stays,
  },
  {
    name: "put() over somebody's refresh",
    prepare: holdingElsewhere,
    act: (world) => supersede(world, world.store.put(KEY, encode("new"), world.clock.now())),
    ...changes,
  },
  {
    name: "expire() over somebody's refresh",
    prepare: holdingElsewhere,
    act: (world) => supersede(world, world.store.expire(KEY, world.clock.now() - 3 * TTL)),
    ...stays,
  },
  {
    name: "remove() over somebody's refresh",
    prepare: holdingElsewhere,
    act: (world) => supersede(world, world.store.remove(KEY)),
    before: "old",
    after: undefined,
  },
  {
    name: "a commit without a change",
    prepare: holding,
    act: (world) => withClaim(world, (claim) => world.store.commit(claim, "not-modified", world.clock.now())),
    ...stays,
  },
  {
    name: "report() of progress",
    prepare: holding,
    act: (world) => withClaim(world, (claim) => world.store.report(claim, { done: 1 })),
    ...stays,
  },
  {
    name: "extend() of a deadline",
    prepare: holding,
    act: (world) => withClaim(world, (claim) => world.store.extend(claim, world.clock.now() + 2 * SPAN)),
    ...stays,
  },
  {
    name: "transfer() of a claim",
    prepare: holding,
    act: (world) => withClaim(world, (claim) => world.store.transfer(claim)),
    ...stays,
  },
];

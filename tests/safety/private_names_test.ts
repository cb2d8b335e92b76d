import { assert, assertEquals, assertInstanceOf } from "@std/assert";
import { lstatSync, mkdirSync, rmSync } from "node:fs";
import { describe } from "node:test";
import { AdapterError, DiscoveryCacheError } from "../../src/errors.ts";
import { KEY, quick, rejection, seed, SOURCE, textOf } from "../cache/bench.ts";
import { ownerOf, type Place, spied } from "../faults/bench.ts";
import { clauseMaker, PLANTS } from "./plants.ts";

const clause = clauseMaker("private names that somebody has taken");

/** What is staged, by the ending of what it is to become. */
const STAGED = [".json", ".lock", ".lock~", ".refreshing"] as const;

/** The ending of the file that is staged at a path. */
function endingOf(path: string): string {
  return /models(?<ending>\.[a-z~]+)\.[0-9a-f]{32}\.tmp$/.exec(path)?.groups?.ending ?? "none";
}

/** An adapter before which somebody puts something at a private name, each time that a file is about to be made there. */
function taken(plant: (path: string) => void, names: (path: string, tries: number) => boolean) {
  const tries = new Map<string, number>();
  return spied((verb, path) => {
    if (verb !== "createExclusive" && verb !== "stage") return;
    const before = tries.get(path) ?? 0;
    tries.set(path, before + 1);
    if (path.endsWith(".tmp") && names(path, before)) plant(path);
  });
}

/** A dead lock: whoever comes upon it needs its guard. */
function leaveDeadLock(place: Place): void {
  place.plant("lock", place.lockOf({ ...ownerOf(1), pid: 0 }));
}

/** Asserts that the data is as it was, and that the next one who comes by gets new data at once. */
async function assertGoesOn(place: Place): Promise<void> {
  assertEquals(textOf(place.cache().readSync(SOURCE)), "old");
  await place.clock.advance(60_000);
  assertEquals(textOf(await place.cache().refresh(SOURCE, quick("next").refresh)), "next");
}

describe("a private name that somebody has taken", () => {
  for (const { what, need, put } of PLANTS) {
    clause(
      `${what}: it is removed, nothing is done through it, and every call succeeds`,
      need,
      async (place, outside) => {
        const planted = new Set<string>();
        const adapter = taken((path) => {
          put(path, outside);
          planted.add(endingOf(path));
        }, (_path, tries) => tries % 2 === 0);
        const cache = place.cache({ adapter });
        leaveDeadLock(place);
        const entry = await cache.refresh(SOURCE, ({ report }) => {
          report({ done: 1 });
          return Promise.resolve("new");
        });
        assertEquals([textOf(entry), place.text("json")], ["new", "new"]);
        assertEquals([...planted].sort(), [...STAGED]);
        assert(lstatSync(place.path("json")).isFile(), "the data is a file");

        const store = place.store({ adapter });
        await store.put(KEY, new TextEncoder().encode("put"), place.clock.now());
        assertEquals(place.text("json"), "put");
        await rejection(cache.refresh(SOURCE, () => Promise.reject(new Error("no network"))));
        assertEquals((await store.state(KEY)).kind, "cooling-down");
        assertEquals(place.names(), ["models.json", "models.refreshing"]);
        for (const ending of ["json", "refreshing"] as const) assert(lstatSync(place.path(ending)).isFile(), ending);
      },
    );

    clause(
      `${what}, again and again: an error, nothing of it is ever used, and the data stays`,
      need,
      async (place, outside) => {
        for (const ending of STAGED) {
          await seed(place.store(), "old", place.clock.now() - 60_000);
          if (ending === ".lock~") leaveDeadLock(place);
          const adapter = taken((path) => put(path, outside), (path) => endingOf(path) === ending);
          const error = await rejection(place.cache({ adapter }).refresh(SOURCE, quick("new").refresh));
          assertInstanceOf(error, DiscoveryCacheError, ending);
          const used = place.names().filter((name) =>
            !name.endsWith(".tmp") && !lstatSync(`${place.scene.root}/discovery/${name}`).isFile()
          );
          assertEquals(used, [], ending);
          await assertGoesOn(place);
        }
      },
    );
  }

  for (const ending of STAGED) {
    clause(
      `a folder, for ${ending}: the call fails and names it, and the next one succeeds`,
      undefined,
      async (place) => {
        await seed(place.store(), "old", place.clock.now() - 60_000);
        if (ending === ".lock~") leaveDeadLock(place);
        let inTheWay = "";
        const adapter = taken((path) => {
          inTheWay = path;
          mkdirSync(path);
        }, (path, tries) => endingOf(path) === ending && tries === 0);
        const error = await rejection(place.cache({ adapter }).refresh(SOURCE, quick("new").refresh));
        const cause = error instanceof AdapterError ? error : (error as Error).cause;
        assertInstanceOf(cause, AdapterError);
        assert(["EISDIR", "EPERM"].includes(cause.code), cause.code);
        assertEquals(cause.path, inTheWay);
        assert(lstatSync(inTheWay).isDirectory(), "it is still there");
        await assertGoesOn(place);
        rmSync(inTheWay, { recursive: true });
      },
    );
  }
});

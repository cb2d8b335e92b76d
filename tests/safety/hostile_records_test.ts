import { assert, assertEquals } from "@std/assert";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { describe, it } from "node:test";
import { parseLock, parseMarker } from "../../src/file_store/record.ts";
import { KEY, quick, SOURCE, textOf } from "../cache/bench.ts";
import { collect } from "../conformance/store/bench.ts";
import { atOnce, inPlace, native, type Place } from "../faults/bench.ts";

const options = { timeout: 120_000 };

const BAIT = '{"polluted":true,"pid":1,"started_at":"2026-11-21T10:05:43Z","deadline":"2026-11-21T10:05:53Z"}';

/** The fields of a record, each with something that it should not be. `OWN` are the fields of one that parses. */
const OWN = '"pid":0,"started_at":"2026-11-21T10:05:43Z","deadline":"2026-11-21T10:05:53Z"';

const HOSTILE: Readonly<Record<string, string>> = {
  "a prototype beside its fields": `{"__proto__":${BAIT},${OWN}}`,
  "a prototype that is all there is": `{"__proto__":${BAIT}}`,
  "a prototype spelled with escapes": `{"\\u005f_proto__":${BAIT},${OWN}}`,
  "a constructor": `{"constructor":{"prototype":${BAIT}},${OWN}}`,
  "prototypes inside": `{${OWN},"progress":{"__proto__":${BAIT},"constructor":{"prototype":${BAIT}},"done":1},` +
    `"previous":{"__proto__":${BAIT}}}`,
  "fields of every other type": '{"pid":[0],"started_at":{},"deadline":false,"token":{"__proto__":{}},"host":[]}',
  "values of every other type": `{${OWN},"token":7,"host":{},"process_start":[],"last_error":{},"previous":[],` +
    '"attempts":"1","retry_at":true,"progress":[]}',
  "methods for names": `{${OWN},"toString":1,"hasOwnProperty":1,"valueOf":null,"then":1,"toJSON":1}`,
  "keys twice": `{"pid":1,"pid":0,${OWN},"progress":{"done":1,"done":2},"deadline":"2026-11-21T10:05:53Z"}`,
  "numbers beyond all bounds":
    `{${OWN},"attempts":1e400,"progress":{"done":1e400,"total":-1e400},"retry_at":"9999-12-31T23:59:59Z"}`,
  "numbers that are too large": `{${OWN},"attempts":9007199254740993,"progress":{"done":-1,"total":1e308}}`,
  "a process that cannot be": `{${OWN.replace('"pid":0', '"pid":1e300')}}`,
  "a process group": `{${OWN.replace('"pid":0', '"pid":-1')}}`,
  "levels without end": "[".repeat(65_000),
  "levels that end": `{${OWN},"progress":${'{"progress":'.repeat(4_000)}1${"}".repeat(4_000)}}`,
  "levels in the place of a field": `{"pid":${"[".repeat(30_000)}${"]".repeat(30_000)},"started_at":1}`,
  "a control character in a text": `{${OWN},"last_error":"\u0000"}`,
  "a name of 60,000 letters for a token": `{${OWN},"token":"${"a".repeat(60_000)}"}`,
  "a zero in its token": `{${OWN},"token":"a\\u0000b"}`,
  "a host of 60,000 letters": `{${OWN},"host":"${"é".repeat(30_000)}","process_start":"${"1".repeat(2_000)}"}`,
  "times that cannot be": '{"pid":0,"started_at":"9999-12-31T23:59:59Z","deadline":"0000-01-01T00:00:00Z"}',
};

/** Asserts that nothing of what was given leads to another prototype than it should, copied or not. */
function assertClean(what: string, ...given: readonly unknown[]): void {
  const waiting: unknown[] = [...given];
  for (let next = waiting.pop(); waiting.length > 0 || next !== undefined; next = waiting.pop()) {
    if (typeof next !== "object" || next === null || next instanceof Uint8Array) continue;
    for (const copy of [next, { ...next }, Object.assign({}, next)]) {
      assert(!Object.hasOwn(copy, "__proto__") && !("polluted" in copy), what);
      const prototype = Object.getPrototypeOf(copy);
      assert(prototype === Object.prototype || prototype === Array.prototype, what);
    }
    waiting.push(...Object.values(next));
  }
  assertEquals(({} as Record<string, unknown>)["polluted"], undefined, what);
}

/** Everything that can be asked of a cache without changing it. */
async function askAll(place: Place, what: string): Promise<void> {
  const [cache, store] = [place.cache(), place.store()];
  const state = await atOnce(cache.refreshState(SOURCE));
  assertClean(what, state, await cache.read(SOURCE), cache.readSync(SOURCE), await collect(store.list()));
  assertEquals(textOf(cache.readSync(SOURCE)), "old", what);
}

/** A source with old data, and beside it a lock or a marker that says this; older than what nobody can read stays. */
async function plant(place: Place, ending: "lock" | "refreshing", text: string): Promise<void> {
  await place.store().put(KEY, new TextEncoder().encode("old"), place.clock.now() - 60_000);
  place.plant(ending, text);
  place.clock.jump(20_000);
}

describe("records that somebody else wrote, to do harm", () => {
  for (const [what, text] of Object.entries(HOSTILE)) {
    it(`${what}: no record leads to another prototype, and nothing throws`, options, () => {
      for (const parse of [parseLock, parseMarker]) assertClean(what, parse(new TextEncoder().encode(text)));
    });

    for (const ending of ["lock", "refreshing"] as const) {
      it(
        `${what}, as ${ending}: it can be asked about, and keeps nobody from a refresh`,
        options,
        () =>
          inPlace(async (place) => {
            await plant(place, ending, text);
            await askAll(place, what);
            assertEquals((await place.cache().prune([SOURCE])).removed, []);
            const entry = await atOnce(place.cache().refresh(SOURCE, quick("new").refresh));
            assertClean(what, { ...entry, data: undefined });
            assertEquals([textOf(entry), place.names()], ["new", ["models.json"]]);
          }),
      );
    }

    it(
      `${what}, as a marker: it can be superseded, and a claim in its place fails as any other`,
      options,
      () =>
        inPlace(async (place) => {
          await plant(place, "refreshing", text);
          const store = place.store();
          assertEquals(await store.expire(KEY, 0), true);
          place.plant("refreshing", text);
          const answer = store.tryClaim(KEY, { refreshDeadline: 1_000, newerThan: Infinity, force: true });
          assert(answer.kind === "claimed", answer.kind);
          assertClean(what, answer);
          assertEquals(await store.report(answer.claim, { done: 1 }), "done");
          assertEquals(await store.fail(answer.claim, { message: "no network", retryAt: place.clock.now() }), "done");
          const state = await store.state(KEY);
          assert(state.kind === "idle" && state.lastError === "no network", state.kind);
          assert(state.attempts >= 1 && Number.isSafeInteger(state.attempts), String(state.attempts));
        }),
    );
  }

  for (const token of ["/../../../precious", "\\..\\..\\..\\precious", "../../../precious"]) {
    it(
      `a token ${JSON.stringify(token)} leads to no file outside of the cache`,
      options,
      () =>
        inPlace(async (place) => {
          const outside = join(place.scene.folder, "precious.tmp");
          writeFileSync(outside, "precious");
          const gone = { pid: 0, host: native.self().host, processStart: "1" };
          const record = { ...JSON.parse(new TextDecoder().decode(place.markerOf(gone, { attempts: 1 }))), token };
          for (const ending of ["refreshing", "lock"] as const) {
            await plant(place, ending, JSON.stringify(record));
            // With these the names that such a token makes are paths that exist.
            for (const name of ["json", "lock", "refreshing"]) {
              mkdirSync(place.path(`${name}.` as "lock"), { recursive: true });
            }
            await place.store().put(KEY, new TextEncoder().encode("put"), place.clock.now());
            place.plant(ending, JSON.stringify(record));
            place.clock.jump(20_000);
            assertEquals(textOf(await atOnce(place.cache().refresh(SOURCE, quick("new").refresh))), "new");
            assert(existsSync(outside), ending);
            assertEquals(readFileSync(outside, "utf8"), "precious", ending);
          }
        }),
    );
  }

  it("the process that tests this is itself in order", () => assertClean("a fresh object", {}, { pid: process.pid }));
});

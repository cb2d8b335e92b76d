import { assert, assertEquals, assertNotEquals, assertStrictEquals } from "@std/assert";
import type { SourceKey, StoredData } from "../../../src/store.ts";
import { turn } from "../../support/manual_clock.ts";
import {
  type AddClause,
  assertData,
  collect,
  decode,
  encode,
  HOUR,
  KEY,
  PATIENT,
  request,
  seed,
  snapshot,
  type StoreFixture,
  take,
} from "./bench.ts";

/** Names that end like a file of the store's own might. */
const LOOK_ALIKES = [
  "a",
  "a.json",
  "a.lock",
  "a.refreshing",
  "a.json.lock",
  "a.json.tmp",
  "a.tmp",
  "a.lock.refreshing",
];

/** After this time the state of a file proves that it has not changed since, on every runtime. In milliseconds. */
const SETTLED = 2_000;

/** Reading, bytes, and which data belongs to which source. */
export function dataClauses(clause: AddClause, makeFixture: () => Promise<StoreFixture> | StoreFixture): void {
  clause("id is the same for every store object on the same data", async ({ store, other }) => {
    await Promise.resolve();
    assertEquals(store.id, other.id);
  });

  clause("id is another one for other data", async ({ store }) => {
    const elsewhere = await makeFixture();
    try {
      assertNotEquals((await elsewhere.open()).id, store.id);
    } finally {
      await elsewhere.dispose();
    }
  });

  clause("two sets of data share nothing", async ({ store, clock }) => {
    const elsewhere = await makeFixture();
    try {
      await seed(store, "here", clock.now());
      assertEquals(await (await elsewhere.open()).read(KEY), undefined);
    } finally {
      await elsewhere.dispose();
    }
  });

  clause("read() is undefined when there is no data", async ({ store }) => {
    assertEquals(await store.read(KEY), undefined);
  });

  clause("read() gives the bytes and the time of the last commit, whichever store object made it", async (bench) => {
    const { store, other, clock } = bench;
    await seed(store, "first", clock.now() - 5_000);
    await assertData(store, "first", clock.now() - 5_000);
    await assertData(other, "first", clock.now() - 5_000);
    await seed(other, "second", clock.now());
    await assertData(store, "second", clock.now());
  });

  clause(
    "read() gives the same object for as long as the data is the same version",
    async ({ store, other, clock }) => {
      await seed(store, "unchanged", clock.now());
      const first = await store.read(KEY);
      assertEquals(decode(first), "unchanged");
      const again = async (when: string) => assertStrictEquals(await store.read(KEY), first, when);
      await again("at once");
      await clock.advance(SETTLED);
      await again("much later");
      await again("again");
      const claim = await take(other, { force: true });
      await again("while somebody refreshes");
      await other.fail(claim, { message: "no network", retryAt: clock.now() });
      await again("after a failure");
      await assertData(other, "unchanged", clock.now() - SETTLED);
      await again("after somebody else's read");
    },
  );

  clause(
    "read() gives another object after every change, whoever made it, and leaves the old one alone",
    async (bench) => {
      const { store, other, clock } = bench;
      const start = clock.now() - HOUR;
      const changes: Record<string, (at: number) => Promise<unknown>> = {
        commit: (at) => seed(store, "aaaa", at),
        "another commit": (at) => seed(other, "bbbb", at),
        "a commit of the same bytes": (at) => seed(other, "bbbb", at),
        put: (at) => other.put(KEY, encode("cccc"), at),
        "a commit that renews the time": async (at) => await other.commit(await take(other), "not-modified", at),
        expire: () => other.expire(KEY, start - 5_000),
      };
      const seen = new Map<StoredData, string>();
      for (const [what, change] of Object.entries(changes)) {
        await change(start + 1_000 * seen.size);
        const data = await store.read(KEY);
        assert(data !== undefined && !seen.has(data), `another object after ${what}`);
        assertStrictEquals(await store.read(KEY), data, what);
        await clock.advance(SETTLED);
        assertStrictEquals(await store.read(KEY), data, what);
        seen.set(data, JSON.stringify([decode(data), data.capturedAt]));
      }
      for (const [data, text] of seen) assertEquals(JSON.stringify([decode(data), data.capturedAt]), text);
      assertEquals([...seen.keys()].map(decode), ["aaaa", "bbbb", "bbbb", "cccc", "cccc", "cccc"]);
      await other.remove(KEY);
      assertEquals(await store.read(KEY), undefined);
    },
  );

  clause("commit() and put(): what a store remembers of its own bytes is what is there", async (bench) => {
    const { store, clock } = bench;
    const committed = encode("committed");
    await store.commit(await take(store), committed, clock.now());
    await store.put(KEY, encode("put"), clock.now());
    await assertData(store, "put", clock.now());
    await store.commit(await take(store), committed, clock.now());
    await assertData(store, "committed", clock.now());
    // Somebody else's comes after it.
    await bench.other.put(KEY, encode("elsewhere"), clock.now());
    await assertData(store, "elsewhere", clock.now());
  });

  clause("commit() and put() take a view's own bytes, not all of its buffer", async ({ store, clock }) => {
    const view = encode("[before]models[after]").subarray(8, 14);
    await store.commit(await take(store), view, clock.now());
    await assertData(store, "models", clock.now());
    await store.put(KEY, view.subarray(0, 5), clock.now());
    await assertData(store, "model", clock.now());
  });

  clause("empty data is data", async ({ store, other, clock }) => {
    await store.commit(await take(store), new Uint8Array(), clock.now() - 5_000);
    await assertData(other, "", clock.now() - 5_000);
    assertEquals((await collect(store.list())).map((source) => source.size), [0]);
    assertEquals(await store.commit(await take(store), "not-modified", clock.now()), "committed");
    await assertData(store, "", clock.now());
  });

  clause("every byte and a megabyte come back as they were", async ({ store, other, clock }) => {
    const bytes = Uint8Array.from({ length: 1_000_003 }, (_, index) => (index * 31 + (index >> 8)) & 255);
    await store.commit(await take(store), bytes, clock.now());
    const read = await other.read(KEY);
    assert(read, "there is no data");
    assertEquals(read.bytes.length, bytes.length);
    assert(read.bytes.every((byte, index) => byte === bytes[index]), "a byte is another one");
  });

  clause("sources with one name in two tiers do not meet", async ({ store, clock }) => {
    const twin: SourceKey = { tier: "runtime", name: KEY.name };
    await seed(store, "discovered", clock.now());
    const claim = await take(store);
    assertEquals(await store.read(twin), undefined);
    assertEquals((await store.state(twin)).kind, "idle");
    await seed(store, "running", clock.now(), twin);
    assertEquals(await store.commit({ ...claim, key: twin }, encode("astray"), clock.now()), "superseded");
    await assertData(store, "discovered", clock.now());
    await assertData(store, "running", clock.now(), twin);
  });

  clause("sources whose names look like files of the store's own do not meet", async ({ store, clock }) => {
    const keys = LOOK_ALIKES.map((name) => ({ tier: KEY.tier, name }));
    for (const key of keys) await seed(store, `data of ${key.name}`, clock.now(), key);
    for (const key of keys) await take(store, {}, key);
    for (const key of keys) await assertData(store, `data of ${key.name}`, clock.now(), key);
    const listed = await collect(store.list());
    assertEquals(listed.map((source) => source.key.name).sort(), [...LOOK_ALIKES].sort());
    assert(listed.every((source) => source.state.kind === "refreshing"), "all of them are being refreshed");
  });

  clause("read(), state() and list() answer while a claim is held, and change nothing", async (bench) => {
    const { store, other, clock } = bench;
    await seed(store, "old", clock.now());
    const claim = await take(store);
    const before = await snapshot(other);
    await collect(other.list());
    assertEquals(await snapshot(other), before);
    assertEquals(await store.commit(claim, encode("new"), clock.now()), "committed");
  });

  clause(
    "read() sees the bytes of one commit with the time that belongs to them, while others commit",
    async (bench) => {
      const { store, other, clock } = bench;
      const start = clock.now() - 1_000_000;
      const versionOf = (bytes: Uint8Array) => {
        const version = bytes[0] ?? -1;
        assertEquals(bytes.length, 2_000 + 100 * version, "the length of that version");
        assert(bytes.every((byte) => byte === version), "bytes of two versions");
        return version;
      };
      let done = false;
      const write = async () => {
        try {
          for (let version = 1; version <= 60; version++) {
            const bytes = new Uint8Array(2_000 + 100 * version).fill(version);
            if (version % 3 === 0) await store.put(KEY, bytes, start + version * 1_000, PATIENT);
            else await store.commit(await take(store), bytes, start + version * 1_000, PATIENT);
          }
        } finally {
          done = true;
        }
      };
      const watch = async () => {
        let last = 0;
        while (!done) {
          await turn();
          const data = await other.read(KEY);
          if (data === undefined) continue;
          const version = versionOf(data.bytes);
          const expected = start + version * 1_000;
          assert(Math.abs(data.capturedAt - expected) <= 1, `version ${version} with the time of another`);
          assert(version >= last, `version ${version} after ${last}`);
          last = version;
        }
      };
      await clock.advanceUntil(Promise.all([write(), watch(), watch()]), 100_000);
      assertEquals(versionOf((await other.read(KEY))?.bytes ?? new Uint8Array()), 60);
    },
  );
}

/** The same, at once. */
export function syncDataClauses(clause: AddClause): void {
  clause("readSync() gives what read() gives", async ({ store, other, clock }) => {
    assert(store.readSync && other.readSync, "readSync is missing");
    assertEquals(store.readSync(KEY), undefined);
    await seed(store, "models", clock.now());
    const data = other.readSync(KEY);
    assertEquals(decode(data), "models");
    assertEquals(data, await other.read(KEY));
  });

  clause("readSync() gives the object that read() gives", async ({ store, clock }) => {
    assert(store.readSync, "readSync is missing");
    for (const text of ["one", "two"]) {
      await seed(store, text, clock.now());
      const data = store.readSync(KEY);
      assertEquals(decode(data), text);
      assertStrictEquals(await store.read(KEY), data);
      await clock.advance(SETTLED);
      assertStrictEquals(await store.read(KEY), data);
      assertStrictEquals(store.readSync(KEY), data);
    }
  });

  clause("tryClaim() answers as claim() does", async ({ store, other, clock }) => {
    assert(store.tryClaim && other.tryClaim, "tryClaim is missing");
    const first = store.tryClaim(KEY, request());
    assert(first.kind === "claimed", first.kind);
    assertEquals(other.tryClaim(KEY, request()), await other.claim(KEY, request()));
    assertEquals(other.tryClaim(KEY, request()).kind, "refreshing");

    await store.fail(first.claim, { message: "no network", retryAt: clock.now() + 1_000 });
    assertEquals(other.tryClaim(KEY, request()), await other.claim(KEY, request()));
    assertEquals(other.tryClaim(KEY, request()).kind, "cooling-down");

    const second = store.tryClaim(KEY, request({ force: true }));
    assert(second.kind === "claimed", second.kind);
    assertEquals(second.claim.attempts, 1);
    await store.commit(second.claim, encode("models"), clock.now());
    assertEquals(other.tryClaim(KEY, request({ newerThan: clock.now() - 1_000 })).kind, "adopted");
  });

  clause("tryClaim() takes over what claim() would", async ({ store, other, clock }) => {
    assert(other.tryClaim, "tryClaim is missing");
    const lost = await take(store);
    await clock.advance(100_000);
    const answer = other.tryClaim(KEY, request());
    assert(answer.kind === "claimed", answer.kind);
    assertEquals(answer.recovered?.token, lost.token);
  });
}

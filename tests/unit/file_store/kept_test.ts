import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import { describe, it } from "node:test";
import type { FileContent, FileStat } from "../../../src/adapter.ts";
import { isSameVersion, KeptContents, type Reading } from "../../../src/file_store/kept.ts";
import type { StoredData } from "../../../src/store.ts";
import { ManualClock } from "../../support/manual_clock.ts";

const NOW = 1_000_000_000;

const stat: FileStat = {
  kind: "file",
  size: 4,
  modifiedAt: NOW - 60_000,
  changedAt: NOW - 60_000,
  inode: 11,
  mode: 0o600,
  owner: 0,
};

/** A file that was changed in the tick in which it is read. */
const RACY = { changedAt: NOW - 1 };

function content(text: string, change: Partial<FileStat> = {}): FileContent {
  const bytes = new TextEncoder().encode(text);
  return { bytes, stat: { ...stat, size: bytes.length, ...change } };
}

/** What is kept, by a clock that stands still. */
class Bench {
  readonly kept: KeptContents;

  constructor(limit = 100) {
    this.kept = new KeptContents(new ManualClock(NOW), limit);
  }

  /** Reads a file that holds this. */
  read(path: string, text: string, change: Partial<FileStat> = {}, reading: Reading = this.kept.begin()): StoredData {
    return this.kept.set(path, content(text, change), reading);
  }

  /** Which of some paths are kept as unchanged. */
  has(...paths: string[]): boolean[] {
    return paths.map((path) => this.kept.has(path));
  }
}

function textOf(data: StoredData | undefined): string | undefined {
  return data && new TextDecoder().decode(data.bytes);
}

describe("isSameVersion()", () => {
  it("needs the same inode, size, mtime and ctime", () => {
    assertEquals(isSameVersion(stat, { ...stat }), true);
    for (const change of [{ inode: 12 }, { size: 5 }, { modifiedAt: 1 }, { changedAt: 1 }]) {
      assertEquals(isSameVersion(stat, { ...stat, ...change }), false, JSON.stringify(change));
    }
  });
});

describe("KeptContents", () => {
  it("get() gives the object that set() gave while the file is unchanged, and nothing is copied", () => {
    const { kept } = new Bench();
    const file = content("data");
    const data = kept.set("/a", file, kept.begin());
    assertStrictEquals(data.bytes, file.bytes);
    assertEquals(data.capturedAt, stat.modifiedAt);
    assertEquals(kept.has("/a"), true);
    assertStrictEquals(kept.get("/a", file.stat), data);
    assertStrictEquals(kept.get("/a", file.stat), data, "again");
  });

  it("get() gives undefined when the file is gone, and nothing is known of it after that", () => {
    const bench = new Bench();
    const data = bench.read("/a", "data");
    assertEquals(bench.kept.get("/a", undefined), undefined);
    assertEquals(bench.has("/a"), [false]);
    assert(bench.read("/a", "data") !== data);
  });

  it("get() gives undefined when the file is in another state, until it has been read again", () => {
    for (const change of [{ inode: 12 }, { size: 5 }, { modifiedAt: NOW - 50 }, { changedAt: NOW - 50 }]) {
      const bench = new Bench();
      bench.read("/a", "data");
      assertEquals(bench.kept.get("/a", { ...stat, ...change }), undefined, JSON.stringify(change));
      assertEquals(bench.has("/a"), [false]);
      assertEquals(bench.kept.get("/a", stat), undefined, "the old state proves nothing any more");
    }
  });

  it("set() gives the same object again when another state holds the same bytes of the same time", () => {
    const bench = new Bench();
    const data = bench.read("/a", "data");
    const moved = { inode: 12, changedAt: NOW - 50 };
    bench.kept.get("/a", { ...stat, ...moved });
    assertStrictEquals(bench.read("/a", "data", moved), data);
    assertStrictEquals(bench.kept.get("/a", { ...stat, ...moved }), data, "and that state is known");
  });

  it("set() gives another object for other bytes, and for another time", () => {
    const bench = new Bench();
    const seen = new Set([bench.read("/a", "data")]);
    seen.add(bench.read("/a", "dada"));
    seen.add(bench.read("/a", "dat"));
    seen.add(bench.read("/a", "dat", { modifiedAt: NOW - 50_000 }));
    assertEquals([...seen].map(textOf), ["data", "dada", "dat", "dat"]);
    assertEquals([...seen].map(({ capturedAt }) => capturedAt - NOW), [-60_000, -60_000, -60_000, -50_000]);
  });

  it("nothing is served without a reading when the file was changed less than 20 ms before it was read", () => {
    const bench = new Bench();
    const data = bench.read("/a", "data", { changedAt: NOW - 19 });
    assertEquals(bench.has("/a"), [false]);
    assertEquals(bench.kept.get("/a", { ...stat, changedAt: NOW - 19 }), undefined, "though its state is the same");
    assertStrictEquals(bench.read("/a", "data", { changedAt: NOW - 20 }), data);
    assertEquals(bench.has("/a"), [true]);
  });

  it("a file that was changed twice in one tick is read again, and its new bytes are another object", () => {
    const bench = new Bench();
    const first = bench.read("/a", "one!", RACY);
    assertEquals(bench.kept.get("/a", { ...stat, ...RACY }), undefined);
    const second = bench.read("/a", "two!", RACY);
    assert(second !== first);
    assertEquals([first, second].map(textOf), ["one!", "two!"]);
    assertStrictEquals(bench.read("/a", "two!", RACY), second);
  });

  it("a reading counts from its beginning: one that took long proves no more than a short one", async () => {
    const clock = new ManualClock(NOW);
    const kept = new KeptContents(clock, 100);
    const reading = kept.begin();
    await clock.advance(1_000);
    kept.set("/a", content("data", RACY), reading);
    assertEquals(kept.has("/a"), false);
  });

  it("a reading goes by the ctime, though the mtime is old; and by the mtime where there is no ctime", () => {
    const bench = new Bench();
    bench.read("/a", "data", { modifiedAt: NOW - 60_000, changedAt: NOW });
    bench.read("/b", "data", { modifiedAt: NOW, changedAt: undefined });
    bench.read("/c", "data", { modifiedAt: NOW - 20, changedAt: undefined });
    assertEquals(bench.has("/a", "/b", "/c"), [false, false, true]);
  });

  it("readings of one file at the same time give one object; an old one that comes late replaces nothing", () => {
    const bench = new Bench();
    const [early, late] = [bench.kept.begin(), bench.kept.begin()];
    const data = bench.read("/a", "new!", {}, late);
    assertEquals(textOf(bench.read("/a", "old!", {}, early)), "old!", "what it found is what it gives");
    assertStrictEquals(bench.read("/a", "new!", {}, early), data);
    assertStrictEquals(bench.kept.get("/a", stat), data);
  });

  it("set() drops what was used least recently when the limit is reached, settled or not", () => {
    const bench = new Bench(8);
    const first = bench.read("/a", "aaaa", RACY);
    const second = bench.read("/b", "bbbb");
    assertStrictEquals(bench.read("/a", "aaaa", RACY), first, "used again");
    bench.read("/c", "cccc");
    assertStrictEquals(bench.read("/a", "aaaa", RACY), first);
    assertEquals(bench.has("/a", "/b", "/c"), [false, false, true]);
    assert(bench.read("/b", "bbbb") !== second, "it was dropped");
    bench.kept.get("/a", stat);
    assertEquals(bench.has("/b", "/c"), [true, false], "two of four bytes fit");
  });

  it("get() counts as a use", () => {
    const bench = new Bench(8);
    bench.read("/a", "aaaa");
    bench.read("/b", "bbbb");
    bench.kept.get("/a", stat);
    bench.read("/c", "cccc");
    assertEquals(bench.has("/a", "/b", "/c"), [true, false, true]);
  });

  it("set() counts a path once, however often it is kept, and not after it was forgotten", () => {
    const bench = new Bench(8);
    for (const text of ["aaaa", "aaaa", "aaab"]) bench.read("/a", text);
    bench.read("/b", "bbbb");
    assertEquals(bench.has("/a", "/b"), [true, true]);
    bench.kept.forget("/a");
    bench.kept.forget("/a");
    bench.read("/c", "cccc");
    assertEquals(bench.has("/b", "/c"), [true, true]);
  });

  it("set() keeps nothing that is larger than the limit, nor what was there before it", () => {
    const bench = new Bench(3);
    bench.read("/a", "a");
    const old = bench.read("/b", "b");
    const large = bench.read("/b", "data");
    assertEquals(textOf(large), "data");
    assert(bench.read("/b", "data") !== large && bench.read("/b", "b") !== old);
    assertEquals(bench.has("/a"), [true], "what is small stays");
  });

  it("a limit of 0 keeps nothing at all", () => {
    const bench = new Bench(0);
    for (const text of ["", "x"]) {
      const data = bench.read("/a", text);
      assertEquals(textOf(data), text);
      assertEquals(bench.has("/a"), [false]);
      assert(bench.read("/a", text) !== data);
    }
  });
});

import { assertEquals } from "@std/assert";
import { describe, it } from "node:test";
import type { FileContent, FileStat } from "../../../src/adapter.ts";
import { isSameVersion, KeptContents } from "../../../src/file_store/kept.ts";
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

function content(text: string, change: Partial<FileStat> = {}): FileContent {
  const bytes = new TextEncoder().encode(text);
  return { bytes, stat: { ...stat, size: bytes.length, ...change } };
}

function keep(limit = 100): KeptContents {
  return new KeptContents(new ManualClock(NOW), limit);
}

function textOf(kept: FileContent | undefined): string | undefined {
  return kept && new TextDecoder().decode(kept.bytes);
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
  it("get() gives what was kept while the file is unchanged", () => {
    const kept = keep();
    const file = content("data");
    kept.set("/a", file);
    assertEquals(kept.has("/a"), true);
    assertEquals(textOf(kept.get("/a", file.stat)), "data");
    assertEquals(textOf(kept.get("/a", file.stat)), "data", "again");
  });

  it("get() gives undefined, and forgets, when the file has changed or is gone", () => {
    for (const now of [undefined, { ...stat, modifiedAt: NOW - 1 }]) {
      const kept = keep();
      kept.set("/a", content("data"));
      assertEquals(kept.get("/a", now), undefined);
      assertEquals(kept.has("/a"), false);
    }
  });

  it("set() keeps nothing when the file changed less than 20 ms ago", () => {
    const kept = keep();
    kept.set("/a", content("data", { changedAt: NOW - 19 }));
    assertEquals(kept.has("/a"), false);
    kept.set("/a", content("data", { changedAt: NOW - 20 }));
    assertEquals(kept.has("/a"), true);
  });

  it("set() goes by the ctime, though the mtime is old; and by the mtime where there is no ctime", () => {
    const kept = keep();
    kept.set("/a", content("data", { modifiedAt: NOW - 60_000, changedAt: NOW }));
    kept.set("/b", content("data", { modifiedAt: NOW, changedAt: undefined }));
    kept.set("/c", content("data", { modifiedAt: NOW - 20, changedAt: undefined }));
    assertEquals([kept.has("/a"), kept.has("/b"), kept.has("/c")], [false, false, true]);
  });

  it("set() keeps a copy: what its caller does to the bytes later changes nothing", () => {
    const kept = keep();
    const file = content("data");
    kept.set("/a", file);
    file.bytes.fill(0);
    assertEquals(textOf(kept.get("/a", file.stat)), "data");
  });

  it("set() drops what was used least recently when the limit is reached", () => {
    const kept = keep(8);
    kept.set("/a", content("aaaa"));
    kept.set("/b", content("bbbb"));
    kept.get("/a", stat);
    kept.set("/c", content("cccc"));
    assertEquals([kept.has("/a"), kept.has("/b"), kept.has("/c")], [true, false, true]);
  });

  it("set() counts a path once, however often it is kept, and not after it was forgotten", () => {
    const kept = keep(8);
    for (let time = 0; time < 3; time++) kept.set("/a", content("aaaa"));
    kept.set("/b", content("bbbb"));
    assertEquals([kept.has("/a"), kept.has("/b")], [true, true]);
    kept.get("/a", undefined);
    kept.set("/c", content("cccc"));
    assertEquals([kept.has("/b"), kept.has("/c")], [true, true]);
  });

  it("set() keeps nothing that is larger than the limit, and nothing at all with a limit of 0", () => {
    const small = keep(3);
    small.set("/a", content("a"));
    small.set("/b", content("data"));
    assertEquals([small.has("/a"), small.has("/b")], [true, false], "what is small stays");
    const none = keep(0);
    none.set("/a", content("x"));
    assertEquals(none.has("/a"), false);
  });
});

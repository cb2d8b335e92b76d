import { assert, assertEquals } from "@std/assert";
import type { Adapter, FileContent } from "../../../src/adapter.ts";
import { FIRST_VERSION } from "../../support/payload.ts";
import { type AddClause, assertRejected, decode, encode, TOLERANCE_MS } from "./bench.ts";

/** How a file may be read. */
export type Reader = (adapter: Adapter, path: string, limit?: number) => Promise<FileContent | undefined>;

/** Both. */
export const readers: Readonly<Record<"read" | "readLarge", Reader>> = {
  read: async (adapter, path, limit) => await adapter.read(path, limit),
  readLarge: (adapter, path, limit) => adapter.readLarge(path, limit),
};

/** Reading files, and looking at them. */
export function readClauses(clause: AddClause): void {
  for (const [verb, read] of Object.entries(readers)) {
    clause(`${verb}() gives the bytes and the state of a file`, async ({ adapter, root, hand }) => {
      for (const text of ["", "{}", "x".repeat(2_500_000)]) {
        hand.write(`${root}/file`, text);
        const content = await read(adapter, `${root}/file`);
        assertEquals(decode(content?.bytes), text);
        assertEquals(content?.stat, adapter.stat(`${root}/file`));
        assertEquals(content?.stat.size, text.length);
      }
    });

    clause(`${verb}() is undefined when nothing is there`, async ({ adapter, root }) => {
      assertEquals(await read(adapter, `${root}/file`), undefined);
      assertEquals(await read(adapter, `${root}/folder/file`), undefined);
    });

    clause(`${verb}() gives bytes that belong to the caller`, async ({ adapter, root, hand }) => {
      hand.write(`${root}/file`, "data");
      (await read(adapter, `${root}/file`))?.bytes.fill(0);
      assertEquals(decode((await read(adapter, `${root}/file`))?.bytes), "data");
      assertEquals(hand.text(`${root}/file`), "data");
    });

    clause(`${verb}() refuses a link with ELOOP, wherever it points`, async ({ adapter, root, hand }) => {
      hand.write(`${root}/file`, "data");
      for (const target of ["file", `${root}/file`, "nothing", "."]) {
        hand.link(target, `${root}/link`);
        await assertRejected(verb, `${root}/link`, "ELOOP", () => read(adapter, `${root}/link`));
        hand.remove(`${root}/link`);
      }
    });

    clause(`${verb}() refuses a folder with EISDIR`, async ({ adapter, root, hand }) => {
      hand.folder(`${root}/folder`);
      await assertRejected(verb, `${root}/folder`, "EISDIR", () => read(adapter, `${root}/folder`));
    });

    clause(`${verb}() refuses a pipe and does not wait for its writer`, async ({ adapter, root, hand }) => {
      hand.pipe(`${root}/pipe`);
      await assertRejected(verb, `${root}/pipe`, "ENXIO", () => read(adapter, `${root}/pipe`));
    }, "pipes");

    clause(`${verb}() refuses more bytes than the limit with EFBIG`, async ({ adapter, root, hand }) => {
      hand.write(`${root}/file`, "12345");
      assertEquals(decode((await read(adapter, `${root}/file`, 5))?.bytes), "12345", "just as many");
      await assertRejected(verb, `${root}/file`, "EFBIG", () => read(adapter, `${root}/file`, 4));
      await assertRejected(verb, `${root}/file`, "EFBIG", () => read(adapter, `${root}/file`, 0));
    });
  }

  clause("readLarge() lets other work go on when the file is large", async ({ adapter, root, hand }) => {
    hand.write(`${root}/file`, new Uint8Array(64 << 20));
    let turns = 0;
    const other = setInterval(() => turns++, 0);
    try {
      await adapter.readLarge(`${root}/file`);
      assert(turns > 0, "nothing else ran meanwhile");
    } finally {
      clearInterval(other);
    }
  }, "yields");

  clause("stat() says what is there", ({ adapter, root, hand }) => {
    hand.write(`${root}/file`, "12345");
    hand.folder(`${root}/folder`);
    hand.link("file", `${root}/link`);
    hand.link("nothing", `${root}/dangling`);
    const kinds = ["file", "folder", "link", "dangling", "nothing"].map((name) =>
      adapter.stat(`${root}/${name}`)?.kind
    );
    assertEquals(kinds, ["file", "directory", "link", "link", undefined]);
    assertEquals(adapter.stat(`${root}/file`)?.size, 5);
    assertEquals(adapter.stat(`${root}/nowhere/file`), undefined);
  });

  clause("stat() says that a pipe is something else", ({ adapter, root, hand }) => {
    hand.pipe(`${root}/pipe`);
    assertEquals(adapter.stat(`${root}/pipe`)?.kind, "other");
  }, "pipes");

  clause("stat() tells two files apart by their inodes, and not two names of one", ({ adapter, root, hand }) => {
    for (const name of ["one", "two"]) hand.write(`${root}/${name}`, "data");
    assertEquals(adapter.link(`${root}/one`, `${root}/again`), "linked");
    const [one, two, again] = ["one", "two", "again"].map((name) => adapter.stat(`${root}/${name}`)?.inode);
    assert(one !== undefined && one !== two, "two files");
    assertEquals(again, one);
  });

  clause("stat() gives a change time that is not before the change", ({ adapter, root }) => {
    adapter.createExclusive(`${root}/file`, encode("data"));
    adapter.createExclusive(`${root}/before`, encode("data"));
    adapter.setModified(`${root}/file`, FIRST_VERSION);
    adapter.createExclusive(`${root}/after`, encode("data"));
    const before = adapter.stat(`${root}/before`)?.modifiedAt ?? Infinity;
    const after = adapter.stat(`${root}/after`)?.modifiedAt ?? 0;
    const { changedAt } = adapter.stat(`${root}/file`) ?? {};
    assert(changedAt !== undefined && changedAt >= before, `the change came after ${before}, not at ${changedAt}`);
    assert(changedAt <= after + 1000, `${changedAt} is more than a second after ${after}`);
  });

  clause("setModified() sets the time to the millisecond", ({ adapter, root }) => {
    adapter.createExclusive(`${root}/file`, encode("data"));
    for (const time of [FIRST_VERSION, FIRST_VERSION + 123, FIRST_VERSION + 0.5, 0, 4_102_444_800_000]) {
      assertEquals(adapter.setModified(`${root}/file`, time), true);
      const { modifiedAt = NaN } = adapter.stat(`${root}/file`) ?? {};
      assert(Math.abs(modifiedAt - time) <= TOLERANCE_MS, `${time} became ${modifiedAt}`);
    }
  });

  clause("setModified() says false when nothing is there", ({ adapter, root }) => {
    assertEquals(adapter.setModified(`${root}/file`, FIRST_VERSION), false);
    assertEquals(adapter.stat(`${root}/file`), undefined);
  });

  clause("setModified() spares the target when the name is a link", ({ adapter, root, hand }) => {
    hand.write(`${root}/file`, "data");
    hand.link("file", `${root}/link`);
    const before = adapter.stat(`${root}/file`)?.modifiedAt;
    try {
      adapter.setModified(`${root}/link`, FIRST_VERSION);
    } catch {
      // Where only the target's time could be set, it refuses.
    }
    assertEquals(adapter.stat(`${root}/file`)?.modifiedAt, before);
  });
}

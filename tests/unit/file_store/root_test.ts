import { assertEquals } from "@std/assert";
import { describe, it } from "node:test";
import type { FileStat } from "../../../src/adapter.ts";
import { judgeFolder } from "../../../src/file_store/root.ts";

const folder: FileStat = {
  kind: "directory",
  size: 0,
  modifiedAt: 0,
  changedAt: 0,
  inode: 1,
  mode: 0o700,
  owner: 1000,
};

describe("judgeFolder()", () => {
  it("finds nothing wrong with a folder of one's own that nobody else can write to", () => {
    for (const mode of [0o700, 0o750, 0o755, 0o500, 0o2755]) {
      assertEquals(judgeFolder({ ...folder, mode }, 1000), undefined, mode.toString(8));
    }
  });

  it('says "link" and "not-a-folder" when it is no folder', () => {
    assertEquals(judgeFolder({ ...folder, kind: "link" }, 1000), "link");
    assertEquals(judgeFolder({ ...folder, kind: "file" }, 1000), "not-a-folder");
    assertEquals(judgeFolder({ ...folder, kind: "other" }, 1000), "not-a-folder");
  });

  it('says "foreign-owner" when it belongs to another user, root among them', () => {
    assertEquals(judgeFolder({ ...folder, owner: 1001 }, 1000), "foreign-owner");
    assertEquals(judgeFolder({ ...folder, owner: 0 }, 1000), "foreign-owner");
    assertEquals(judgeFolder(folder, 0), "foreign-owner");
  });

  it('says "writable-by-others" when the group or the world may write, sticky or not', () => {
    for (const mode of [0o720, 0o702, 0o777, 0o1777]) {
      assertEquals(judgeFolder({ ...folder, mode }, 1000), "writable-by-others", mode.toString(8));
    }
  });

  it("leaves out what this system or runtime does not tell", () => {
    assertEquals(judgeFolder({ ...folder, owner: undefined }, 1000), undefined);
    assertEquals(judgeFolder(folder, undefined), undefined);
    assertEquals(judgeFolder({ ...folder, mode: undefined }, 1000), undefined);
  });
});

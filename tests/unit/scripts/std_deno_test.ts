// The local stand-ins for @std/fs; with JSR at hand the official package runs the same test.
import { assertEquals } from "@std/assert";
import { emptyDir, ensureDir, exists, walk } from "@std/fs";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { after, before, describe, it } from "node:test";

describe("@std/fs", () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(`${tmpdir()}/discoverycache-std-`);
  });
  after(() => rmSync(folder, { recursive: true }));

  it("exists() tells what is there", async () => {
    assertEquals(await exists(folder), true);
    assertEquals(await exists(`${folder}/not`), false);
  });

  it("ensureDir(), walk() and emptyDir() make, list and empty a folder", async () => {
    await ensureDir(`${folder}/a/b`);
    await ensureDir(`${folder}/a/b`);
    writeFileSync(`${folder}/a/b/file`, "");
    const paths = [];
    for await (const { path, isFile } of walk(`${folder}/a`)) paths.push(`${path.slice(folder.length)} ${isFile}`);
    assertEquals(paths, ["/a false", "/a/b false", "/a/b/file true"]);
    await emptyDir(`${folder}/a`);
    assertEquals(await exists(`${folder}/a/b`), false);
    assertEquals(await exists(`${folder}/a`), true);
  });
});

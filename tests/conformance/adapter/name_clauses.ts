import { assert, assertEquals } from "@std/assert";
import { type AddClause, assertFails, encode } from "./bench.ts";

/** Linking, replacing and removing. */
export function nameClauses(clause: AddClause): void {
  clause("link() gives a file a second name when it is free", ({ adapter, root, hand }) => {
    hand.write(`${root}/file`, "data");
    assertEquals(adapter.link(`${root}/file`, `${root}/name`), "linked");
    assertEquals(hand.text(`${root}/name`), "data");
    assertEquals(adapter.remove(`${root}/file`), true);
    assertEquals(hand.text(`${root}/name`), "data", "it outlives the first name");
  });

  clause('link() says "exists" and changes nothing when something has the name', ({ adapter, root, hand }) => {
    hand.write(`${root}/file`, "new");
    hand.write(`${root}/taken`, "old");
    hand.folder(`${root}/folder`);
    hand.link("taken", `${root}/link`);
    hand.link("nothing", `${root}/dangling`);
    const names = hand.names(root);
    for (const name of ["taken", "folder", "link", "dangling", "file"]) {
      assertEquals(adapter.link(`${root}/file`, `${root}/${name}`), "exists", name);
    }
    assertEquals(hand.names(root), names);
    assertEquals(hand.text(`${root}/taken`), "old");
  });

  clause('link() says "absent" when the file or the folder is not there', ({ adapter, root, hand }) => {
    hand.write(`${root}/file`, "data");
    assertEquals(adapter.link(`${root}/nothing`, `${root}/name`), "absent");
    assertEquals(adapter.link(`${root}/file`, `${root}/nowhere/name`), "absent");
    assertEquals(hand.names(root), ["file"]);
  });

  clause('link() says "unsupported" when the disk has no hard links', ({ adapter, disks }) => {
    const file = disks.withoutHardLinks();
    assertEquals(adapter.link(file, `${file}-2`), "unsupported");
    assertEquals(adapter.stat(`${file}-2`), undefined);
  }, "mounts");

  clause("link() fails with EXDEV when the name is on another disk", ({ adapter, root, hand, disks }) => {
    hand.write(`${root}/file`, "data");
    const path = `${disks.other()}/name`;
    assertFails("link", path, "EXDEV", () => adapter.link(`${root}/file`, path));
  }, "mounts");

  clause("replace() puts a file in the place of another one", ({ adapter, root, hand }) => {
    hand.write(`${root}/old`, "old");
    for (const to of ["old", "free"]) {
      hand.write(`${root}/new`, "new");
      assertEquals(adapter.replace(`${root}/new`, `${root}/${to}`), "replaced");
      assertEquals(hand.text(`${root}/${to}`), "new");
      assertEquals(hand.kind(`${root}/new`), undefined);
    }
  });

  clause('replace() says "absent" and changes nothing when there is no new file', ({ adapter, root, hand }) => {
    hand.write(`${root}/old`, "old");
    assertEquals(adapter.replace(`${root}/new`, `${root}/old`), "absent");
    assertEquals(adapter.replace(`${root}/nowhere/new`, `${root}/old`), "absent");
    assertEquals(hand.text(`${root}/old`), "old");
  });

  clause("replace() fails with ENOTDIR and keeps the new file when the other's folder is not there", (fixture) => {
    const { adapter, root, hand } = fixture;
    hand.write(`${root}/new`, "new");
    const path = `${root}/nowhere/old`;
    assertFails("replace", path, "ENOTDIR", () => adapter.replace(`${root}/new`, path));
    assertEquals(hand.text(`${root}/new`), "new");
  });

  clause("replace() takes the place of a link and spares its target", ({ adapter, root, hand }) => {
    hand.write(`${root}/target`, "target");
    hand.link("target", `${root}/link`);
    hand.write(`${root}/new`, "new");
    assertEquals(adapter.replace(`${root}/new`, `${root}/link`), "replaced");
    assertEquals(hand.kind(`${root}/link`), "file");
    assertEquals(hand.text(`${root}/target`), "target");
  });

  clause("replace() moves a link itself and not its target", ({ adapter, root, hand }) => {
    hand.write(`${root}/target`, "target");
    hand.link("target", `${root}/link`);
    assertEquals(adapter.replace(`${root}/link`, `${root}/moved`), "replaced");
    assertEquals(hand.kind(`${root}/moved`), "link");
    assertEquals(hand.kind(`${root}/target`), "file");
  });

  clause("replace() refuses to take a folder's place", ({ adapter, root, hand }) => {
    hand.write(`${root}/new`, "new");
    hand.folder(`${root}/folder`);
    assertFails(
      "replace",
      `${root}/folder`,
      ["EISDIR", "EPERM"],
      () => adapter.replace(`${root}/new`, `${root}/folder`),
    );
    assertEquals(hand.text(`${root}/new`), "new");
    assertEquals(hand.kind(`${root}/folder`), "directory");
  });

  clause("replace() fails with EXDEV and keeps both when they are on two disks", ({ adapter, root, hand, disks }) => {
    hand.write(`${root}/new`, "new");
    const path = `${disks.other()}/old`;
    hand.write(path, "old");
    assertFails("replace", path, "EXDEV", () => adapter.replace(`${root}/new`, path));
    assertEquals([hand.text(`${root}/new`), hand.text(path)], ["new", "old"]);
  }, "mounts");

  clause("remove() removes a file", ({ adapter, root, hand }) => {
    hand.write(`${root}/file`, "data");
    assertEquals(adapter.remove(`${root}/file`), true);
    assertEquals(hand.kind(`${root}/file`), undefined);
  });

  clause("remove() says false when nothing is there", ({ adapter, root }) => {
    assertEquals(adapter.remove(`${root}/file`), false);
    assertEquals(adapter.remove(`${root}/nowhere/file`), false);
  });

  clause("remove() removes a link and spares its target", ({ adapter, root, hand }) => {
    hand.write(`${root}/file`, "data");
    hand.folder(`${root}/folder`);
    for (const target of ["file", "folder", "nothing"]) {
      hand.link(target, `${root}/link`);
      assertEquals(adapter.remove(`${root}/link`), true);
    }
    assertEquals(hand.names(root), ["file", "folder"]);
    assertEquals(hand.text(`${root}/file`), "data");
  });

  clause("remove() refuses a folder with something in it", ({ adapter, root, hand }) => {
    hand.folder(`${root}/folder`);
    hand.write(`${root}/folder/file`, "data");
    assertFails("remove", `${root}/folder`, ["EISDIR", "EPERM", "ENOTEMPTY"], () => adapter.remove(`${root}/folder`));
    assertEquals(hand.text(`${root}/folder/file`), "data");
  });

  clause("remove() refuses an empty folder", ({ adapter, root, hand }) => {
    hand.folder(`${root}/folder`);
    assertFails("remove", `${root}/folder`, ["EISDIR", "EPERM"], () => adapter.remove(`${root}/folder`));
    assertEquals(hand.kind(`${root}/folder`), "directory");
  }, "keeps-folders");
}

/** Folders. */
export function folderClauses(clause: AddClause): void {
  clause("makeDirectory() makes a folder and those above it, once", ({ adapter, root, hand }) => {
    assertEquals(adapter.makeDirectory(`${root}/a/b/c`), "created");
    assertEquals(hand.kind(`${root}/a/b/c`), "directory");
    assertEquals(adapter.makeDirectory(`${root}/a/b/c`), "exists");
    assertEquals(adapter.makeDirectory(`${root}/a`), "exists");
    assertEquals(adapter.createExclusive(`${root}/a/b/c/file`, encode("data")), "created");
  });

  clause("makeDirectory() fails with ENOTDIR when a file is in the way", ({ adapter, root, hand }) => {
    hand.write(`${root}/file`, "data");
    for (const path of [`${root}/file`, `${root}/file/a`, `${root}/file/a/b`]) {
      assertFails("makeDirectory", path, "ENOTDIR", () => adapter.makeDirectory(path));
    }
    assertEquals(hand.text(`${root}/file`), "data");
  });

  clause("makeDirectory() refuses a link with ELOOP, wherever it points", ({ adapter, root, hand }) => {
    hand.folder(`${root}/folder`);
    hand.link("folder", `${root}/link`);
    hand.link("nothing", `${root}/dangling`);
    for (const name of ["link", "dangling"]) {
      assertFails("makeDirectory", `${root}/${name}`, "ELOOP", () => adapter.makeDirectory(`${root}/${name}`));
    }
    assertEquals(hand.names(root), ["dangling", "folder", "link"]);
  });

  clause("list() gives every name once, with its kind", ({ adapter, root, hand }) => {
    const expected = new Map<string, string>([["a folder", "directory"], ["link", "link"], [".hidden", "file"]]);
    hand.folder(`${root}/a folder`);
    hand.link("a folder", `${root}/link`);
    hand.write(`${root}/.hidden`, "");
    for (let index = 0; index < 300; index++) {
      hand.write(`${root}/file-${index}-äß`, "");
      expected.set(`file-${index}-äß`, "file");
    }
    const entries = [...adapter.list(root) ?? []];
    assertEquals(entries.length, expected.size);
    assertEquals(new Map(entries.map(({ name, kind }) => [name, kind])), expected);
  });

  clause("list() gives no name when the folder is empty", ({ adapter, root }) => {
    const names = adapter.list(root);
    assert(names !== undefined, "an empty folder is there");
    assertEquals([...names], []);
  });

  clause("list() is undefined when the folder is not there", ({ adapter, root }) => {
    assertEquals(adapter.list(`${root}/nowhere`), undefined);
    assertEquals(adapter.list(`${root}/nowhere/folder`), undefined);
  });

  clause("list() refuses a file with ENOTDIR, and a link with ELOOP", ({ adapter, root, hand }) => {
    hand.write(`${root}/file`, "data");
    hand.link(".", `${root}/link`);
    assertFails("list", `${root}/file`, "ENOTDIR", () => adapter.list(`${root}/file`));
    assertFails("list", `${root}/link`, "ELOOP", () => adapter.list(`${root}/link`));
  });

  clause("list() goes on when names are removed while they are read", ({ adapter, root, hand }) => {
    for (let index = 0; index < 500; index++) hand.write(`${root}/file-${index}`, "");
    for (const { name } of adapter.list(root) ?? []) adapter.remove(`${root}/${name}`);
    assertEquals(hand.names(root), []);
  });

  clause("list() ends when the folder is removed before or while it is read", ({ adapter, root, hand }) => {
    for (const readFirst of [false, true]) {
      hand.folder(`${root}/folder`);
      for (let index = 0; index < 500; index++) hand.write(`${root}/folder/file-${index}`, "");
      const names = adapter.list(`${root}/folder`)?.[Symbol.iterator]();
      assert(names !== undefined);
      if (readFirst) names.next();
      hand.remove(`${root}/folder`);
      let count = 0;
      while (!names.next().done) count++;
      assert(count <= 500, "it has read names that never were");
    }
  });

  clause("realPath() follows every link", ({ adapter, root, hand }) => {
    hand.folder(`${root}/folder`);
    hand.write(`${root}/folder/file`, "data");
    hand.link("folder", `${root}/link`);
    hand.link("link/file", `${root}/again`);
    hand.link(`${root}/again`, `${root}/far`);
    const real = adapter.realPath(root);
    assertEquals(adapter.realPath(`${root}/far`), `${real}/folder/file`);
    assertEquals(adapter.realPath(`${root}/link`), `${real}/folder`);
    assertEquals(adapter.realPath(`${root}/folder/file`), `${real}/folder/file`);
  });

  clause("realPath() is undefined when nothing is there", ({ adapter, root, hand }) => {
    hand.link("nothing", `${root}/dangling`);
    for (const name of ["nothing", "nowhere/file", "dangling"]) {
      assertEquals(adapter.realPath(`${root}/${name}`), undefined, name);
    }
  });
}

import { assert, assertEquals } from "@std/assert";
import type { Adapter } from "../../../src/adapter.ts";
import type { Errno } from "../../../src/errors.ts";
import { asNobody, runJob, runVerbs, type Wrap } from "../../support/processes.ts";
import { type AddClause, assertFails, assertRejected, encode, failureOf, valueOf } from "./bench.ts";

/** Every verb that takes a path, called on one. */
const CALLS: Readonly<Record<string, (adapter: Adapter, path: string) => unknown>> = {
  stat: (adapter, path) => adapter.stat(path),
  read: (adapter, path) => adapter.read(path),
  createExclusive: (adapter, path) => adapter.createExclusive(path, encode("data")),
  link: (adapter, path) => adapter.link(path, `${path}2`),
  remove: (adapter, path) => adapter.remove(path),
  list: (adapter, path) => [...adapter.list(path) ?? []],
  makeDirectory: (adapter, path) => adapter.makeDirectory(path),
  realPath: (adapter, path) => adapter.realPath(path),
  setModified: (adapter, path) => adapter.setModified(path, 0),
  watch: (adapter, path) => adapter.watch(path, () => {}),
};

/** Runs a program that may have only so many files open. */
const WITH_FEW_FILES: Wrap = (argv) => ["sh", "-c", 'ulimit -n 64; exec "$@"', "sh", ...argv];

/** Runs a program that may not watch anything. */
const WITHOUT_WATCHES: Wrap = (
  argv,
) => [
  "unshare",
  "--user",
  "--map-root-user",
  "sh",
  "-c",
  'echo 0 > /proc/sys/user/max_inotify_instances && exec "$@"',
  "sh",
  ...argv,
];

/** Failures. */
export function failureClauses(clause: AddClause): void {
  for (
    const [code, when, pathOf] of [
      ["ENOTDIR", "a file stands where a folder should", (root) => `${root}/file/name`],
      ["ENAMETOOLONG", "the name is too long", (root) => `${root}/${"x".repeat(300)}`],
      ["ELOOP", "links lead back to themselves", (root) => `${root}/loop/name`],
      ["EINVAL", "the path holds a NUL", (root) => `${root}/na\0me`],
    ] satisfies [Errno, string, (root: string) => string][]
  ) {
    clause(`every verb fails with ${code}, and says where, when ${when}`, async ({ adapter, root, hand }) => {
      hand.write(`${root}/file`, "data");
      hand.link("loop", `${root}/loop`);
      const path = pathOf(root);
      for (const [verb, call] of Object.entries(CALLS)) {
        assertFails(verb, verb === "link" ? `${path}2` : path, code, () => call(adapter, path));
      }
      assertFails("replace", path, code, () => adapter.replace(`${root}/file`, path));
      await assertRejected("readLarge", path, code, () => adapter.readLarge(path));
      await assertRejected("stage", path, code, () => adapter.stage(path, encode("data"), { durable: true }));
      assertEquals(hand.names(root), ["file", "loop"], "nothing was made");
    });
  }

  clause("setModified() fails with EINVAL when the time is none", ({ adapter, root, hand }) => {
    hand.write(`${root}/file`, "data");
    for (const time of [NaN, Infinity]) {
      assertFails("setModified", `${root}/file`, "EINVAL", () => adapter.setModified(`${root}/file`, time));
    }
  });

  clause("whatever changes a file fails with EROFS when the disk is read-only", async ({ adapter, disks }) => {
    const folder = disks.readOnly();
    const [file, fresh] = [`${folder}/file`, `${folder}/new`];
    assertEquals(adapter.read(file)?.bytes, encode("data"), "reading works");
    assertFails("createExclusive", fresh, "EROFS", () => adapter.createExclusive(fresh, encode("data")));
    await assertRejected("stage", fresh, "EROFS", () => adapter.stage(fresh, encode("data"), { durable: false }));
    assertFails("link", fresh, "EROFS", () => adapter.link(file, fresh));
    assertFails("replace", fresh, "EROFS", () => adapter.replace(file, fresh));
    assertFails("remove", file, "EROFS", () => adapter.remove(file));
    assertFails("makeDirectory", fresh, "EROFS", () => adapter.makeDirectory(fresh));
    assertFails("setModified", file, "EROFS", () => adapter.setModified(file, 0));
    assertEquals(adapter.createExclusive(file, encode("data")), "exists");
    assertEquals(adapter.makeDirectory(folder), "exists");
  }, "mounts");

  clause(
    "every verb fails with EACCES, and at once, when the folder is another user's",
    async (fixture) => {
      const { root, hand, child } = fixture;
      hand.folder(`${root}/closed`);
      hand.write(`${root}/closed/file`, "data");
      const [file, fresh] = [`${root}/closed/file`, `${root}/closed/new`];
      const calls = [
        { verb: "stat", args: [file] },
        { verb: "read", args: [file] },
        { verb: "readLarge", args: [file] },
        { verb: "createExclusive", args: [fresh, "data"] },
        { verb: "stage", args: [fresh, "data", { durable: true }] },
        { verb: "replace", args: [file, fresh] },
        { verb: "remove", args: [file] },
        { verb: "list", args: [`${root}/closed`] },
        { verb: "makeDirectory", args: [fresh] },
        { verb: "realPath", args: [file] },
        { verb: "setModified", args: [file, 0] },
        { verb: "watch", args: [`${root}/closed`] },
      ];
      const results = await runVerbs(child, calls, { wrap: asNobody, times: 200 });
      for (const [index, { verb, args }] of calls.entries()) {
        const { name, code, operation, path, hasCause, message } = failureOf(results[index]);
        const about = verb === "replace" ? args[1] : args[0];
        assertEquals({ name, code, operation, path, hasCause }, {
          name: "AdapterError",
          code: "EACCES",
          operation: verb,
          path: about,
          hasCause: true,
        }, message);
      }
      assertEquals(hand.names(`${root}/closed`), ["file"]);
    },
    "children",
    "users",
  );

  clause(
    "whatever opens a file fails with EMFILE when no descriptor is left",
    async ({ root, hand, child }) => {
      hand.folder(`${root}/folder`);
      hand.write(`${root}/file`, "data");
      const calls = [
        { verb: "exhaust", args: [`${root}/file`] },
        { verb: "read", args: [`${root}/file`] },
        { verb: "readLarge", args: [`${root}/file`] },
        { verb: "createExclusive", args: [`${root}/new`, "data"] },
        { verb: "stage", args: [`${root}/new`, "data", { durable: false }] },
        { verb: "list", args: [`${root}/folder`] },
        { verb: "release", args: [] },
        { verb: "createExclusive", args: [`${root}/new`, "data"] },
      ];
      const results = await runVerbs(child, calls, { wrap: WITH_FEW_FILES });
      for (const index of [1, 2, 3, 4, 5]) {
        const { name, code, operation, message } = failureOf(results[index]);
        assertEquals(
          { name, code, operation },
          { name: "AdapterError", code: "EMFILE", operation: calls[index]?.verb },
          message,
        );
      }
      assertEquals(valueOf(results[7]), "created", "nothing was left under that name");
    },
    "children",
    "limits",
  );

  clause(
    "no verb leaves a file open, whatever it refuses and however early a list ends",
    async (fixture) => {
      const { root, hand, child } = fixture;
      hand.folder(`${root}/folder`);
      hand.write(`${root}/file`, "data");
      hand.link("file", `${root}/link`);
      hand.pipe(`${root}/pipe`);
      const result = await runJob<{ names: number }>(child, { job: "leak", folder: root, times: 300 }, WITH_FEW_FILES);
      assertEquals(result.names, 300);
    },
    "children",
    "limits",
    "pipes",
  );

  clause(
    "watch() fails, typed, when the system has no watches left",
    async ({ root, child }) => {
      const [result] = await runVerbs(child, [{ verb: "watch", args: [root] }], { wrap: WITHOUT_WATCHES });
      const { name, code, operation, path, message } = failureOf(result);
      assertEquals({ name, operation, path }, { name: "AdapterError", operation: "watch", path: root }, message);
      assert(code === "EMFILE" || code === "ENOSPC", message);
    },
    "children",
    "watch-limit",
  );
}

import { assert, assertEquals } from "@std/assert";
import { runJob } from "../../support/processes.ts";
import { type AdapterFixture, type AddClause, assertFails, encode, until } from "./bench.ts";

/** How much happens at once. */
const STORM = 3_000;

/** Watches, and keeps what it is told. */
function listen({ adapter }: AdapterFixture, folder: string) {
  const told: (string | undefined)[] = [];
  const watcher = adapter.watch(folder, (name) => told.push(name));
  return { told, close: () => watcher.close() };
}

/** Watching. */
export function watchClauses(clause: AddClause): void {
  const changes: Readonly<Record<string, (fixture: AdapterFixture) => unknown>> = {
    "a file is made": ({ adapter, root }) => adapter.createExclusive(`${root}/new`, encode("data")),
    "a file is staged": ({ adapter, root }) => adapter.stage(`${root}/new`, encode("data"), { durable: false }),
    "a file is linked": ({ adapter, root }) => adapter.link(`${root}/one`, `${root}/new`),
    "a file is replaced": ({ adapter, root }) => adapter.replace(`${root}/one`, `${root}/two`),
    "a file is moved here": ({ adapter, root }) => adapter.replace(`${root}/folder/far`, `${root}/new`),
    "a file is moved away": ({ adapter, root }) => adapter.replace(`${root}/one`, `${root}/folder/new`),
    "a file is removed": ({ adapter, root }) => adapter.remove(`${root}/one`),
    "a folder is made": ({ adapter, root }) => adapter.makeDirectory(`${root}/new`),
  };
  for (const [what, change] of Object.entries(changes)) {
    clause(`watch() calls when ${what}, from the moment it returns`, async (fixture) => {
      const { root, hand } = fixture;
      for (const name of ["one", "two"]) hand.write(`${root}/${name}`, "data");
      hand.folder(`${root}/folder`);
      hand.write(`${root}/folder/far`, "data");
      const watch = listen(fixture, root);
      try {
        await change(fixture);
        await until(() => watch.told.length > 0);
      } finally {
        watch.close();
      }
    });
  }

  clause("watch() gives the name that changed, or none", async (fixture) => {
    const { adapter, root } = fixture;
    const watch = listen(fixture, root);
    try {
      adapter.createExclusive(`${root}/new`, encode("data"));
      await until(() => watch.told.length > 0);
      for (const name of watch.told) assert(name === "new" || name === undefined, `it told of ${name}`);
    } finally {
      watch.close();
    }
  });

  clause("watch() calls nobody after close(), which may be called twice", async (fixture) => {
    const { adapter, root } = fixture;
    const [closed, open] = [listen(fixture, root), listen(fixture, root)];
    try {
      adapter.createExclusive(`${root}/before`, encode("data"));
      closed.close();
      closed.close();
      const told = closed.told.length;
      adapter.createExclusive(`${root}/after`, encode("data"));
      await until(() => open.told.some((name) => name === "after" || name === undefined));
      assertEquals(closed.told.length, told);
    } finally {
      open.close();
    }
  });

  clause("watch() goes on after a storm of events", async (fixture) => {
    const { adapter, root } = fixture;
    const watch = listen(fixture, root);
    try {
      for (let count = 0; count < STORM; count++) {
        adapter.createExclusive(`${root}/storm-${count}`, encode("data"));
        adapter.remove(`${root}/storm-${count}`);
      }
      await until(() => watch.told.length > 0);
      let count = 0;
      await until(() => {
        // Some events may have been dropped: but not all of those that come after.
        adapter.createExclusive(`${root}/after-${count++}`, encode("data"));
        return watch.told.some((name) => name?.startsWith("after-"));
      });
    } finally {
      watch.close();
    }
  });

  clause(
    "watch() calls, and does no more, when the folder is removed; a new one of that name can be watched",
    async (fixture) => {
      const { adapter, root, hand } = fixture;
      const folder = `${root}/folder`;
      hand.folder(folder);
      const first = listen(fixture, folder);
      hand.remove(folder);
      await until(() => first.told.length > 0);
      hand.folder(folder);
      let second = listen(fixture, folder);
      let count = 0;
      try {
        await until(() => {
          if (second.told.length > 0) return true;
          second.close();
          second = listen(fixture, folder);
          adapter.createExclusive(`${folder}/file-${count++}`, encode("data"));
          return false;
        });
      } finally {
        first.close();
        second.close();
      }
    },
  );

  clause("watch() refuses what is no folder", ({ adapter, root, hand }) => {
    hand.write(`${root}/file`, "data");
    hand.link(".", `${root}/link`);
    for (const [name, code] of [["file", "ENOTDIR"], ["link", "ELOOP"], ["nothing", "ENOTDIR"]] as const) {
      assertFails("watch", `${root}/${name}`, code, () => adapter.watch(`${root}/${name}`, () => {}));
    }
  });

  for (const close of [false, true]) {
    clause(
      `watch() lets the process end when it has not called and is ${close ? "closed" : "open"}`,
      async (fixture) => {
        const { child, root } = fixture;
        assertEquals(await runJob(child, { job: "watch", folder: root, changes: 0, close }), { called: false });
      },
      "children",
    );
  }

  clause("watch() lets the process end when it has called and is closed", async ({ child, root }) => {
    assertEquals(await runJob(child, { job: "watch", folder: root, changes: 5, close: true }), { called: true });
  }, "children");

  clause(
    "watch() lets the process end when it has called and is open",
    async ({ child, root }) => {
      assertEquals(await runJob(child, { job: "watch", folder: root, changes: 5, close: false }), { called: true });
    },
    "children",
    "lets-go",
  );
}

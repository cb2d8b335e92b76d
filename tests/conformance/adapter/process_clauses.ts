import { assert, assertEquals, assertNotEquals } from "@std/assert";
import type { Identity, Liveness } from "../../../src/adapter.ts";
import { asNobody, NOBODY, outputOf, runVerbs, verbCommand, withUmask } from "../../support/processes.ts";
import type { VerbResult } from "../../support/child_jobs.ts";
import { type AddClause, encode, valueOf } from "./bench.ts";

/** A start time computed from the boot time is good to a second or two. In milliseconds. */
const START_TOLERANCE_MS = 2_500;

/** A PID that is given to a process on purpose. */
const CHOSEN_PID = 4_242;

/**
 * In a PID namespace of its own: gives a process the PID, asks about it, ends it, gives another process the same PID,
 * and asks again.
 */
const REUSE = `
choose() { echo ${CHOSEN_PID - 1} > /proc/sys/kernel/ns_last_pid; sleep 100 & test $! = ${CHOSEN_PID}; }
choose && "$@" && kill ${CHOSEN_PID} && wait; choose && "$@" && kill ${CHOSEN_PID}`;

/** Who one is, and who lives. */
export function processClauses(clause: AddClause): void {
  clause("self() gives this process, the same at every call", ({ adapter, pid }) => {
    const self = adapter.self();
    assertEquals(self.pid, pid);
    assertEquals(adapter.self(), self);
  });

  clause('liveness() says "dead" when the number can be no PID', ({ adapter }) => {
    for (const pid of [0, -1, -4_242, NaN, Infinity, -Infinity, 1.5, 2 ** 31, 2 ** 40, Number.MAX_SAFE_INTEGER]) {
      assertEquals(adapter.liveness(pid).state, "dead", `${pid}`);
    }
  });

  clause('liveness() says "alive" when it is this process, with the start that self() gives', ({ adapter, pid }) => {
    const { state, processStart } = adapter.liveness(pid);
    assertEquals({ state, processStart }, { state: "alive", processStart: adapter.self().processStart });
  });

  clause("self() gives the host and the start", ({ adapter }) => {
    const { host, processStart } = adapter.self();
    assert(host !== undefined && host !== "", "the host");
    assert(processStart !== undefined && processStart !== "", "the start");
  }, "liveness");

  clause("self() gives the user that new files belong to", ({ adapter, root }) => {
    adapter.createExclusive(`${root}/file`, encode("data"));
    const { owner } = adapter.stat(`${root}/file`) ?? {};
    assert(owner !== undefined);
    assertEquals(adapter.self().user, owner);
  }, "liveness");

  clause('liveness() says "alive" while a process lives and "dead" when it has ended', async (fixture) => {
    const { adapter, processes, root } = fixture;
    const now = (name: string) => {
      adapter.createExclusive(`${root}/${name}`, encode("data"));
      return adapter.stat(`${root}/${name}`)?.modifiedAt ?? NaN;
    };
    const before = now("before");
    const other = await processes.start();
    try {
      const { state, processStart, startedAt } = adapter.liveness(other.pid);
      assertEquals(state, "alive");
      assert(processStart !== undefined && startedAt !== undefined, "both starts are known");
      assert(startedAt >= before - START_TOLERANCE_MS, `${startedAt} is long before ${before}`);
      const after = now("after");
      assert(startedAt <= after + START_TOLERANCE_MS, `${startedAt} is long after ${after}`);
      assertEquals(adapter.liveness(other.pid).processStart, processStart, "it does not change");
    } finally {
      await other.end();
    }
    assertEquals(adapter.liveness(other.pid), { state: "dead", processStart: undefined, startedAt: undefined });
  }, "liveness");

  clause(
    'liveness() says "dead" when the process is a zombie',
    async ({ adapter, processes }) => {
      const zombie = await processes.zombie();
      try {
        assertEquals(adapter.liveness(zombie.pid).state, "dead");
      } finally {
        await zombie.end();
      }
    },
    "liveness",
    "zombies",
  );

  clause(
    "self() and liveness() agree between processes",
    async ({ adapter, child }) => {
      const self = adapter.self();
      const [one, two] = await Promise.all(
        [1, 2].map(() => runVerbs(child, [{ verb: "self", args: [] }, { verb: "liveness", args: [self.pid] }])),
      );
      for (const results of [one, two]) {
        const [other, answer] = (results ?? []).map(valueOf) as [Identity, Liveness];
        assertEquals(other.host, self.host, "the host");
        assertNotEquals(other.pid, self.pid);
        assertEquals(other.user, self.user);
        assertEquals(answer.state, "alive");
        assertEquals(answer.processStart, self.processStart, "the start, as another process sees it");
      }
    },
    "liveness",
    "children",
  );

  clause(
    'liveness() says "alive" when the process is another user\'s',
    async ({ adapter, child }) => {
      const self = adapter.self();
      const calls = [{ verb: "liveness", args: [self.pid] }, { verb: "self", args: [] }];
      const [answer, other] = (await runVerbs(child, calls, { wrap: asNobody })).map(valueOf);
      assertEquals((other as Identity).user, NOBODY);
      assertEquals((answer as Liveness).state, "alive");
    },
    "liveness",
    "children",
    "users",
  );

  clause(
    "liveness() tells two processes apart when the second has the first one's PID",
    async ({ child }) => {
      const argv = verbCommand(child, [{ verb: "liveness", args: [CHOSEN_PID] }]);
      const output = await outputOf(["unshare", "--pid", "--fork", "--mount-proc", "sh", "-c", REUSE, "sh", ...argv]);
      const answers = output.trim().split("\n").map((line) =>
        valueOf((JSON.parse(line) as VerbResult[])[0]) as Liveness
      );
      assertEquals(answers.map((answer) => answer.state), ["alive", "alive"]);
      const [first, second] = answers.map((answer) => answer.processStart);
      assert(first !== undefined && second !== undefined);
      assertNotEquals(first, second);
    },
    "liveness",
    "children",
    "namespaces",
  );

  clause(
    "self() gives another host, and liveness() knows who lives there, in another PID namespace",
    async (fixture) => {
      const { adapter, child } = fixture;
      const outside = adapter.self();
      const calls = [{ verb: "self", args: [] }, ...[1, outside.pid].map((pid) => ({ verb: "liveness", args: [pid] }))];
      const wrap = (argv: readonly string[]) => ["unshare", "--pid", "--fork", "--mount-proc", ...argv];
      const [self, own, other] = (await runVerbs(child, calls, { wrap })).map(valueOf) as [
        Identity,
        Liveness,
        Liveness,
      ];
      assertEquals(self.pid, 1, "it is the first process there");
      assert(self.host !== undefined && self.host !== outside.host, "the host is another one");
      assertEquals(own.state, "alive");
      assertEquals(own.processStart, self.processStart);
      assertEquals(other.state, "dead", "the number means nothing there: that is what the host is for");
    },
    "liveness",
    "children",
    "namespaces",
  );

  clause(
    "liveness() does not believe the /proc of another PID namespace",
    async ({ adapter, child }) => {
      const wrap = (argv: readonly string[]) => ["unshare", "--pid", "--fork", ...argv];
      const calls = [{ verb: "self", args: [] }, ...[1, 2 ** 22].map((pid) => ({ verb: "liveness", args: [pid] }))];
      const [self, own, none] = (await runVerbs(child, calls, { wrap })).map(valueOf) as [Identity, Liveness, Liveness];
      assertEquals(self.pid, 1);
      assertNotEquals(self.host, adapter.self().host);
      assertEquals(own.state, "alive");
      assertEquals(own.processStart, undefined, "process 1 in /proc is another one");
      assertEquals(none.state, "dead");
    },
    "liveness",
    "children",
    "namespaces",
  );
}

/** Modes. */
export function modeClauses(clause: AddClause): void {
  clause("files get mode 0600 and folders 0700", async ({ adapter, root, hand }) => {
    adapter.makeDirectory(`${root}/a/b`);
    adapter.createExclusive(`${root}/file`, encode("data"));
    await adapter.stage(`${root}/staged`, encode("data"), { durable: true });
    const modes = ["a", "a/b", "file", "staged"].map((name) => hand.mode(`${root}/${name}`));
    assertEquals(modes, [0o700, 0o700, 0o600, 0o600]);
    assertEquals(
      ["a", "file"].map((name) => adapter.stat(`${root}/${name}`)?.mode),
      [0o700, 0o600],
      "as stat() has it",
    );
  });

  for (const umask of [0o000, 0o077, 0o477, 0o777]) {
    const text = umask.toString(8).padStart(4, "0");
    clause(`files get mode 0600 and folders 0700 when the umask is ${text}`, async ({ root, hand, child }) => {
      const calls = [
        { verb: "makeDirectory", args: [`${root}/a/b/c`] },
        { verb: "createExclusive", args: [`${root}/a/b/c/file`, "data"] },
        { verb: "stage", args: [`${root}/a/b/c/staged`, "data", { durable: false }] },
      ];
      const results = await runVerbs(child, calls, { wrap: withUmask(umask) });
      assertEquals(results.map(valueOf), ["created", "created", "created"]);
      const modes = ["a", "a/b", "a/b/c", "a/b/c/file", "a/b/c/staged"].map((name) => hand.mode(`${root}/${name}`));
      assertEquals(modes.map((mode) => mode.toString(8)), ["700", "700", "700", "600", "600"]);
    }, "children");
  }

  clause(
    "files and folders get their modes when the umask is 0777 and the user is not root",
    async (fixture) => {
      const { root, hand, child } = fixture;
      hand.folder(`${root}/open`);
      hand.open(`${root}/open`);
      const calls = [
        { verb: "makeDirectory", args: [`${root}/open/a/b/c`] },
        { verb: "createExclusive", args: [`${root}/open/a/b/c/file`, "data"] },
        { verb: "read", args: [`${root}/open/a/b/c/file`] },
      ];
      const results = await runVerbs(child, calls, { wrap: (argv) => withUmask(0o777)(asNobody(argv)) });
      assertEquals(results.slice(0, 2).map(valueOf), ["created", "created"]);
      assertEquals((valueOf(results[2]) as { bytes: string }).bytes, "data");
      const modes = ["a", "a/b", "a/b/c", "a/b/c/file"].map((name) => hand.mode(`${root}/open/${name}`));
      assertEquals(modes.map((mode) => mode.toString(8)), ["700", "700", "700", "600"]);
    },
    "children",
    "users",
  );
}

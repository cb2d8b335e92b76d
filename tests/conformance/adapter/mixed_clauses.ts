import { assert, assertEquals } from "@std/assert";
import type { FileContent, FileStat, Identity, Liveness } from "../../../src/adapter.ts";
import type { ChildKind } from "../../support/child_jobs.ts";
import { runVerbs } from "../../support/processes.ts";
import { type AddClause, TOLERANCE_MS, valueOf } from "./bench.ts";

/** What adapters of different runtimes must agree on when they look at the same things. */
export function mixedClauses(clause: AddClause, kinds: readonly ChildKind[]): void {
  clause("self() names the same host, and liveness() the same start, on every runtime", async ({ adapter }) => {
    const { host, pid, processStart, user } = adapter.self();
    for (const kind of kinds) {
      const calls = [{ verb: "self", args: [] }, { verb: "liveness", args: [pid] }];
      const [self, answer] = (await runVerbs(kind, calls)).map(valueOf) as [Identity, Liveness];
      assertEquals({ host: self.host, user: self.user }, { host, user }, kind.runtime);
      assertEquals(answer.processStart, processStart, kind.runtime);
    }
  }, "liveness");

  clause("stat() and read() say the same of a file on every runtime", async ({ root }) => {
    for (const [index, maker] of kinds.entries()) {
      const path = `${root}/file-${index}`;
      await runVerbs(maker, [{ verb: "createExclusive", args: [path, "data"] }, {
        verb: "setModified",
        args: [path, 1_700_000_000_123.5],
      }]);
      const seen = await Promise.all(
        kinds.map((kind) => runVerbs(kind, [{ verb: "stat", args: [path] }, { verb: "read", args: [path] }])),
      );
      const stats = seen.map(([stat]) => valueOf(stat) as FileStat);
      for (const { kind, size, inode, mode, owner, modifiedAt } of stats) {
        const [first] = stats;
        assert(first !== undefined && Math.abs(modifiedAt - first.modifiedAt) <= TOLERANCE_MS, `${modifiedAt}`);
        assertEquals({ kind, size, inode, mode, owner }, {
          kind: "file",
          size: 4,
          inode: first.inode,
          mode: 0o600,
          owner: first.owner,
        });
      }
      for (const [, content] of seen) assertEquals((valueOf(content) as FileContent).bytes as unknown, "data");
    }
  });
}

import { assert, assertEquals } from "@std/assert";
import { delay } from "@std/async/delay";
import type { ChildKind, RaceResult } from "../../support/child_jobs.ts";
import { FIRST_VERSION, makePayload, readPayload, shortVersions } from "../../support/payload.ts";
import { type Child, startJob } from "../../support/processes.ts";
import { rounds } from "../../support/rounds.ts";
import { type AdapterFixture, type AddClause, encode, TOLERANCE_MS } from "./bench.ts";
import { readers } from "./read_clauses.ts";

/** For how many names the processes race. */
const NAMES = { createExclusive: 2_000 * rounds, link: 2_000 * rounds, makeDirectory: 300 * rounds };

/** How many versions a reader must have seen. */
const VERSIONS = 300 * rounds;

/** Which processes race. */
export type Racers = (fixture: AdapterFixture) => readonly ChildKind[];

/** Many processes at once. */
export function raceClauses(clause: AddClause, racers: Racers): void {
  const race = async (fixture: AdapterFixture, how: keyof typeof NAMES) => {
    const { adapter, root, hand } = fixture;
    const folder = `${root}/race`;
    hand.folder(folder);
    const kinds = racers(fixture);
    const versions = shortVersions(kinds.length);
    const children = kinds.map((kind, index) =>
      startJob(kind, { job: "race", how, folder, names: NAMES[how], version: versions[index] ?? 0 })
    );
    return await whileTheyLive(children, async () => {
      adapter.createExclusive(`${folder}/go`, encode(""));
      const results = await Promise.all(children.map((child) => child.result)) as RaceResult[];
      assertEquals(results.flatMap((result) => result.problems).slice(0, 5), [], "what the losers saw");
      const winners = new Map<number, number[]>();
      for (const [index, { won }] of results.entries()) {
        for (const name of won) winners.set(name, [...winners.get(name) ?? [], index]);
      }
      const notOne = Array.from({ length: NAMES[how] }, (_, name) => name).filter((name) =>
        winners.get(name)?.length !== 1
      );
      assertEquals(
        notOne.slice(0, 5).map((name) => ({ name, winners: winners.get(name) })),
        [],
        "names without one winner",
      );
      return { folder, winners, versions };
    });
  };

  for (const how of ["createExclusive", "link"] as const) {
    clause(`${how}() has one winner for every name when many processes race`, async (fixture) => {
      const { folder, winners, versions } = await race(fixture, how);
      for (const [name, [winner = -1]] of winners) {
        const content = fixture.adapter.read(`${folder}/${name}`);
        assert(content !== undefined, `${name} is gone`);
        assertEquals(readPayload(content.bytes), versions[winner], `the content of ${name}`);
      }
    }, "children");
  }

  clause("makeDirectory() has one winner for every name when many processes race", async (fixture) => {
    const { folder, winners } = await race(fixture, "makeDirectory");
    for (const name of winners.keys()) assertEquals(fixture.hand.mode(`${folder}/${name}/a/b`), 0o700);
  }, "children");

  for (const [verb, read] of Object.entries(readers)) {
    clause(
      `${verb}() gives one version, whole and with its own time, when many processes replace it`,
      async (fixture) => {
        const { adapter, root } = fixture;
        const [target, stop] = [`${root}/target`, `${root}/stop`];
        adapter.createExclusive(`${root}/first`, makePayload(FIRST_VERSION));
        adapter.setModified(`${root}/first`, FIRST_VERSION);
        adapter.replace(`${root}/first`, target);
        const writers = racers(fixture).slice(0, 3).map((kind) =>
          startJob(kind, { job: "replace", folder: root, target, stop })
        );
        await whileTheyLive(writers, async () => {
          const seen = new Set<number>();
          for (let reads = 1; seen.size < VERSIONS; reads++) {
            // Sometimes the writers' messages, and the clause's time-out, must get their turn.
            if (reads % 50 === 0) await delay(0);
            const content = await read(adapter, target);
            assert(content !== undefined, "between two versions there was none");
            const version = readPayload(content.bytes);
            const { modifiedAt, size } = content.stat;
            assertEquals(size, content.bytes.length, "the size");
            assert(
              Math.abs(modifiedAt - version) <= TOLERANCE_MS,
              `version ${version} came with the time ${modifiedAt}`,
            );
            seen.add(version);
          }
          adapter.createExclusive(stop, encode(""));
          await Promise.all(writers.map((writer) => writer.result));
        });
      },
      "children",
    );
  }
}

/** Whatever happens, no child outlives its clause. */
async function whileTheyLive<T>(children: readonly Child[], work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } finally {
    await Promise.all(children.map((child) => child.kill()));
  }
}

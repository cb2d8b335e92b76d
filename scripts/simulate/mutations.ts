/**
 * The protocol, broken in one place at a time, as data. The simulation has to notice each of them, or it proves nothing.
 */

import { handOverMutations } from "./handover_mutations.ts";

/** A change of one source file: this text, which is in it exactly once, becomes that. */
export interface Edit {
  /** The file, below `src/`. */
  readonly file: string;
  readonly find: string;
  readonly replace: string;
}

/** One way to break the protocol. */
export interface Mutation {
  /** What the broken protocol does, in a few words. */
  readonly name: string;
  /** The rule that it breaks. */
  readonly rule: string;
  readonly edits: readonly Edit[];
}

const lock = "file_store/lock.ts";
const foundLock = "file_store/found_lock.ts";
const claims = "file_store/claims.ts";
const overrides = "file_store/overrides.ts";
const markerFile = "file_store/marker_file.ts";
const owner = "file_store/owner.ts";

const FIRST_LINE_OF_REMOVE_DEAD = `  const answer = yield* tryLock(party, guardPath(path));
  if (answer.kind !== "held") return answer;
`;
const NO_LOCK = `{ path: "", token: "", since: party.clock.monotonic() }`;
/** Every way that is tried. */
export const mutations: readonly Mutation[] = [
  {
    name: "a dead lock is removed without its guard",
    rule: "P4",
    edits: [{ file: lock, find: FIRST_LINE_OF_REMOVE_DEAD, replace: "  return void (yield* remove(path));\n" }],
  },
  {
    name: "under the guard nobody looks whether it is still the same lock",
    rule: "P4",
    edits: [{
      file: lock,
      find: "    if (now === undefined || !isSame(dead, now)) return false;",
      replace: "    if (now === undefined) return false;",
    }],
  },
  {
    name: "a dead guard is removed without a guard of its own",
    rule: "P5",
    edits: [{
      file: lock,
      find: FIRST_LINE_OF_REMOVE_DEAD,
      replace: `  if (path.endsWith("~")) return void (yield* remove(path));\n${FIRST_LINE_OF_REMOVE_DEAD}`,
    }],
  },
  {
    name: "a dead guard is never removed",
    rule: "P5",
    edits: [{
      file: lock,
      find: FIRST_LINE_OF_REMOVE_DEAD,
      replace:
        `  if (path.endsWith("~")) return { kind: "locked", holder: { liveness: "dead" } };\n${FIRST_LINE_OF_REMOVE_DEAD}`,
    }],
  },
  {
    name: "a lock is released by its path",
    rule: "P2",
    edits: [{
      file: lock,
      find: `    if (found?.record?.token !== lock.token) return;
    if (isWithinLimit(party, lock)) {`,
      replace: "    if (found !== null) {",
    }],
  },
  {
    name: "nobody looks at the clock before a rename or a removal",
    rule: "P6",
    edits: [{ file: lock, find: "  if (isWithinLimit(party, lock)) return;\n", replace: "  return;\n" }],
  },
  {
    name: "a living owner's lock is broken when it is old",
    rule: "P3",
    edits: [{
      file: foundLock,
      find: `const dead = known === "unknown" && isOver(now - record.startedAt, UNKNOWN_LOCK_AGE_MS);`,
      replace: "const dead = isOver(now - record.startedAt, UNKNOWN_LOCK_AGE_MS);",
    }],
  },
  {
    name: "an owner is judged by its PID alone",
    rule: "P2",
    edits: [{
      file: owner,
      find: `return answer.processStart === record.processStart ? "alive" : "dead";`,
      replace: `return "alive";`,
    }],
  },
  {
    name: "the dead are taken for living",
    rule: "P3",
    edits: [{
      file: owner,
      find: `if (answer.state !== "alive") return answer.state;`,
      replace: `if (answer.state !== "alive") return "alive";`,
    }],
  },
  {
    name: "a lock that could not be released is forgotten",
    rule: "P7",
    edits: [{
      file: lock,
      find: `SectionOverrunError)) throw error;
    party.orphans.set(lock.token, lock.path);
`,
      replace: "SectionOverrunError)) throw error;\n",
    }],
  },
  {
    name: "a guard that could not be released is not looked for",
    rule: "P7",
    edits: [{ file: lock, find: "    if (!left.startsWith(guardPath(path))) continue;\n", replace: "    continue;\n" }],
  },
  {
    name: "what a process gave up stays in its own way",
    rule: "P7",
    edits: [{
      file: foundLock,
      find: `  if (record.token !== undefined && party.orphans.has(record.token)) return "dead";\n`,
      replace: "",
    }],
  },
  {
    name: "an override that fails gives up another's claim",
    rule: "P7",
    edits: [{
      file: claims,
      find: `  assertWithinLimit(party, lock);
  yield* remove(paths.marker);
}`,
      replace: `  yield* removeMarker(party, lock, paths, token);
}`,
    }],
  },
  {
    name: "a claim is granted without the lock",
    rule: "P8",
    edits: [{
      file: claims,
      find: "  return yield* locked(party, paths.lock, (lock) => grant(party, lock, paths, request));",
      replace: `  return yield* grant(party, ${NO_LOCK}, paths, request);`,
    }],
  },
  {
    name: "the marker is written in place",
    rule: "P8",
    edits: [{
      file: markerFile,
      find: "import { read, replace, type Step }",
      replace: "import { createExclusive, read, remove, replace, type Step }",
    }, {
      file: markerFile,
      find: `    return (yield* replace(staged, path)) === "replaced" ? "written" : "no-folder";`,
      replace: `    yield* remove(path);
    yield* createExclusive(path, bytes);
    yield* discard(staged);
    return "written";`,
    }],
  },
  {
    name: "a failure that was written is taken for one that was not",
    rule: "P12",
    edits: [{
      file: claims,
      find: "      if ((yield* readMarker(paths.marker))?.lastError !== undefined) return;\n",
      replace: "",
    }],
  },
  {
    name: "no second look before a claim is granted",
    rule: "P9",
    edits: [{
      file: claims,
      find: "isNewer(data.modifiedAt, request.newerThan, now)",
      replace: "request === null",
    }],
  },
  {
    name: "a commit does not look for its token",
    rule: "P10",
    edits: [{
      file: claims,
      find: `    if (marker?.token !== claim.token || marker.lastError !== undefined) return "superseded";\n`,
      replace: "",
    }],
  },
  {
    name: "a commit takes no lock",
    rule: "P10",
    edits: [{
      file: claims,
      find: "  return yield* fenced(party, paths, claim, function* (lock): Step<CommitAnswer> {",
      replace: `  const unlocked = function* (section) {
    const marker = yield* readMarker(paths.marker);
    if (marker?.token !== claim.token || marker.lastError !== undefined) return "superseded";
    return yield* section(${NO_LOCK}, marker);
  };
  return yield* unlocked(function* (lock) {`,
    }],
  },
  {
    name: "all writers stage under one name",
    rule: "P11",
    edits: [{ file: "file_store/layout.ts", find: "return `${path}.${token}.tmp`;", replace: "return `${path}.tmp`;" }],
  },
  {
    name: "a failure is dropped when its process is gone",
    rule: "P12",
    edits: [
      {
        file: markerFile,
        find:
          `record === undefined || record.lastError !== undefined ? "unknown" : yield* inspectOwner(party, record);`,
        replace: `record === undefined ? "unknown" : yield* inspectOwner(party, record);`,
      },
      {
        file: "file_store/marker.ts",
        find: "  if (record.lastError !== undefined) return",
        replace: `  if (record.lastError !== undefined && owner !== "dead") return`,
      },
    ],
  },
  {
    name: "a failure holds nobody back",
    rule: "P12",
    edits: [{
      file: claims,
      find: `return state.kind === "refreshing" || (state.kind === "cooling-down" && !force);`,
      replace: `return state.kind === "refreshing";`,
    }],
  },
  {
    name: "the attempts begin anew at each claim",
    rule: "P12",
    edits: [{
      file: claims,
      find: "attempts: state.attempts + (recovered === undefined ? 0 : 1),",
      replace: "attempts: 0,",
    }],
  },
  {
    name: "a claim that is given back forgets earlier failures",
    rule: "P12",
    edits: [{
      file: claims,
      find: "  if (token !== undefined && attempts > 0) {",
      replace: "  if (attempts < 0) {",
    }],
  },
  {
    name: "a failure is softened when a process tidies up",
    rule: "P12",
    edits: [{ file: overrides, find: "if (given && marker.lastError === undefined)", replace: "if (given)" }],
  },
  {
    name: "a take-over counts as no attempt",
    rule: "P13",
    edits: [{ file: claims, find: "(recovered === undefined ? 0 : 1)", replace: "0" }],
  },
  {
    name: "a marker is stale from its deadline on",
    rule: "P13",
    edits: [{
      file: "file_store/marker.ts",
      find: "if (now > deadline + OVERDUE_SPANS * span)",
      replace: "if (now > deadline)",
    }],
  },
  {
    name: "put() leaves the refresh that goes on its claim",
    rule: "P14",
    edits: [{
      file: overrides,
      find: `    yield* supersede(party, lock, paths);
    assertWithinLimit(party, lock);
`,
      replace: "    assertWithinLimit(party, lock);\n",
    }],
  },
  {
    name: "prune takes no lock",
    rule: "P15",
    edits: [{
      file: overrides,
      find: `  return yield* locked(party, paths.lock, function* (lock): Step<"removed" | "nothing" | "kept"> {`,
      replace: `  const unlocked = (section) => section(${NO_LOCK});
  return yield* unlocked(function* (lock) {`,
    }],
  },
  {
    name: "prune takes staged files whoever still works on them",
    rule: "P15",
    edits: [{
      file: "file_store/walk.ts",
      find:
        "return file.role.token === undefined || marker?.token !== file.role.token || marker.lastError !== undefined;",
      replace: "return marker !== null;",
    }],
  },
  ...handOverMutations,
  {
    name: "a version in memory is known by its mtime alone",
    rule: "P11",
    edits: [{
      file: "file_store/kept.ts",
      find: `return one.inode === other.inode && one.size === other.size && one.modifiedAt === other.modifiedAt &&
    one.changedAt === other.changedAt;`,
      replace: "return one.modifiedAt === other.modifiedAt;",
    }],
  },
];

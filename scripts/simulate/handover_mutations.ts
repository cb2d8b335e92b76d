/** The hand-over of a claim to a child, broken in one place at a time. */
import type { Mutation } from "./mutations.ts";

const claims = "file_store/claims.ts";
const foundLock = "file_store/found_lock.ts";

const NO_LOCK = `{ path: "", token: "", since: party.clock.monotonic() }`;
const AMENDING = `  return yield* fenced(party, paths, claim, function* (lock, marker): Step<ClaimOutcome | NoFolder> {
    // A child may know less`;
const NAMED_START = `processStart: state === "dead" ? NEVER_STARTED : processStart`;
const AMENDED = "{ ...marker, ...change, ...named, token: claim.token }";

/** Every way that is tried. */
export const handOverMutations: readonly Mutation[] = [
  {
    name: "a hand-over does not look at the token",
    rule: "P17",
    edits: [{
      file: claims,
      find: AMENDING,
      replace: `  return yield* locked(party, paths.lock, function* (lock) {
    const marker = yield* readMarker(paths.marker);
    if (marker === undefined) return "superseded";
    // It may know less`,
    }],
  },
  {
    name: "a hand-over takes no lock",
    rule: "P17",
    edits: [{
      file: claims,
      find: AMENDING,
      replace: `  const unlocked = function* (section) {
    const marker = yield* readMarker(paths.marker);
    if (marker?.token !== claim.token || marker.lastError !== undefined) return "superseded";
    return yield* section(${NO_LOCK}, marker);
  };
  return yield* unlocked(function* (lock, marker) {
    // It may know less`,
    }],
  },
  {
    name: "a hand-over leaves the parent's name",
    rule: "P17",
    edits: [{
      file: claims,
      find: AMENDED,
      replace: "{ ...marker, ...change, pid: marker.pid, processStart: marker.processStart, token: claim.token }",
    }],
  },
  {
    name: "a child is named with the start time of its parent",
    rule: "P17",
    edits: [{ file: foundLock, find: NAMED_START, replace: "processStart: self.processStart" }],
  },
  {
    name: "a child is named by its PID alone",
    rule: "P17",
    edits: [{ file: foundLock, find: NAMED_START, replace: "processStart: undefined" }],
  },
  {
    name: "a child that is dead is named by its PID alone",
    rule: "P17",
    edits: [{ file: foundLock, find: NAMED_START, replace: "processStart" }],
  },
  {
    name: "a claim that is handed over forgets earlier failures",
    rule: "P12",
    edits: [{
      file: claims,
      find: AMENDED,
      replace: "{ ...marker, ...change, ...named, token: claim.token, attempts: 0, previous: undefined }",
    }],
  },
];

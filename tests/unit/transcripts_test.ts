import { assertEquals } from "@std/assert";
import { describe, it } from "node:test";
import type { CacheEventKind } from "../../src/events.ts";
import { storiesHere } from "../cache/clauses/transcripts.ts";
import { storiesElsewhere } from "../cache/clauses/transcripts_elsewhere.ts";
import { kindsIn } from "../cache/story.ts";

/** Every kind of event, and where its transcript is. The compiler says if one is missing. */
const KINDS: Record<CacheEventKind, "told in a story" | "told in tests/detached/transcript_test.ts"> = {
  "absent": "told in a story",
  "aborted": "told in a story",
  "adopted": "told in a story",
  "claimed": "told in a story",
  "cooling-down": "told in a story",
  "corrupt": "told in a story",
  "deleted": "told in a story",
  "detached": "told in tests/detached/transcript_test.ts",
  "error": "told in a story",
  "expired": "told in a story",
  "extended": "told in a story",
  "failed": "told in a story",
  "hit": "told in a story",
  "joined": "told in a story",
  "not-detached": "told in a story",
  "progress": "told in a story",
  "pruned": "told in a story",
  "put": "told in a story",
  "recovered": "told in a story",
  "refreshed": "told in a story",
  "stale": "told in a story",
  "superseded": "told in a story",
  "timeout": "told in a story",
  "waiting": "told in a story",
};

describe("the transcripts of the cache suite", () => {
  it("have every kind of event in them", () => {
    const told = [...kindsIn([...storiesHere, ...storiesElsewhere])].sort();
    assertEquals(
      told,
      Object.entries(KINDS).filter(([, where]) => where === "told in a story").map(([kind]) => kind).sort(),
    );
  });
});

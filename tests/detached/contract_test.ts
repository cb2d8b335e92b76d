import { assert, assertEquals, assertMatch } from "@std/assert";
import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "node:test";
import { pathToFileURL } from "node:url";
import { until } from "../support/command_bench.ts";
import { DetachedBench, fixture } from "../support/detached_bench.ts";

const guard = { timeout: 120_000 };

const DAY_MS = 24 * 60 * 60 * 1_000;

const [module, kind] = [fixture("contract.mjs"), fixture("kind.mjs")];
const both = { module, codec: kind, schema: kind } as const;
const detached = ["claimed", "detached"];

/** What the codec of tests/detached/fixtures/kind.mjs does, both ways. */
const flip = (bytes: Uint8Array) => bytes.map((byte) => byte ^ 0xff);
const encode = (data: unknown) => flip(new TextEncoder().encode(JSON.stringify(data)));
const decode = (bytes: Uint8Array): unknown => JSON.parse(new TextDecoder().decode(flip(new Uint8Array(bytes))));

/** What the refresher was given. */
interface Given {
  readonly given: readonly unknown[];
  readonly frozen: boolean;
  readonly previous?: {
    readonly data: unknown;
    readonly state: string;
    readonly age: number;
    readonly capturedAt: number;
  };
}

describe("a detached refresh of typed data", () => {
  let bench: DetachedBench;
  beforeEach(() => void (bench = new DetachedBench()));
  afterEach(() => bench.close());

  /** Puts data there as its codec makes it, two days old. */
  async function fill(data: unknown): Promise<void> {
    await bench.fill("a", "");
    writeFileSync(bench.dataPath("a"), encode(data));
    bench.age("a");
  }

  const bytes = () => readFileSync(bench.dataPath("a"));
  const given = async () => await bench.facts() as unknown as Given;
  const isOver = () => until("nobody refreshes", () => bench.starts().length > 0 && bench.marker("a") === undefined);

  it("is encoded, validated and read by what its module exports", guard, async () => {
    await fill({ words: ["old"] });
    const first = await bench.asked(both, {});
    assertEquals(first, { answer: { words: ["old"], count: 1 }, events: detached });
    await isOver();
    assertEquals(decode(bytes()), { words: ["new"] });
    const second = await bench.asked(both, {});
    assertEquals(second, { answer: { words: ["new"], count: 1 }, events: [] });
  });

  it("is JSON if its source has no codec, whatever its module exports, and validated by no schema", guard, async () => {
    await bench.fill("a", '"old"');
    await bench.asked({ module }, { answer: "not what the schema accepts" });
    await bench.becomes("not what the schema accepts");
  });

  it("fails if the schema refuses what the refresher returned, and what was there stays", guard, async () => {
    await fill({ words: ["old"] });
    await bench.asked(both, { answer: { words: 1 } });
    const { reason } = await bench.failure();
    assertMatch(
      reason,
      /^the refresher returned data that could not be read again \(words: expected a list\): expected/,
    );
    assertEquals(decode(bytes()), { words: ["old"] });
  });

  for (const freeze of [true, false]) {
    it(`sees what was there before, ${freeze ? "frozen" : "not frozen if its source says so"}`, guard, async () => {
      await fill({ words: ["old", "words"] });
      await bench.asked({ ...both, freeze }, {});
      const { previous, frozen } = await given();
      assertEquals(previous?.data, { words: ["old", "words"], count: 2 });
      assertEquals([previous?.state, frozen], ["stale", freeze]);
      const { capturedAt = 0, age = 0 } = previous ?? {};
      assert(age >= 2 * DAY_MS && Math.abs(capturedAt + age - Date.now()) < DAY_MS, `${capturedAt} ${age}`);
      await isOver();
    });
  }

  it(
    "sees nothing where there is nothing that can be read, and cannot say that it is not modified",
    guard,
    async () => {
      await fill({ words: 1 });
      const question = { ...both, ask: "nothing", leaves: "by itself" } as const;
      // A read finds out that it is corrupt, and refreshes.
      await bench.asked({ ...question, ask: "none" }, {});
      await bench.asked(question, { does: "keeps" });
      assertEquals((await given()).previous, undefined);
      const { reason } = await bench.failure();
      assertMatch(reason, /^the refresher returned notModified\(\) although there is no previous data/);
    },
  );

  it("keeps what was there if nothing was modified: only its age changes", guard, async () => {
    await fill({ words: ["old"] });
    const answer = { does: "keeps what it knows", answer: { words: ["same"] } };
    await bench.asked(both, answer);
    await isOver();
    bench.age("a");
    const before = bytes();
    await bench.asked(both, answer);
    await until("it is young again", () => Date.now() - statSync(bench.dataPath("a")).mtimeMs < DAY_MS);
    await until("nobody refreshes", () => bench.marker("a") === undefined);
    assertEquals([bytes().equals(before), bench.starts().length], [true, 2]);
    assertEquals((await bench.asked(both, answer)).events, []);
  });

  it("carries many bytes of any value, there and back", guard, async () => {
    const question = { module: fixture("bytes.mjs"), codec: fixture("bytes.mjs"), ask: "length" } as const;
    const length = 20_000_000;
    await bench.fill("a", "old");
    assertEquals(await bench.asked(question, { answer: length }), { answer: 3, events: detached });
    await until("they are there", () => bytes().length === length);
    await until("nobody refreshes", () => bench.marker("a") === undefined);
    bench.age("a");
    assertEquals((await bench.asked(question, { answer: length })).events, detached);
    await until("it says what they were", () => bytes().length === 1);
    assertEquals(bytes()[0], 1);
  });

  it("is given its family's key, as it is", guard, async () => {
    const family = { owner: "a", parts: ["b", 1, null, true] };
    await bench.asked({ module, family, ask: "nothing", leaves: "by itself" }, {});
    assertEquals((await given()).given, [family]);
    await until("it is done", () => existsSync(join(bench.root, "family/a.json")));
  });

  for (const family of ["date", "big"]) {
    it(`is done by the program if JSON cannot hold its family's key: ${family}`, guard, async () => {
      const question = { module: fixture("inner.mjs"), family, ask: "nothing", leaves: "by itself" } as const;
      const { events } = await bench.asked(question, {});
      const reason = "the key cannot be handed over, since JSON cannot hold it";
      assertEquals(events, ["claimed", `not-detached: ${reason}`, "refreshed"]);
    });
  }

  it("is tried again when its refresher said so", guard, async () => {
    await bench.fill("a", '"old"');
    await bench.asked({ module }, { does: "says when" });
    const { reason } = await bench.failure();
    assertEquals(reason, "come back in an hour");
    const { started_at, retry_at } = bench.marker("a") as unknown as Record<string, string>;
    const wait = Date.parse(retry_at ?? "") - Date.parse(started_at ?? "");
    // Without that it would be a second; what else there is between the two is a moment.
    assert(wait > 3_000_000 && wait < DAY_MS, `${started_at} ${retry_at}`);
  });
});

describe("the module of a detached refresh", () => {
  let bench: DetachedBench;
  beforeEach(() => void (bench = new DetachedBench()));
  afterEach(() => bench.close());

  const refresher = "export default () => Promise.resolve(1);";
  const texts: readonly (readonly ["codec" | "schema", string, RegExp])[] = [
    ["codec", refresher, /^the export codec of file:.* cannot be undefined: expected "export const codec":/],
    ["schema", refresher, /^the export schema of file:.* cannot be undefined: expected "export const schema":/],
    [
      "codec",
      `${refresher} export const codec = {};`,
      /^the export codec of .* cannot be an object: expected an object/,
    ],
    ["schema", `${refresher} export const schema = 1;`, /^the export schema of .* cannot be 1: expected a validator/],
  ];
  for (const [name, text, reason] of texts) {
    it(`has to export its source's ${name}: ${text}`, guard, async () => {
      const path = join(bench.folder, "module.mjs");
      writeFileSync(path, text);
      const question = { module: pathToFileURL(path).href, ask: "nothing", leaves: "by itself" } as const;
      await bench.asked({ ...question, [name]: kind }, {});
      assertMatch((await bench.failure()).reason, reason);
    });
  }
});

import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { describe, it } from "node:test";
import { stripVTControlCharacters } from "node:util";
import { sourceTable } from "../../../src/cli/sources/source_table.ts";
import { judgeLook, type Look } from "../../../src/cli/screen/terminal.ts";
import { textWidth } from "../../../src/cli/screen/text_width.ts";
import { abandoned, coolingDown, IDLE, listing, NOW, OWNER, refreshing } from "../../support/listings.ts";

function look(columns?: number, variables: Readonly<Record<string, string>> = {}): Look {
  const given: Readonly<Record<string, string>> = { LANG: "C.UTF-8", NO_COLOR: "1", ...variables };
  return judgeLook({ terminal: columns !== undefined, columns, rows: 24, variable: (name) => given[name] });
}

const HOUR = 3_600_000;
const sources = [
  listing("discovery/models", 6 * HOUR, { ttl: 24 * HOUR, size: 4_200 }),
  listing("discovery/quota", 3 * HOUR, { ttl: HOUR, refresh: coolingDown("exit code 7 from ./quota.sh: no route") }),
  listing("pulls/one", HOUR, { refresh: refreshing({ progress: { done: 3, total: 10, message: "reading pages" } }) }),
];

describe("sourceTable()", () => {
  it("has a line of heads and a line for each source", () => {
    assertEquals(sourceTable(sources, NOW, look(), OWNER), [
      "SOURCE            STATE            AGE  TTL  USED        SIZE  OWNER  NEXT          MESSAGE",
      "discovery/models  fresh             6h   1d  ██░░░░░░  4.2 kB",
      "discovery/quota   cooling down      3h   1h  ████████    17 B         retry in 45s  exit code 7 from ./quota.sh: no route",
      "pulls/one         refreshing 3/10   1h                   17 B   4711  due in 20s    reading pages",
    ]);
  });

  it("is empty without sources, and has no columns in which nothing would stand", () => {
    assertEquals(sourceTable([], NOW, look()), []);
    assertEquals(sourceTable([listing("a/b", 0)], NOW, look()), [
      "SOURCE  STATE    AGE  SIZE",
      "a/b     unknown   0s  17 B",
    ]);
  });

  it("names the host of an owner that is not here, and tells containers of one machine apart", () => {
    const owner = (host: string | undefined, token?: "t") => {
      const refresh = refreshing({ owner: { pid: 9, host, processStart: undefined }, token });
      return / {2}(9\S*) /.exec(sourceTable([listing("a/b", 0, { refresh })], NOW, look(), OWNER)[1] ?? "")?.[1];
    };
    assertEquals(owner(OWNER.host, "t"), "9");
    assertEquals(owner(OWNER.host?.replace("836", "999"), "t"), "9@3f2a1b2c:4026531999");
    assertEquals(owner("build\x1b[31mer", "t"), "9@builder");
    assertEquals([owner(undefined, "t"), owner("elsewhere")], ["9", "9"]);
  });

  it("says what happens next", () => {
    const next = (refresh: Parameters<typeof listing>[2]) =>
      sourceTable([listing("a/b", 2 * HOUR, { ttl: HOUR, ...refresh })], NOW, look())[1]?.split(/ {2,}/).slice(6);
    assertEquals(next({ refresh: refreshing() }), ["4711@3f2a1b2c:4026531836", "due in 20s"]);
    assertEquals(next({ refresh: refreshing({ deadline: NOW - 90_000 }) })?.[1], "late by 1m30s");
    assertEquals(next({ refresh: abandoned() })?.[1], "retry when asked");
    const failed = { ...IDLE, kind: "idle", attempts: 1, lastError: "bad" } as const;
    assertEquals(next({ refresh: failed }), ["retry when asked", "bad"]);
    assertEquals(next({ refresh: failed, ttl: 3 * HOUR }), ["bad"]);
  });

  it("lets nothing of what others wrote reach the terminal but its text, on one line", () => {
    const refresh = coolingDown("first\nsecond\x1b]0;title\x07\x1b[2J\x9b");
    const progress = { message: "one\r\ntwo\x1b[31m" };
    const lines = sourceTable(
      [listing("a/b", 0, { refresh }), listing("a/c", 0, { refresh: refreshing({ progress }) })],
      NOW,
      look(),
    );
    assertEquals(lines.length, 3);
    // deno-lint-ignore no-control-regex -- they are what must not be there
    for (const line of lines) assertMatch(line, /^[^\x00-\x1f\x7f-\x9f]*$/);
  });

  it("has no line longer than the terminal is wide, whatever its width", () => {
    const long = [
      listing(`discovery/${"n".repeat(100)}`, 9 * HOUR, { ttl: HOUR, refresh: coolingDown("日本語".repeat(50)) }),
      ...sources,
    ];
    for (let columns = 5; columns < 320; columns += 3) {
      for (const LANG of ["C.UTF-8", "C"]) {
        const lines = sourceTable(long, NOW, look(columns, { LANG }), OWNER);
        assertEquals(lines.length, 5);
        for (const line of lines) assertEquals(textWidth(line) <= columns, true, `more than ${columns}: ${line}`);
      }
    }
  });

  it("shortens long texts before it lets columns go, and lets size and TTL go before what is urgent", () => {
    const long = [
      listing(`discovery/${"n".repeat(60)}`, HOUR, { ttl: 2 * HOUR, refresh: coolingDown("e".repeat(60)) }),
    ];
    const heads = (columns: number) => sourceTable(long, NOW, look(columns))[0]?.split(/ {2,}/);
    const all = ["SOURCE", "STATE", "AGE", "TTL", "USED", "SIZE", "NEXT", "MESSAGE"];
    assertEquals(heads(110), all);
    assertEquals(heads(85), all.filter((head) => head !== "SIZE" && head !== "TTL"));
    assertEquals(heads(50), ["SOURCE", "STATE", "AGE"]);
    assertMatch(sourceTable(long, NOW, look(110))[1] ?? "", /^discovery\/n+… .* e+…$/);
    assertMatch(
      sourceTable(long, NOW, look(110, { LANG: "C" }))[1] ?? "",
      /^discovery\/n+\.\.\. .*####\.\.\.\. .* e+\.\.\.$/,
    );
  });

  it("draws as many as there are, one way from the first to the last", () => {
    const many = Array.from(
      { length: 350 },
      (_, index) => listing(`discovery/${index}`, HOUR, { size: 10 ** (index % 5) }),
    );
    const lines = sourceTable(many, NOW, look());
    assertEquals(
      lines.slice(1).map((line) => line.split(" ")[0]),
      many.map(({ source }) => `discovery/${source.name}`),
    );
    assertEquals(new Set(lines.slice(1).map((line) => line.indexOf("unknown"))).size, 1);
    assertEquals(new Set(lines.map((line) => line.length)).size, 1, "sizes end in one column");
  });

  it("shortens nothing in a pipe", () => {
    const long = listing(`discovery/${"n".repeat(100)}`, HOUR, { refresh: coolingDown("e".repeat(3_000)) });
    assertMatch(sourceTable([long], NOW, look())[1] ?? "", /^discovery\/n{100} .* e{3000}$/);
  });

  it("colours what is seen, and only that", () => {
    const colorful = look(200, { NO_COLOR: "" });
    const { red, green, yellow, cyan } = colorful.colors;
    const colored = sourceTable(sources, NOW, colorful, OWNER);
    const parts = [
      [1, green("fresh")],
      [1, green("██░░░░░░")],
      [2, red("cooling down")],
      [2, yellow("████████")],
      [2, red("exit code 7 from ./quota.sh: no route")],
      [3, cyan("refreshing 3/10")],
    ] as const;
    for (const [row, part] of parts) assertStringIncludes(colored[row] ?? "", part);
    const plainLines = colored.map((line) => stripVTControlCharacters(line).trimEnd());
    assertEquals(plainLines, sourceTable(sources, NOW, look(200), OWNER));
  });
});

import { assert, assertEquals, assertNotEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { describe, it } from "node:test";
import { DiscoveryCacheError, InvalidNameError } from "../../src/errors.ts";
import { checkName, slug } from "../../src/source_name.ts";

/** What the error says of a name that is refused. */
function refusal(value: unknown): InvalidNameError {
  return assertThrows(() => checkName(value as string, "name"), InvalidNameError);
}

function isValid(name: string): boolean {
  try {
    return checkName(name, "name") === name;
  } catch (error) {
    if (error instanceof InvalidNameError) return false;
    throw error;
  }
}

/** Every text of up to `most` pieces. */
function* combinations(pieces: readonly string[], most: number): Generator<string> {
  yield "";
  if (most === 0) return;
  for (const rest of combinations(pieces, most - 1)) for (const piece of pieces) yield piece + rest;
}

/** Numbers in [0, 1) that look random and are the same in every run. */
function chance(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

const TOKEN = "0123456789abcdef0123456789abcdef";
const KINDS = [".json", ".lock", ".lock~", ".lock~~", ".refreshing"];
const ENDINGS = [...KINDS, ...KINDS.map((kind) => `${kind}.${TOKEN}.tmp`), ".json.tmp"];

describe("checkName()", () => {
  it("returns the name when it is valid", () => {
    const names = [
      ...[
        "a",
        "7",
        "openrouter",
        "npm-typescript",
        "gpt-4.1_mini",
        "v1.2.3",
        "a--b",
        "a__b",
        "a.-b",
        "0",
        "1.5",
        "x".repeat(100),
      ],
      ...["json", "lock", "refreshing", "lock.v2", "a.jsonl", "a.json5", "a-json", "json-a", "a.unlock", "a.tmp"],
      ...["console", "con-1", "com", "com10", "nul-x", "a.nul", "lpt", "auxiliary", "prn1"],
    ];
    for (const name of names) assertEquals(checkName(name, "name"), name);
  });

  it("refuses whatever could leave the folder or hide in it", () => {
    const names = [
      ...[
        "..",
        ".",
        "../x",
        "a/../b",
        "a..b",
        "a/b",
        "a\\b",
        "/etc",
        "c:x",
        "c:",
        "~",
        "a~",
        "a~1",
        ".a",
        "a.",
        "-a",
        "a-",
        "_a",
        "a_",
      ],
      ...[
        "a\0",
        "\0",
        "a\0b",
        "a\n",
        "\na",
        "a\tb",
        "a b",
        " a",
        "a ",
        "a\r\n",
        "a*",
        "a?",
        'a"',
        "a<b",
        "a|b",
        "a%2fb",
        "$a",
        "a@b",
      ],
    ];
    for (const name of names) assertEquals(refusal(name).value, name);
  });

  it("refuses what a file system may take for another name", () => {
    const names = [
      "aBc",
      "aéb",
      "A",
      "aB",
      "OPENROUTER",
      "é",
      "e\u0301",
      "\u0430",
      "ﬁ",
      "ａ",
      "\u212a",
      "a\u200b",
      "a\u202eb",
      "😀",
      "\ud800",
      "a\udc00",
    ];
    for (const name of names) assertStringIncludes(refusal(name).expected, "only lower-case letters a to z, digits");
  });

  it("refuses a device of Windows, with an extension too", () => {
    const devices = [
      "con",
      "prn",
      "aux",
      "nul",
      ...[..."0123456789"].flatMap((digit) => [`com${digit}`, `lpt${digit}`]),
    ];
    for (const device of devices) {
      assertStringIncludes(refusal(device).expected, "Windows");
      assertStringIncludes(refusal(`${device}.x`).expected, "Windows");
      assertStringIncludes(refusal(`${device}.tar.gz`).expected, "Windows");
    }
  });

  it("refuses a later part that marks the cache's own files", () => {
    for (const part of ["json", "lock", "refreshing"]) {
      for (const name of [`a.${part}`, `a.b.${part}`, `a.${part}.b`, `a.${part}.${TOKEN}.tmp`, `${part}.${part}`]) {
        assertStringIncludes(refusal(name).expected, `no part ".${part}"`);
      }
    }
  });

  it("refuses a name when it is empty or overlong, and says how long it is", () => {
    assertStringIncludes(refusal("").message, 'name cannot be "": expected at least one character');
    assertStringIncludes(refusal("x".repeat(101)).expected, "at most 100 characters, not 101");
    assert(refusal("x".repeat(1_000_000)).message.length < 300, "the message repeats a megabyte");
  });

  it("refuses what is no text", () => {
    const values = {
      undefined: undefined,
      null: null,
      "5": 5,
      true: true,
      "an array": ["a"],
      "an object": new String("a"),
    };
    for (const [shown, value] of Object.entries(values)) {
      assertStringIncludes(refusal(value).message, `name cannot be ${shown}: expected a string`);
    }
    refusal(Symbol("a"));
    refusal({ toString: () => "a" });
  });

  it("throws a typed error that names the value, what it is for, and slug()", () => {
    const error = assertThrows(() => checkName('Evil"\u001b[2J', "tier"), InvalidNameError);
    assert(error instanceof DiscoveryCacheError);
    assertEquals([error.name, error.code, error.what], ["InvalidNameError", "INVALID_NAME", "tier"]);
    assertEquals(error.value, 'Evil"\u001b[2J');
    assertStringIncludes(error.message, 'tier cannot be "Evil\\"\\u001b[2J": expected only lower-case letters');
    assertStringIncludes(error.message, "slug() makes a valid name of any text");
  });

  it("leaves no file that two names could share, by its end or by its beginning", () => {
    const owners = new Map<string, string>();
    const pieces = ["a", "json", "lock", "refreshing", "tmp", TOKEN, ".", "-"];
    let names = 0;
    for (const name of new Set(combinations(pieces, 5))) {
      if (!isValid(name)) continue;
      names++;
      for (const ending of ENDINGS) {
        const file = name + ending;
        assert(!owners.has(file), `${file} belongs to ${name} and to ${owners.get(file)}`);
        owners.set(file, name);
        // The first part of ours after the first dot ends the name, whatever comes after it.
        assertEquals(/^([^.]*(?:\.[^.]+)*?)\.(?:json|lock~*|refreshing)(?:\.|$)/.exec(file)?.[1], name, file);
      }
    }
    assert(names > 1000, `only ${names} names were tried`);
  });
});

describe("slug()", () => {
  it("leaves a valid name alone", () => {
    for (
      const name of ["a", "openrouter", "gpt-4.1_mini", "x".repeat(100), `a-${TOKEN}0`, `a-${TOKEN.slice(1)}`, TOKEN]
    ) {
      assertEquals(slug(name), name);
    }
  });

  it("keeps what is legible, and adds a hash that is the same everywhere and for ever", () => {
    const golden: [text: string, name: string][] = [
      ["", "slug-e3b0c44298fc1c149afbf4c8996fb924"],
      ["owner/repo#12", "owner-repo-12-3bd3755546c192f665268f27013533da"],
      ["Owner/Repo#12", "owner-repo-12-47ae54336271ae412c41874799955c47"],
      ["OpenRouter", "openrouter-6c567ca28b4a6aeadeb24cbaf7ebe652"],
      ["../../etc/passwd", "etc-passwd-d170849d7e3d536ecd4d2723d81b14e0"],
      ["a\0b", "a-b-9b3572da71d733d316a7059c27b5bd3e"],
      ["nul.x", "nul-x-640144f66b93883b4c0f9dbdb40f05ff"],
      ["a.json", "a-json-7210820c433457dfd014a9d787925abc"],
      ["Crème brûlée", "cr-me-br-l-e-b453fa6435d6aa6e03e95a6406726937"],
      ["日本", "slug-4dde783c1b1e66fe66344df68441005e"],
      ["😀", "slug-d4e887a680e68155b74f6002df62c2e8"],
      ["\ud83d", "slug-0755dc6db676d97410b2b27a8c34ad0a"],
      ["\ude00", "slug-08dc6a1a955ff0fca0a047e27264c5c0"],
      [`a-${TOKEN}`, "a-0123456789abcdef0123456789abcdef-33a1d4c8aae17df967956d07bd67a3b7"],
      [
        "x".repeat(101),
        "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx-a25c3a77e70d14f09f9e573861c11a74",
      ],
      [
        `${"x".repeat(66)}/y`,
        "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx-a8c2dfe45afd0524cba1b50c80526b32",
      ],
    ];
    for (const [text, name] of golden) assertEquals(slug(text), name);
  });

  it("tells apart what looks alike", () => {
    const texts = [
      ...["a b", "a-b", "a--b", "a_b", "a.b", "A B", "A-b", "a/b", "a\\b", "a b ", " a b", "a\tb", "a\0b", "a\u00a0b"],
      ...[
        "é",
        "e\u0301",
        "É",
        "e",
        "\ufffd",
        "\ud800",
        "\ud801",
        "\udc00",
        "\udc00\ud800",
        "\ud800\udc00",
        "",
        " ",
        "slug",
        "-",
        ".",
      ],
      ...["\u0000", "\u0000\u0000", "\u0100", "\u0001\u0000", "a\u0000", "\u6100", "x".repeat(101), "x".repeat(102)],
    ];
    assertEquals(new Set(texts.map(slug)).size, texts.length);
    for (const text of texts) checkName(slug(text), "slug");
  });

  it("alters a name when it ends as an altered one does", () => {
    const altered = slug("Owner/Repo#12");
    const again = slug(altered);
    assertNotEquals(again, altered);
    assertNotEquals(slug(again), again);
    assertNotEquals(slug(`a-${TOKEN}`), `a-${TOKEN}`);
    // The one text that might be taken for another one's slug is taken for nothing but itself.
    assertEquals(new Set(["Owner/Repo#12", altered, again, slug(again)].map(slug)).size, 4);
  });

  it("gives a valid name, another one for each text, whatever the texts are", () => {
    const random = chance(7);
    const pick = <T>(choices: readonly T[]) => choices[Math.floor(random() * choices.length)] as T;
    const alphabets = [
      () => pick([..."ab.-_"]),
      () => pick([..."aA/\\. -_~\0é"]),
      () => pick(["json", "lock", "con", "nul", ".", "..", "-", "a", TOKEN, `-${TOKEN}`, ".tmp", "~"]),
      () => String.fromCharCode(Math.floor(random() * 0x10000)),
      () => String.fromCharCode(0xd7f0 + Math.floor(random() * 0x820)),
    ];
    const texts = new Set<string>();
    for (let i = 0; i < 20_000; i++) {
      const letter = pick(alphabets);
      const length = Math.floor(random() * (random() < 0.05 ? 300 : 12));
      const text = Array.from({ length }, letter).join("");
      texts.add(text);
      if (i % 4 === 0) texts.add(slug(text));
    }
    const names = new Map<string, string>();
    for (const text of texts) {
      const name = slug(text);
      assert(isValid(name), `${JSON.stringify(text)} became ${name}`);
      assert(!names.has(name), `${name} is ${JSON.stringify(text)} and ${JSON.stringify(names.get(name))}`);
      names.set(name, text);
      if (isValid(text) && !/-[0-9a-f]{32}$/.test(text)) assertEquals(name, text);
      else assert(/-[0-9a-f]{32}$/.test(name), `${JSON.stringify(text)} became ${name}, without a hash`);
    }
    assert(texts.size > 10_000, `only ${texts.size} texts were tried`);
  });

  it("refuses what is no text", () => {
    for (const value of [undefined, null, 5, ["a"], {}]) {
      const error = assertThrows(() => slug(value as unknown as string), InvalidNameError);
      assertStringIncludes(error.message, "expected a string");
    }
  });
});

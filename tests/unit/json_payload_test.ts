import { assert, assertEquals, assertThrows } from "@std/assert";
import { describe, it } from "node:test";
import { InvalidPayloadError } from "../../src/errors.ts";
import { decodeJson, encodeJson } from "../../src/json_payload.ts";
import { seeded } from "../support/seeded.ts";

const encode = (text: string) => new TextEncoder().encode(text);
const decode = (text: string) => decodeJson(encode(text));

/** A deep merge as many programs have one: careless about the names of keys. */
function merge(target: Record<string, unknown>, from: object): Record<string, unknown> {
  for (const [key, value] of Object.entries(from)) {
    const there = target[key];
    const both = typeof value === "object" && value !== null &&
      ((typeof there === "object" && there !== null) || typeof there === "function");
    if (both) merge(there as Record<string, unknown>, value);
    else target[key] = value;
  }
  return target;
}

/** What an object without anything of its own has by the name that the texts below try to give it. */
function pollution(): unknown {
  const found = ({} as Record<string, unknown>)["polluted"];
  delete (Object.prototype as Record<string, unknown>)["polluted"];
  return found;
}

const BAIT = '{"polluted":true}';

/** Texts that reach a prototype when what `JSON.parse` makes of them is merged. `PROTO` stands for every spelling. */
const HOSTILE = [
  `{"PROTO":${BAIT}}`,
  `{"a":1,"PROTO":${BAIT},"b":2}`,
  `{"CONSTRUCTOR":{"prototype":${BAIT}}}`,
  `{"CONSTRUCTOR":{"name":"x","prototype":${BAIT}}}`,
  `{"CONSTRUCTOR":{"PROTO":{"PROTO":${BAIT}}}}`,
  `{"PROTO":{"CONSTRUCTOR":{"prototype":${BAIT}}}}`,
  `{"PROTO":1,"PROTO":${BAIT}}`,
  `{"PROTO":{"PROTO":${BAIT}}}`,
];

const SPELLINGS = {
  "as it is": (key: string) => key,
  "with one letter escaped": (key: string) => `\\u00${key.charCodeAt(0).toString(16)}${key.slice(1)}`,
  "with its last letter escaped, in capitals": (key: string) =>
    `${key.slice(0, -1)}\\u00${key.charCodeAt(key.length - 1).toString(16).toUpperCase()}`,
  "with all letters escaped": (key: string) =>
    [...key].map((letter) => `\\u00${letter.charCodeAt(0).toString(16)}`).join(""),
};

/** Where the hostile object lies. */
const PLACES = {
  "at the top": (text: string) => text,
  "in an object": (text: string) => `{"toString":${text}}`,
  "in an array": (text: string) => `[0,[${text}]]`,
  "far down": (text: string) => `${'{"a":['.repeat(300)}${text}${"]}".repeat(300)}`,
};

/** Every object and array in a value. */
function* objectsIn(value: unknown): Generator<object> {
  const waiting = [value];
  while (waiting.length > 0) {
    const next = waiting.pop();
    if (typeof next !== "object" || next === null) continue;
    yield next;
    for (const key of Object.getOwnPropertyNames(next)) waiting.push((next as Record<string, unknown>)[key]);
  }
}

describe("encodeJson()", () => {
  it("gives what JSON.stringify() gives", () => {
    for (const value of [null, 0, "é", [1, { a: undefined }], { a: { b: [] } }]) {
      assertEquals(encodeJson(value), JSON.stringify(value));
    }
  });

  it("refuses what JSON cannot hold", () => {
    for (const value of [undefined, () => 1, Symbol("s")]) {
      assertThrows(() => encodeJson(value), InvalidPayloadError, "JSON");
    }
  });
});

describe("decodeJson()", () => {
  it("the bait is good: what JSON.parse() gives does reach a prototype when it is merged", () => {
    // Deno disables the accessor of that name, so that there only the constructor leads to a prototype.
    const assigned: object = Object.assign({}, JSON.parse(`{"__proto__":${BAIT}}`));
    for (const text of HOSTILE.slice("polluted" in assigned ? 0 : 2, 3)) {
      const parsed = JSON.parse(text.replaceAll("PROTO", "__proto__").replaceAll("CONSTRUCTOR", "constructor"));
      merge({}, parsed);
      assertEquals(pollution(), true, text);
    }
  });

  for (const [spelling, spell] of Object.entries(SPELLINGS)) {
    it(`no prototype is reached by keys spelled ${spelling}, wherever they are`, () => {
      for (const hostile of HOSTILE) {
        const text = hostile.replaceAll("PROTO", spell("__proto__")).replaceAll("CONSTRUCTOR", spell("constructor"));
        for (const [where, put] of Object.entries(PLACES)) {
          const value = decode(put(text));
          const named = `${where}: ${text}`;
          for (const object of objectsIn(value)) {
            assert(!Object.hasOwn(object, "__proto__"), named);
            const prototype = Object.getPrototypeOf(object);
            assert(prototype === Object.prototype || prototype === Array.prototype, named);
            const copy = Object.assign({}, object);
            assertEquals(Object.getPrototypeOf(copy), Object.prototype, named);
            assertEquals((copy as Record<string, unknown>)["polluted"], undefined, named);
          }
          merge({}, value as object);
          assertEquals(pollution(), undefined, named);
        }
      }
    });
  }

  it("what stands beside a dropped key stays", () => {
    assertEquals(decode('{"a":1,"__proto__":{"b":2},"c":[{"__proto__":null,"d":3}]}'), { a: 1, c: [{ d: 3 }] });
    assertEquals(decode('{"a":1,"constructor":{"prototype":{}},"b":2}'), { a: 1, b: 2 });
  });

  it("a key `constructor` stays when it leads nowhere, and so does `prototype` by itself", () => {
    const harmless = [
      '{"constructor":"Ferrari"}',
      '{"constructor":null}',
      '{"constructor":["prototype"]}',
      '{"constructor":{"name":"Ferrari","points":[1,2]}}',
      '{"prototype":{"a":1}}',
      '{"proto":1,"__proto":2,"proto__":3,"__PROTO__":4}',
      '["__proto__","constructor","\\u005f_proto__"]',
      '{"text":"{\\"__proto__\\":1}","\\\\u005f_proto__":1}',
    ];
    for (const text of harmless) assertEquals(JSON.stringify(decode(text)), JSON.stringify(JSON.parse(text)), text);
  });

  it("ordinary data is what JSON.parse() gives, key for key", () => {
    const keys = [
      "id",
      "name",
      "",
      "0",
      "prototype",
      "toString",
      "valueOf",
      "é",
      "\u2028",
      "hasOwnProperty",
      "a\\u00b",
    ];
    const scalars = [null, true, false, 0, -0.5, 1e300, 2 ** 53, "", "text", "\ud83d\ude00", "\u0000", "\\u005f", "_p"];
    for (let seed = 1; seed <= 200; seed++) {
      const next = seeded(seed);
      const pick = <T>(list: readonly T[]): T => list[next() % list.length] as T;
      const value = (depth: number): unknown => {
        const kind = depth === 0 ? 2 : next() % 3;
        const size = next() % 5;
        if (kind === 0) return Array.from({ length: size }, () => value(depth - 1));
        if (kind === 1) return Object.fromEntries(Array.from({ length: size }, () => [pick(keys), value(depth - 1)]));
        return pick(scalars);
      };
      // With and without a harmless word that makes it look closely.
      for (const all of [value(5), [value(4), "constructor"]]) {
        const text = JSON.stringify(all);
        for (const spelled of [text, text.replaceAll("name", "\\u006eame"), JSON.stringify(all, null, 2)]) {
          assertEquals(JSON.stringify(decode(spelled)), JSON.stringify(JSON.parse(spelled)), `seed ${seed}`);
        }
      }
    }
  });

  it("a byte order mark is skipped", () => {
    assertEquals(decodeJson(Uint8Array.of(0xef, 0xbb, 0xbf, ...encode("[1]"))), [1]);
  });

  it("throws for what is no UTF-8, and for what is no JSON", () => {
    const text = encode('"models"');
    for (const byte of [0x80, 0xc0, 0xed, 0xff]) {
      assertThrows(() => decodeJson(text.map((old, index) => index === 3 ? byte : old)), TypeError);
    }
    for (const broken of ["", " ", "{", "[1,]", "{'a':1}", "NaN", "undefined", '{"__proto__":', "\u0000", "1 2"]) {
      assertThrows(() => decode(broken), SyntaxError);
    }
  });

  for (const inner of ["1", `{"__proto__":${BAIT}}`]) {
    it(`half a million levels around ${inner} are decoded wherever JSON.parse() can`, { timeout: 120_000 }, () => {
      for (const [open, close] of [["[", "]"], ['{"a":', "}"]] as const) {
        const text = open.repeat(500_000) + inner + close.repeat(500_000);
        try {
          JSON.parse(text);
        } catch {
          assertThrows(() => decode(text), RangeError);
          continue;
        }
        let value = decode(text);
        let levels = 0;
        while (typeof value === "object" && value !== null && Object.keys(value).length > 0) {
          value = Object.values(value)[0];
          levels++;
        }
        assertEquals(levels, 500_000);
      }
    });
  }
});

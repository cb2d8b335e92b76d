import { assertEquals } from "@std/assert";
import { describe, it } from "node:test";
import { findWrongArrows, type Sources } from "../../../scripts/gate/arrows.ts";
import { importsOf, withoutComments, withoutCommentsAndStrings } from "../../../scripts/gate/code_only.ts";

/** The shape of the house, with everything in its place. */
const sound: Record<string, string> = {
  "mod.ts": `export * from "./src/source/typed_source.ts";`,
  "src/source/typed_source.ts": `import { DiscoveryCache } from "../cache.ts";`,
  "src/cache.ts": `import { refresh } from "./refresh.ts";\nimport { open } from "./open.ts";`,
  "src/refresh.ts": `import type { Store } from "./store.ts";\nimport "./clock.ts";`,
  "src/open.ts":
    `import { FileStore } from "./file_store/file_store.ts";\nimport { detect } from "./adapters/detect.ts";`,
  "src/store.ts": `import "./errors.ts";`,
  "src/file_store/file_store.ts":
    `import type { Adapter } from "../adapter.ts";\nimport type { Store } from "../store.ts";`,
  "src/adapter.ts": `import type { AdapterError } from "./errors.ts";`,
  "src/adapters/detect.ts": `import { deno } from "./deno.ts";`,
  "src/adapters/deno.ts": `import type { Adapter } from "../adapter.ts";\nexport const deno = Deno.build;`,
  "src/clock.ts": "",
  "src/errors.ts": "",
  "src/cli/main.ts":
    `import process from "node:process";\nimport { z } from "zod";\nimport "../../mod.ts";\nprocess.exit();`,
};

function wrongWith(changes: Record<string, string>): string[] {
  const sources: Sources = new Map(Object.entries({ ...sound, ...changes }));
  return findWrongArrows(sources);
}

describe("findWrongArrows()", () => {
  it("finds nothing in a sound house", () => {
    assertEquals(wrongWith({}), []);
  });

  it("finds an import against the direction, of types too", () => {
    const cases: Record<string, [string, string]> = {
      "src/store.ts": [`import "./file_store/file_store.ts";`, `"store" does not see "file store"`],
      "src/cache.ts": [`import "./file_store/file_store.ts";`, `"cache" does not see "file store"`],
      "src/refresh.ts": [`import "./adapters/deno.ts";`, `"refresh" does not see "adapters"`],
      "src/adapters/deno.ts": [`import type { Clock } from "../clock.ts";`, `"adapters" does not see "leaf"`],
      "src/clock.ts": [`export type { Store } from "./store.ts";`, `"leaf" does not see "store"`],
      "src/file_store/file_store.ts": [`await import("../cache.ts");`, `"file store" does not see "cache"`],
    };
    for (const [path, [text, problem]] of Object.entries(cases)) {
      const found = wrongWith({ [path]: text });
      assertEquals(
        found.length > 0 && found[0]?.startsWith(`${path} imports `) && found[0].endsWith(problem),
        true,
        `${found}`,
      );
    }
  });

  it("finds a cycle", () => {
    const found = wrongWith({ "src/clock.ts": `import "./chance.ts";`, "src/chance.ts": `import "./clock.ts";` });
    assertEquals(found, ["src/clock.ts -> src/chance.ts -> src/clock.ts: a cycle"]);
  });

  it("finds a runtime's name outside the adapters and the command, but not in comments and strings", () => {
    const harmless = `/** Deno.open */ // Bun.write\nconst a = "process.exit()", b = processes.length, Deno = 1;`;
    assertEquals(wrongWith({ "src/clock.ts": harmless }), []);
    for (const text of ["Deno.open()", "globalThis.Bun?.write", "`${process.pid}`", `process["pid"]`]) {
      assertEquals(wrongWith({ "src/clock.ts": text }).length, 1, text);
    }
  });

  it("finds libraries and modules of a runtime", () => {
    for (const text of [`import { z } from "zod";`, `import "jsr:@std/assert";`, `import { stat } from "node:fs";`]) {
      assertEquals(wrongWith({ "src/clock.ts": text }).length, 1, text);
    }
    assertEquals(wrongWith({ "src/adapters/deno.ts": `import type { Stats } from "node:fs";` }), []);
    assertEquals(wrongWith({ "src/adapters/deno.ts": `import { statSync } from "node:fs";` }).length, 1);
  });

  it("finds a folder without a room, and an import of nothing", () => {
    assertEquals(wrongWith({ "src/attic/box.ts": "" }).length, 1);
    assertEquals(wrongWith({ "src/clock.ts": `import "./gone.ts";` }), [
      "src/clock.ts imports ./gone.ts: there is no such source",
    ]);
  });
});

describe("importsOf()", () => {
  it("finds every form, and tells which take types only", () => {
    const text = `
      import a from "1"; import type { B } from '2'; import { c,
        d } from "3"; import "4"; export * from "5"; export type * from "6";
      const e = await import("7"); export { f } from "8"; import * as g from "9";
      // import "not this";
      export const h = "nor this"; const i = 'from "nor that"';`;
    assertEquals(importsOf(text).map(({ specifier }) => specifier).join(""), "123456789");
    assertEquals(importsOf(text).filter(({ typeOnly }) => typeOnly).map(({ specifier }) => specifier), ["2", "6"]);
  });
});

describe("withoutComments()", () => {
  it("leaves strings, also those that look like comments, and keeps every place", () => {
    const text = `a("//x"); // y\n/* z\n*/ b('/*'); c = /["'/*]/; d(\`// e\`);`;
    assertEquals(withoutComments(text), `a("//x");     \n    \n   b('/*'); c = /["'/*]/; d(\`// e\`);`);
  });
});

describe("withoutCommentsAndStrings()", () => {
  it("leaves the code in templates", () => {
    assertEquals(withoutCommentsAndStrings('a("b"); `${c}` // d'), "a(   ); `${c}`     ");
  });
});

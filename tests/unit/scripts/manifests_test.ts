import { assertEquals, assertStringIncludes } from "@std/assert";
import { describe, it } from "node:test";
import { findDifferences, findHosts, findMissingPlatforms, type Manifests } from "../../../scripts/gate/manifests.ts";

const deno = {
  name: "@discoverycache/core",
  version: "1.2.3",
  license: "MIT",
  exports: { ".": "./mod.ts" },
  imports: { "@discoverycache/core": "./mod.ts", "@std/assert": "jsr:@std/assert@^1" },
};
const sound: Manifests = {
  npm: {
    name: "@discoverycache/core",
    version: "1.2.3",
    license: "MIT",
    exports: { ".": { default: "./dist/mod.js", types: "./dist/mod.d.ts" }, "./package.json": "./package.json" },
  },
  deno,
  denoWithoutJsr: { ...deno, imports: { ...deno.imports, "deno-std/": "./node_modules/deno-std/" } },
  libraries: [{ subpath: ".", source: "mod.ts", output: "dist/mod.js", types: "dist/mod.d.ts" }],
  command: undefined,
};

describe("findDifferences()", () => {
  it("finds none in manifests that agree", () => {
    assertEquals(findDifferences(sound), []);
  });

  it("finds what differs, and says what would be right", () => {
    const extra = { subpath: "./x", source: "x.ts", output: "dist/x.js", types: "dist/x.d.ts" };
    const command = { name: "c", source: "c.ts", output: "dist/c.js" };
    const cases: [Partial<Manifests>, string, number][] = [
      [{ npm: { ...sound.npm, version: "1.2.4" } }, `deno.json: version is "1.2.3", but would be "1.2.4"`, 1],
      [{ denoWithoutJsr: { ...sound.denoWithoutJsr, version: "1" } }, "deno.npm.json: version", 1],
      [{ denoWithoutJsr: { ...deno, imports: {} } }, "deno.npm.json: imports", 1],
      [{ npm: { ...sound.npm, dependencies: { zod: "4" } } }, "package.json: dependencies", 1],
      [{ libraries: [...sound.libraries, extra] }, "deno.json: exports", 3],
      [{ command }, `package.json: bin is undefined, but would be {"c":"dist/c.js"}`, 1],
    ];
    for (const [change, message, count] of cases) {
      const found = findDifferences({ ...sound, ...change });
      assertStringIncludes(found.join("\n"), message);
      assertEquals(found.length, count, found.join("\n"));
    }
  });
});

describe("findHosts()", () => {
  it("finds a host, but neither a local folder nor a package without an address", () => {
    const packages = {
      "": {},
      "node_modules/a": { integrity: "x" },
      "node_modules/b": { resolved: "scripts/b", link: true },
      "node_modules/c": { resolved: "https://registry.example/c.tgz" },
    };
    assertEquals(findHosts(JSON.stringify({ packages })), [
      "package-lock.json: node_modules/c comes from https://registry.example/c.tgz",
    ]);
  });
});

describe("findMissingPlatforms()", () => {
  it("finds a package for another system that was left out, wherever it would be", () => {
    const packages = {
      "": {},
      "node_modules/a": { optionalDependencies: { "@a/linux": "1", "@a/darwin": "1", "@a/win32": "1" } },
      "node_modules/@a/linux": { optional: true },
      "node_modules/a/node_modules/@a/darwin": { optional: true },
      "node_modules/b": { dependencies: { c: "1" } },
    };
    assertEquals(findMissingPlatforms(JSON.stringify({ packages })), [
      "package-lock.json: node_modules/a may need @a/win32, which is not there",
    ]);
  });
});

import { assertEquals } from "@std/assert";
import { describe, it } from "node:test";
import { findWithoutExample } from "../../../scripts/gate/examples.ts";
import { examplesOf } from "../../../scripts/gate/readme_examples.ts";

const declared = (file: string, ...kinds: readonly string[]) => ({
  location: { filename: `file:///somewhere/src/${file}` },
  jsDoc: { tags: kinds.map((kind) => ({ kind })) },
});

describe("findWithoutExample()", () => {
  it("finds exports without an example of their own, each once", () => {
    const symbols = [
      { name: "Good", declarations: [declared("good.ts", "param", "example")] },
      { name: "Bad", declarations: [declared("bad.ts", "param")] },
      { name: "Overloaded", declarations: [declared("over.ts"), declared("over.ts", "example")] },
      { name: "Silent", declarations: [{ location: { filename: "file:///somewhere/mod.ts" } }] },
    ];
    assertEquals(findWithoutExample({ nodes: { "file:///somewhere/mod.ts": { symbols } } }), [
      "src/bad.ts: Bad has no example",
      "mod.ts: Silent has no example",
    ]);
  });
});

describe("examplesOf()", () => {
  it("finds the blocks in TypeScript, and the files that they name", () => {
    const readme = "# A\n\n```ts\none();\n```\n\n```sh\nnpm test\n```\n\n```ts\n// two.ts\ntwo();\n```\n";
    assertEquals(examplesOf(readme), [
      { file: "example_1.ts", code: "one();\n" },
      { file: "two.ts", code: "// two.ts\ntwo();\n" },
    ]);
  });
});

import { assertEquals, assertStringIncludes } from "@std/assert";
import { describe, it } from "node:test";
import { findTagFaults, type Versions } from "../../../scripts/gate/tag.ts";

const sound: Versions = {
  manifests: { "package.json": { version: "1.2.3" }, "deno.json": { version: "1.2.3" } },
  lock: { version: "1.2.3", packages: { "": { version: "1.2.3" }, "node_modules/a": { version: "9.0.0" } } },
  changelog: "# Changelog\n\n## [1.2.3] - 2026-11-30\n\n- A thing.\n\n## [1.2.2] - 2026-10-01\n",
};

describe("findTagFaults()", () => {
  it("finds none when all speak of one version", () => {
    assertEquals(findTagFaults("v1.2.3", sound), []);
  });

  const cases: readonly (readonly [string, string, Partial<Versions>, string])[] = [
    ["package.json", "v1.2.3", { manifests: { "package.json": { version: "1.2.2" } } }, 'package.json says "1.2.2"'],
    ["deno.json", "v1.2.3", { manifests: { "deno.json": {} } }, "deno.json says undefined"],
    ["the lock file", "v1.2.3", { lock: { ...sound.lock, version: "1" } }, 'package-lock.json says "1"'],
    ["the lock file's package", "v1.2.3", { lock: { version: "1.2.3" } }, "packages says undefined"],
    ["the change log", "v1.2.3", { changelog: "## [1.2.2] - 2026-10-01" }, 'no heading "## [1.2.3]"'],
    ["a version without a day", "v1.2.3", { changelog: "## [1.2.3] - unreleased" }, "would end with the day"],
  ];
  for (const [what, tag, change, fault] of cases) {
    it(`finds ${what} that does not belong to the tag`, () => {
      const faults = findTagFaults(tag, { ...sound, ...change });
      assertEquals(faults.length, 1);
      assertStringIncludes(faults[0] ?? "", fault);
    });
  }

  it("finds a manifest that names another repository than the workflow's", () => {
    const url = "git+https://github.com/a/b.git";
    const manifests = { "package.json": { version: "1.2.3", repository: { url } } };
    assertEquals(findTagFaults("v1.2.3", { ...sound, manifests, repository: "a/b" }), []);
    assertEquals(findTagFaults("v1.2.3", { ...sound, manifests }), []);
    const faults = findTagFaults("v1.2.3", { ...sound, manifests, repository: "a/c" });
    assertEquals(faults, [`package.json is made at "${url}", but this is git+https://github.com/a/c.git.`]);
  });

  it("finds everything when the tag is another one", () => {
    assertEquals(findTagFaults("v1.2.4", sound).length, 5);
  });

  for (const tag of ["", "1.2.3", "v1.2", "v1.2.3 ", "vnext", "v1.2.3\n"]) {
    it(`refuses the tag ${JSON.stringify(tag)}`, () => {
      assertStringIncludes(findTagFaults(tag, sound).join(), 'but would be "v" and a version');
    });
  }
});

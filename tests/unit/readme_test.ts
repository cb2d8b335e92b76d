import { assert, assertEquals } from "@std/assert";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { projectRoot } from "../../scripts/runtimes.ts";
import { findFiles } from "../../scripts/test/plan.ts";

const text = (path: string) => readFileSync(join(projectRoot, path), "utf8");
const readme = text("README.md");

/** The part of the README under a heading. */
function section(heading: string): string {
  const [, part] = readme.split(`\n## ${heading}\n`);
  assert(part !== undefined, `there is no section "${heading}"`);
  return part.split("\n## ")[0] ?? "";
}

/** The names in the first cells of a section's tables. */
function rows(heading: string): string[] {
  const cells = section(heading).split("\n").map((line) => /^\|([^|]*)\|/.exec(line)?.[1] ?? "");
  return cells.flatMap((cell) => [...cell.matchAll(/`([^`]+)`/g)].map(([, name = ""]) => name));
}

/** The fields that can be given to an interface of a source file. */
function fields(path: string, name: string): string[] {
  const body = new RegExp(`export interface ${name}(?:<[^{]*)?[^{]*\\{\\n([\\s\\S]*?)\\n\\}\\n`).exec(text(path))?.[1];
  assert(body !== undefined, `${path} has no interface ${name}`);
  return [...body.matchAll(/^ {2}readonly (\w+)\??:/gm)].map(([, field = ""]) => field);
}

const INTERFACES: readonly (readonly [string, string])[] = [
  ["src/cache_options.ts", "CacheOptions"],
  ["src/cache_options.ts", "WaitOptions"],
  ["src/cache_options.ts", "StaleOptions"],
  ["src/cache_options.ts", "PruneOptions"],
  ["src/open.ts", "StoreOptions"],
  ["src/source_options.ts", "Source"],
  ["src/source/definition.ts", "DataOptions"],
  ["src/source/definition.ts", "ValidatedDefinition"],
  ["src/source/family.ts", "FamilyOptions"],
  ["src/source/get_options.ts", "GetOptions"],
  ["src/source/refresh_all.ts", "RefreshAllOptions"],
  ["src/source/keep_fresh.ts", "KeepFreshOptions"],
];

describe("the README", () => {
  it("has every option in its tables", () => {
    const told = rows("Every option");
    for (const [path, name] of INTERFACES) {
      const missing = fields(path, name).filter((field) => !told.includes(field));
      assertEquals(missing, [], `${name} of ${path}`);
    }
  });

  it("has every error code in its table, and no other", () => {
    const files = findFiles("src", ".ts");
    const codes = files.flatMap((path) =>
      [...text(path).matchAll(/readonly code = "([A-Z_]+)"/g)].map(([, code]) => code)
    );
    const told = rows("Every error").filter((name) => name !== "code" && !/^E[A-Z]+$/.test(name));
    assertEquals([...told].sort(), [...new Set(codes)].sort());
  });

  it("has every kind of event in its table, and no other", () => {
    const kinds = [...text("src/events.ts").matchAll(/readonly kind: "([a-z-]+)"/g)].map(([, kind]) => kind);
    assertEquals(rows("Looking inside").sort(), [...new Set(kinds)].sort());
  });

  it("has every command in its table", () => {
    const commands = findFiles("src/cli/commands", ".ts").map((path) => path.replace(/^.*\/|\.ts$/g, ""));
    const told = rows("In a shell").map((name) => name.split(" ")[0]);
    assertEquals(commands.filter((name) => !told.includes(name)), []);
    assert(commands.length >= 8);
  });

  it("links to files that are there", () => {
    const links = [...readme.matchAll(/\]\((?!https?:|#)([^)#]+)\)/g)].map(([, path = ""]) => path);
    assert(links.length > 0);
    for (const path of links) assert(text(path).length > 0, path);
  });
});

import { assertEquals } from "@std/assert";
import { describe, it } from "node:test";
import { nameOf, parentOf } from "../../../src/adapters/paths.ts";

describe("parentOf()", () => {
  it("gives the folder, and none for a root", () => {
    const parents = {
      "/a/b": "/a",
      "/a": "/",
      "/": undefined,
      "/a/b/": "/a",
      "/a//": "/",
      "a": undefined,
      "/a\\b/c": "/a\\b",
    };
    for (const [path, parent] of Object.entries(parents)) assertEquals(parentOf(path, false), parent, path);
  });

  it("parts at both separators on Windows, and keeps a drive's root", () => {
    const parents = { "C:\\a\\b": "C:\\a", "C:\\a": "C:\\", "C:/a/b": "C:/a", "\\\\host\\share\\a": "\\\\host\\share" };
    for (const [path, parent] of Object.entries(parents)) assertEquals(parentOf(path, true), parent, path);
  });
});

describe("nameOf()", () => {
  it("gives the last name", () => {
    assertEquals(["/a/b", "/a", "b"].map((path) => nameOf(path, false)), ["b", "a", "b"]);
    assertEquals(nameOf("C:\\a\\b", true), "b");
  });
});

import { assertEquals } from "@std/assert";
import { describe, it } from "node:test";
import { fileRole, guardPath, sourcePaths, stagedPath } from "../../../src/file_store/layout.ts";

const TOKEN = "0123456789abcdef0123456789abcdef";
const KEY = { tier: "discovery", name: "v1.models" };

describe("sourcePaths()", () => {
  it("names the source's files in its tier's folder", () => {
    assertEquals(sourcePaths("/root/discovery", KEY), {
      key: KEY,
      folder: "/root/discovery",
      data: "/root/discovery/v1.models.json",
      lock: "/root/discovery/v1.models.lock",
      marker: "/root/discovery/v1.models.refreshing",
    });
  });
});

describe("fileRole()", () => {
  const base = (path: string) => path.slice(path.lastIndexOf("/") + 1);
  const { data, lock, marker } = sourcePaths("/root/discovery", KEY);
  const name = KEY.name;

  it("knows every file of a source again", () => {
    assertEquals(fileRole(base(data)), { name, kind: "data", token: undefined });
    assertEquals(fileRole(base(marker)), { name, kind: "marker", token: undefined });
    assertEquals(fileRole(base(lock)), { name, kind: "lock", token: undefined });
    assertEquals(fileRole(base(guardPath(lock))), { name, kind: "lock", token: undefined });
    assertEquals(fileRole(base(guardPath(guardPath(lock)))), { name, kind: "lock", token: undefined });
    for (const path of [data, lock, marker, guardPath(lock)]) {
      assertEquals(fileRole(base(stagedPath(path, TOKEN))), { name, kind: "staged", token: TOKEN });
    }
  });

  it("knows the Go package's staged file, which has no token", () => {
    assertEquals(fileRole("models.json.tmp"), { name: "models", kind: "staged", token: undefined });
  });

  it("gives undefined for a file that is not the cache's", () => {
    const foreign = [
      ...["", ".json", "models", "models.txt", "models.JSON", "Models.json", "a b.json", "-a.json", "a-.json"],
      ...["models.json~", "models.refreshing~", "models.json.bak", ".models.json.swp", "models.tmp"],
      ...[`models.json.${TOKEN}`, `models.json.${TOKEN.slice(1)}.tmp`, `models.json.${TOKEN.toUpperCase()}.tmp`],
      ...[`models.json.${TOKEN}.tmp.tmp`, "models.json\n", "../models.json"],
    ];
    for (const file of foreign) assertEquals(fileRole(file), undefined, file);
  });
});

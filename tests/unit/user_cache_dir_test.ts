import { assertEquals, assertMatch, assertThrows } from "@std/assert";
import { describe, it } from "node:test";
import { InvalidNameError, InvalidOptionError } from "../../src/errors.ts";
import { cacheDirFor, userCacheDir } from "../../src/user_cache_dir.ts";

function environment(variables: Record<string, string>): (name: string) => string | undefined {
  return (name) => variables[name];
}

describe("cacheDirFor()", () => {
  it("takes XDG_CACHE_HOME on Linux, and ~/.cache without it", () => {
    assertEquals(cacheDirFor("fiz", "linux", environment({ XDG_CACHE_HOME: "/c", HOME: "/home/me" })), "/c/fiz");
    assertEquals(cacheDirFor("fiz", "linux", environment({ HOME: "/home/me" })), "/home/me/.cache/fiz");
  });

  it("ignores an XDG_CACHE_HOME that is relative", () => {
    const env = environment({ XDG_CACHE_HOME: "cache", HOME: "/home/me" });
    assertEquals(cacheDirFor("fiz", "linux", env), "/home/me/.cache/fiz");
  });

  it("takes ~/Library/Caches on macOS, whatever XDG_CACHE_HOME says", () => {
    const env = environment({ XDG_CACHE_HOME: "/c", HOME: "/Users/me" });
    assertEquals(cacheDirFor("fiz", "darwin", env), "/Users/me/Library/Caches/fiz");
  });

  it("takes LOCALAPPDATA on Windows", () => {
    const env = environment({ LOCALAPPDATA: "C:\\Users\\me\\AppData\\Local", HOME: "/home/me" });
    assertEquals(cacheDirFor("fiz", "windows", env), "C:\\Users\\me\\AppData\\Local/fiz");
  });

  it("throws, and names the variable, when the environment does not say", () => {
    assertThrows(() => cacheDirFor("fiz", "linux", environment({})), InvalidOptionError, "HOME cannot be");
    assertThrows(() => cacheDirFor("fiz", "darwin", environment({})), InvalidOptionError, "HOME cannot be");
    const error = assertThrows(() => cacheDirFor("fiz", "windows", environment({})), InvalidOptionError);
    assertEquals(error.what, "LOCALAPPDATA");
  });
});

describe("userCacheDir()", () => {
  it("is a folder of the program's name, somewhere absolute", () => {
    assertMatch(userCacheDir("fiz"), /^(?:\/|[A-Z]:).*\/fiz$/);
  });

  it("throws when the name would lead elsewhere", () => {
    for (const app of ["", "..", "a/b", "/etc"]) {
      assertThrows(() => userCacheDir(app), InvalidNameError, "app cannot be");
    }
  });
});

import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { describe, it } from "node:test";
import { isAbsolutePath } from "../../src/absolute_path.ts";
import type { System } from "../../src/adapters/environment.ts";
import { DiscoveryCacheError, InvalidNameError, InvalidOptionError, MissingPermissionError } from "../../src/errors.ts";
import { cacheDirFor, userCacheDir, type Variables } from "../../src/user_cache_dir.ts";

/** An environment, of which some variables may not be read. */
function environment(variables: Record<string, string>, forbidden: readonly string[] = []): Variables {
  const mayRead = (name: string) => !forbidden.includes(name);
  const get = (name: string) => {
    assert(mayRead(name), `${name} was read without permission`);
    return variables[name];
  };
  return { get, mayRead };
}

describe("cacheDirFor()", () => {
  const home = { HOME: "/home/me" };
  const local = { LOCALAPPDATA: "C:\\Users\\me\\AppData\\Local" };
  const profile = { USERPROFILE: "C:\\Users\\me" };
  const found: readonly (readonly [string, System, Record<string, string>, string])[] = [
    ["takes XDG_CACHE_HOME on Linux", "linux", { XDG_CACHE_HOME: "/c", ...home }, "/c/fiz"],
    ["takes XDG_CACHE_HOME on Linux without a home", "linux", { XDG_CACHE_HOME: "/c" }, "/c/fiz"],
    ["takes ~/.cache on Linux without it", "linux", home, "/home/me/.cache/fiz"],
    ["passes over a relative XDG_CACHE_HOME", "linux", { XDG_CACHE_HOME: "cache", ...home }, "/home/me/.cache/fiz"],
    ["passes over an XDG_CACHE_HOME with a tilde", "linux", { XDG_CACHE_HOME: "~/c", ...home }, "/home/me/.cache/fiz"],
    ["passes over a drive's path on Linux", "linux", { XDG_CACHE_HOME: "C:\\c", ...home }, "/home/me/.cache/fiz"],
    ["takes no notice of slashes at the end", "linux", { HOME: "/home/me//" }, "/home/me/.cache/fiz"],
    ["leaves a backslash at the end, a letter like any other", "linux", { HOME: "/me\\" }, "/me\\/.cache/fiz"],
    ["takes a home that is the root", "linux", { HOME: "/" }, "/.cache/fiz"],
    [
      "takes ~/Library/Caches on macOS, whatever XDG_CACHE_HOME says",
      "darwin",
      { XDG_CACHE_HOME: "/c", HOME: "/Users/me" },
      "/Users/me/Library/Caches/fiz",
    ],
    ["takes LOCALAPPDATA on Windows", "windows", { ...local, ...profile, ...home }, `${local.LOCALAPPDATA}\\fiz`],
    ["takes its default on Windows without it", "windows", profile, "C:\\Users\\me\\AppData\\Local\\fiz"],
    ["takes a folder on a server", "windows", { LOCALAPPDATA: "\\\\server\\me" }, "\\\\server\\me\\fiz"],
    ["takes slashes on Windows, and none at the end", "windows", { LOCALAPPDATA: "D:/cache/" }, "D:/cache\\fiz"],
  ];
  for (const [what, os, variables, path] of found) {
    it(what, () => {
      assertEquals(cacheDirFor("fiz", os, environment(variables)), path);
      assert(isAbsolutePath(path));
    });
  }

  const unknown: readonly (readonly [System, string])[] = [
    ["linux", "XDG_CACHE_HOME or HOME"],
    ["darwin", "HOME"],
    ["windows", "LOCALAPPDATA or USERPROFILE"],
  ];
  for (const [os, what] of unknown) {
    it(`throws, and names the variables, when the environment says nothing on ${os}`, () => {
      const variables = environment(os === "windows" ? home : local);
      const error = assertThrows(() => cacheDirFor("fiz", os, variables), InvalidOptionError, "give the cache a root");
      assertEquals(error.what, what);
    });
  }

  const relative: readonly (readonly [System, string])[] = [
    ["linux", "HOME"],
    ["darwin", "HOME"],
    ["windows", "LOCALAPPDATA"],
    ["windows", "USERPROFILE"],
  ];
  for (const [os, what] of relative) {
    it(`throws when ${what} is relative on ${os}: the cache would be wherever the program stands`, () => {
      const error = assertThrows(() => cacheDirFor("fiz", os, environment({ [what]: "me" })), InvalidOptionError);
      assertStringIncludes(error.message, `${what} cannot be "me": expected the absolute path of a folder`);
    });
  }

  const forbidden: readonly (readonly [System, string, Record<string, string>, string])[] = [
    ["linux", "XDG_CACHE_HOME", home, "--allow-env=XDG_CACHE_HOME,HOME"],
    ["linux", "HOME", {}, "--allow-env=XDG_CACHE_HOME,HOME"],
    ["darwin", "HOME", {}, "--allow-env=HOME"],
    ["windows", "LOCALAPPDATA", profile, "--allow-env=LOCALAPPDATA,USERPROFILE"],
    ["windows", "USERPROFILE", {}, "--allow-env=LOCALAPPDATA,USERPROFILE"],
  ];
  for (const [os, what, variables, flag] of forbidden) {
    it(`throws, and names the flag, when ${what} may not be read on ${os}`, () => {
      const limited = environment(variables, [what]);
      const error = assertThrows(() => cacheDirFor("fiz", os, limited), MissingPermissionError);
      assertEquals([error.name, error.code, error.what, error.flag], [
        "MissingPermissionError",
        "MISSING_PERMISSION",
        what,
        flag,
      ]);
      assertEquals(
        error.message,
        `Deno may not read ${what}: run it with ${flag}, or give the cache a root yourself`,
      );
      assert(error instanceof DiscoveryCacheError);
    });
  }

  it("asks for nothing that it does not need", () => {
    const one = environment({ XDG_CACHE_HOME: "/c" }, ["HOME"]);
    assertEquals(cacheDirFor("fiz", "linux", one), "/c/fiz");
    const other = environment(local, ["USERPROFILE"]);
    assertEquals(cacheDirFor("fiz", "windows", other), `${local.LOCALAPPDATA}\\fiz`);
  });
});

describe("userCacheDir()", () => {
  it("is a folder of the program's name, somewhere absolute", () => {
    const folder = userCacheDir("fiz");
    assert(isAbsolutePath(folder) && /[/\\]fiz$/.test(folder), folder);
  });

  it("throws when the name would lead elsewhere", () => {
    for (const app of ["", "..", "a/b", "/etc", "a\\b", "C:"]) {
      assertThrows(() => userCacheDir(app), InvalidNameError, "app cannot be");
    }
  });
});

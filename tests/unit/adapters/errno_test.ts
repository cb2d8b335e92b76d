import { assertEquals, assertStrictEquals, assertStringIncludes } from "@std/assert";
import { describe, it } from "node:test";
import { adapterError, errnoOf, meansNoHardLinks, systemError } from "../../../src/adapters/errno.ts";
import { AdapterError } from "../../../src/errors.ts";

/** An error as Deno makes it: known by its name. */
function named(name: string, message = name): Error {
  return Object.assign(new Error(message), { name });
}

describe("errnoOf()", () => {
  it("reads the code and not the number, whose sign differs", () => {
    assertEquals(errnoOf(Object.assign(new Error(), { code: "ENOSPC", errno: 28 })), "ENOSPC");
    assertEquals(errnoOf(Object.assign(new Error(), { errno: -28 })), "EUNKNOWN");
  });

  it("reads the name of a Deno error when there is no code", () => {
    const names = {
      NotFound: "ENOENT",
      AlreadyExists: "EEXIST",
      NotCapable: "ENOTCAPABLE",
      PermissionDenied: "EACCES",
      FilesystemLoop: "ELOOP",
      IsADirectory: "EISDIR",
      NotADirectory: "ENOTDIR",
      NotSupported: "ENOTSUP",
      Busy: "EBUSY",
    };
    for (const [name, code] of Object.entries(names)) assertEquals<string>(errnoOf(named(name)), code);
  });

  it("prefers the code to the name", () => {
    assertEquals(errnoOf(Object.assign(named("PermissionDenied"), { code: "EPERM" })), "EPERM");
  });

  it("knows other spellings", () => {
    const spellings = { EOPNOTSUPP: "ENOTSUP", ERR_INVALID_ARG_VALUE: "EINVAL", ERR_ACCESS_DENIED: "EACCES" };
    for (const [code, meant] of Object.entries(spellings)) {
      assertEquals<string>(errnoOf(Object.assign(new Error(), { code })), meant);
    }
  });

  it('says "EUNKNOWN" when nothing is said', () => {
    for (
      const error of [
        new Error("x"),
        "ENOENT",
        undefined,
        null,
        Object.assign(new Error(), { code: "EWHATEVER" }),
        Object.assign(new Error(), { code: 2 }),
      ]
    ) {
      assertEquals(errnoOf(error), "EUNKNOWN");
    }
  });
});

describe("adapterError()", () => {
  it("names the operation, the path, the code and the cause", () => {
    const cause = systemError("ENOSPC", "no room");
    const error = adapterError("stage", "/a/b", cause);
    assertEquals([error.operation, error.path, error.code], ["stage", "/a/b", "ENOSPC"]);
    assertStrictEquals(error.cause, cause);
    assertEquals(error.message, "stage /a/b failed with ENOSPC: no room");
  });

  it("lets none of the codes out that are values elsewhere", () => {
    const codes = { ENOENT: "ENOTDIR", EEXIST: "ENOTEMPTY", ESRCH: "EUNKNOWN" };
    for (const [code, outside] of Object.entries(codes)) {
      assertEquals<string>(adapterError("replace", "/a", Object.assign(new Error(), { code })).code, outside);
    }
  });

  it("leaves an AdapterError as it is", () => {
    const error = new AdapterError({ operation: "read", path: "/a", code: "EIO" });
    assertStrictEquals(adapterError("stage", "/b", error), error);
  });

  it("says which of Deno's flags would help", () => {
    const refused = named("NotCapable", 'Requires read access to "/a", run again with the --allow-read flag');
    const { code, message } = adapterError("read", "/a", refused);
    assertEquals(code, "ENOTCAPABLE");
    assertStringIncludes(message, "--allow-read");
  });
});

describe("meansNoHardLinks()", () => {
  it("tells a file system without hard links from one that is full, read-only or another one", () => {
    for (const code of ["EPERM", "EACCES", "ENOTSUP", "ENOSYS", "EMLINK", "EISDIR", "ENOTCAPABLE"] as const) {
      assertEquals(meansNoHardLinks(code), true, code);
    }
    for (const code of ["EXDEV", "EROFS", "ENOSPC", "EIO", "ELOOP", "ENAMETOOLONG", "EDQUOT"] as const) {
      assertEquals(meansNoHardLinks(code), false, code);
    }
  });
});

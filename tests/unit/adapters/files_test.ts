import { assert, assertEquals, assertInstanceOf, assertRejects, assertThrows } from "@std/assert";
import { describe, it } from "node:test";
import type { FileStat } from "../../../src/adapter.ts";
import { systemError } from "../../../src/adapters/errno.ts";
import { type FileCalls, Files } from "../../../src/adapters/files.ts";
import type { OpenFile } from "../../../src/adapters/open_file.ts";
import { type RetryPolicy, retryPolicy } from "../../../src/adapters/retry.ts";
import { AdapterError } from "../../../src/errors.ts";

const CONTENT = new TextEncoder().encode("0123456789");

function statOf(size: number): FileStat {
  return { kind: "file", size, modifiedAt: 1, changedAt: 2, inode: 3, mode: 0o600, owner: 0 };
}

/** An open file that moves three bytes at once, at the most, and writes down what it is asked. */
function openFile(log: string[], written: number[], change: Partial<OpenFile>): OpenFile {
  let position = 0;
  const file: OpenFile = {
    stat: () => statOf(CONTENT.length),
    read: (into) => {
      const part = CONTENT.subarray(position, position + Math.min(3, into.length));
      into.set(part);
      position += part.length;
      return part.length;
    },
    readAsync: (into) => Promise.resolve(file.read(into)),
    write: (from) => {
      // Never more than three at once: a short write is no failure.
      written.push(...from.subarray(0, 3));
      return Math.min(3, from.length);
    },
    writeAsync: (from) => Promise.resolve(file.write(from)),
    setMode: (mode) => void log.push(`mode ${mode.toString(8)}`),
    flush: () => Promise.resolve(void log.push("flush")),
    close: () => void log.push("close"),
    ...change,
  };
  return file;
}

/** The bare calls of a system with one file; the changes make some of them fail. */
function system(
  changeFile: Partial<OpenFile> = {},
  changeCalls: (file: OpenFile, log: string[]) => Partial<FileCalls> = () => ({}),
) {
  const log: string[] = [];
  const written: number[] = [];
  const file = openFile(log, written, changeFile);
  const calls: FileCalls = {
    windows: false,
    stat: () => undefined,
    openToRead: () => file,
    openNew: () => file,
    link: () => {},
    rename: () => {},
    unlink: () => void log.push("unlink"),
    setModified: () => {},
    ...changeCalls(file, log),
  };
  const quick: RetryPolicy = { ...retryPolicy(true), pauseSync: () => {}, pause: () => Promise.resolve() };
  return { files: new Files(calls, quick), log, written };
}

/** Throws once, and then does its work. */
function onceBusy<A extends unknown[], T>(work: (...args: A) => T): (...args: A) => T {
  let busy = true;
  return (...args) => {
    if (!busy) return work(...args);
    busy = false;
    throw systemError("EBUSY", "busy");
  };
}

const fails = (code: "EIO" | "ENOSPC") => () => {
  throw systemError(code, code);
};

const LARGE = Uint8Array.from({ length: 100_001 }, (_, index) => index & 0xff);

describe("Files.createExclusive() and Files.stage()", () => {
  for (const bytes of [CONTENT, LARGE]) {
    it(`write all of ${bytes.length} bytes when the system takes three at once`, async () => {
      const [one, two] = [system(), system()];
      assertEquals(one.files.createExclusive("/file", bytes), "created");
      assertEquals(await two.files.stage("/file", bytes, { durable: true }), "created");
      for (const { written } of [one, two]) assertEquals(written.length, bytes.length);
      assert(one.written.every((byte, index) => byte === bytes[index]));
      assert(two.written.every((byte, index) => byte === bytes[index]));
      assertEquals(one.log, ["mode 600", "close"]);
      assertEquals(two.log, ["mode 600", "flush", "close"]);
    });
  }

  it("force nothing to the disk unless it is asked for", async () => {
    const { files, log } = system();
    await files.stage("/file", CONTENT, { durable: false });
    assertEquals(log, ["mode 600", "close"]);
  });

  const broken: Readonly<Record<string, Partial<OpenFile>>> = {
    "writing": { write: fails("ENOSPC") },
    "a write that moves nothing": { write: () => 0 },
    "setting the mode": { setMode: fails("EIO") },
  };
  for (const [what, change] of Object.entries(broken)) {
    it(`close and remove the file once when ${what} fails`, async () => {
      const [one, two] = [system(change), system(change)];
      const sync = assertThrows(() => one.files.createExclusive("/file", CONTENT), AdapterError);
      const later = await assertRejects(() => two.files.stage("/file", CONTENT, { durable: true }), AdapterError);
      for (const [error, operation] of [[sync, "createExclusive"], [later, "stage"]] as const) {
        assertEquals([error.operation, error.path], [operation, "/file"]);
        assertInstanceOf(error.cause, Error);
      }
      for (const { log } of [one, two]) {
        assertEquals(log.filter((entry) => !entry.startsWith("mode")), ["close", "unlink"]);
      }
    });
  }

  it("remove the file when it cannot be forced to the disk", async () => {
    const { files, log } = system({ flush: () => Promise.reject(systemError("EIO", "no disk")) });
    const { code } = await assertRejects(() => files.stage("/file", CONTENT, { durable: true }), AdapterError);
    assertEquals(code, "EIO");
    assertEquals(log, ["mode 600", "close", "unlink"]);
  });

  it("close once and remove the file when closing fails, since that may be a failure to write", async () => {
    for (const verb of ["createExclusive", "stage"] as const) {
      let closed = 0;
      const { files, log } = system({
        close: () => {
          closed++;
          throw systemError("EDQUOT", "quota");
        },
      });
      const { code } = await assertRejects(
        async () => await files[verb]("/file", CONTENT, { durable: false }),
        AdapterError,
      );
      assertEquals([code, closed, log], ["EDQUOT", 1, ["mode 600", "unlink"]], verb);
    }
  });

  it("report the first failure when the removal fails too", () => {
    const { files } = system({ write: fails("ENOSPC") }, () => ({ unlink: fails("EIO") }));
    assertEquals(assertThrows(() => files.createExclusive("/file", CONTENT), AdapterError).code, "ENOSPC");
  });
});

describe("Files.read() and Files.readLarge()", () => {
  it("read all when the system gives three bytes at once, and close", async () => {
    const [one, two] = [system(), system()];
    assertEquals(one.files.read("/file")?.bytes, CONTENT);
    assertEquals((await two.files.readLarge("/file"))?.bytes, CONTENT);
    for (const { log } of [one, two]) assertEquals(log, ["close"]);
  });

  it("give what there is, and the state that goes with it, when the file is cut short meanwhile", async () => {
    for (const verb of ["read", "readLarge"] as const) {
      const states = [statOf(20), statOf(CONTENT.length)];
      const { files } = system({ stat: () => states.shift() ?? statOf(0) });
      const content = await files[verb]("/file");
      assertEquals(content?.bytes, CONTENT);
      assertEquals(content?.stat.size, CONTENT.length);
    }
  });

  it("give as many bytes as the state says when the file grows meanwhile", async () => {
    for (const verb of ["read", "readLarge"] as const) {
      const { files } = system({ stat: () => statOf(4) });
      const content = await files[verb]("/file");
      assertEquals(content, { bytes: CONTENT.subarray(0, 4), stat: statOf(4) });
    }
  });

  it("close when reading fails, and report that", async () => {
    for (const verb of ["read", "readLarge"] as const) {
      const { files, log } = system({ read: fails("EIO") });
      const { code, operation } = await assertRejects(async () => await files[verb]("/file"), AdapterError);
      assertEquals([code, operation, log], ["EIO", verb, ["close"]]);
    }
  });
});

describe("Files", () => {
  it("tries again when opening, renaming or removing finds a file busy", async () => {
    const busy = (file: OpenFile, log: string[]): Partial<FileCalls> => ({
      openToRead: onceBusy(() => file),
      openNew: onceBusy(() => file),
      rename: onceBusy(() => void log.push("rename")),
      unlink: onceBusy(() => void log.push("unlink")),
    });
    assertEquals(system({}, busy).files.read("/file")?.bytes, CONTENT);
    assertEquals((await system({}, busy).files.readLarge("/file"))?.bytes, CONTENT);
    assertEquals(system({}, busy).files.createExclusive("/file", CONTENT), "created");
    assertEquals(await system({}, busy).files.stage("/file", CONTENT, { durable: false }), "created");
    const { files, log } = system({}, busy);
    assertEquals(files.replace("/a", "/b"), "replaced");
    assertEquals(files.remove("/a"), true);
    assertEquals(log, ["rename", "unlink"]);
  });

  it("tries the removal of what a failed write left again", () => {
    const busy = (_: OpenFile, log: string[]) => ({ unlink: onceBusy(() => void log.push("unlink")) });
    const { files, log } = system({ write: fails("ENOSPC") }, busy);
    assertThrows(() => files.createExclusive("/file", CONTENT), AdapterError);
    assertEquals(log, ["mode 600", "close", "unlink"]);
  });
});

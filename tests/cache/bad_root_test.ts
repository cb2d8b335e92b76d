import { assert, assertEquals, assertInstanceOf } from "@std/assert";
import {
  chmodSync,
  chownSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { describe, it } from "node:test";
import process from "node:process";
import { DiscoveryCache } from "../../src/discovery_cache.ts";
import { AdapterError, RootError, type RootProblem } from "../../src/errors.ts";
import { inTemporaryFolder } from "../support/temporary_folder.ts";
import { FORBIDDEN, quick, rejection, SOURCE, textOf, TIMEOUT_MS, Transcript } from "./bench.ts";
import { NOBODY } from "../support/processes.ts";

const SUITE = "roots that cannot be used";
const isRoot = process.getuid?.() === 0;

/** What the machine lets a test make: `true`, or why it does not. */
const capabilities = {
  links: process.platform === "win32" ? "only administrators may make links" : true,
  modes: process.platform === "win32" ? "there are no modes" : true,
  users: isRoot ? true : "only root may give a folder to another user",
} as const;

for (const [name, answer] of Object.entries(capabilities)) {
  if (answer !== true) console.log(`capability: ${SUITE}: ${name}: ${answer}`);
}

/** Adds a test with a folder of its own, where the machine allows it. */
function clause(name: string, run: (folder: string) => Promise<void>, need?: keyof typeof capabilities): void {
  if (need !== undefined && capabilities[need] !== true) return;
  void it(name, { timeout: TIMEOUT_MS }, () => inTemporaryFolder(run));
}

/** Every way to use a cache that has to be refused: what each of them throws or tells. */
async function everyRefusal(cache: DiscoveryCache): Promise<unknown[]> {
  const heard = new Transcript(cache);
  const typed = cache.source<string>({ ...SOURCE, refresh: () => Promise.resolve("one") });
  const errors = [
    await rejection(cache.read(SOURCE)),
    await rejection(Promise.resolve().then(() => cache.readSync(SOURCE))),
    await rejection(cache.refresh(SOURCE, FORBIDDEN)),
    await rejection(cache.refreshIfStale(SOURCE, FORBIDDEN)),
    await rejection(cache.refreshState(SOURCE)),
    await rejection(typed.get()),
    await rejection(typed.get({ refresh: "none" })),
  ];
  cache.maybeRefresh(SOURCE, FORBIDDEN);
  await cache.drain();
  return [...errors, heard.first("error").error];
}

/** Checks that a root is refused in every way, and says why. */
async function assertRefused(root: string, problem: RootProblem, path = root): Promise<void> {
  for (const error of await everyRefusal(new DiscoveryCache({ root }))) {
    assertInstanceOf(error, RootError);
    assertEquals([error.code, error.problem, error.path], ["UNUSABLE_ROOT", problem, path]);
    assert(error.message.includes(path), error.message);
  }
}

/** Checks that every call fails with an error of the system. */
async function assertFails(root: string, code: string): Promise<void> {
  for (const error of await everyRefusal(new DiscoveryCache({ root }))) {
    assertInstanceOf(error, AdapterError);
    assertEquals(error.code, code, error.message);
  }
}

const data = (root: string) => `${root}/discovery/models.json`;

describe(SUITE, () => {
  clause("a root that is a file is refused, and the file stays as it is", async (folder) => {
    writeFileSync(`${folder}/root`, "a file");
    await assertRefused(`${folder}/root`, "not-a-folder");
    assertEquals(readFileSync(`${folder}/root`, "utf8"), "a file");
    assertEquals(readdirSync(folder), ["root"]);
  });

  clause("a root below a file is refused", async (folder) => {
    writeFileSync(`${folder}/file`, "a file");
    await assertFails(`${folder}/file/root`, "ENOTDIR");
    assertEquals(readFileSync(`${folder}/file`, "utf8"), "a file");
  });

  clause("a root that is a link is followed once", async (folder) => {
    mkdirSync(`${folder}/target`, { mode: 0o700 });
    symlinkSync("target", `${folder}/link`);
    const cache = new DiscoveryCache({ root: `${folder}/link` });
    await cache.refresh(SOURCE, quick("one").refresh);
    assertEquals(readFileSync(data(`${folder}/target`), "utf8"), "one");
    assert(lstatSync(`${folder}/link`).isSymbolicLink(), "the link stays");
    const direct = new DiscoveryCache({ root: `${folder}/target` });
    assertEquals(textOf(await direct.read(SOURCE)), "one");
  }, "links");

  clause("a link and its target are one root: refreshes are shared", async (folder) => {
    mkdirSync(`${folder}/target`, { mode: 0o700 });
    symlinkSync("target", `${folder}/link`);
    const counter = quick("one");
    const caches = ["link", "target"].map((name) => new DiscoveryCache({ root: `${folder}/${name}` }));
    await Promise.all(caches.map((cache) => cache.refreshIfStale(SOURCE, counter.refresh)));
    assertEquals(counter.runs, 1);
  }, "links");

  clause("a root that is a link to a file is judged at its target", async (folder) => {
    writeFileSync(`${folder}/target`, "a file");
    symlinkSync("target", `${folder}/link`);
    await assertRefused(`${folder}/link`, "not-a-folder", `${folder}/target`);
  }, "links");

  clause("a root that is a link to a folder open to others is judged at its target", async (folder) => {
    mkdirSync(`${folder}/target`);
    chmodSync(`${folder}/target`, 0o777);
    symlinkSync("target", `${folder}/link`);
    await assertRefused(`${folder}/link`, "writable-by-others", `${folder}/target`);
  }, "links");

  clause("a root that is a link to nothing is refused, and nothing is made", async (folder) => {
    symlinkSync("nowhere", `${folder}/link`);
    await assertRefused(`${folder}/link`, "dangling-link");
    assertEquals(readdirSync(folder), ["link"]);
  }, "links");

  clause("a root that is a link to itself is refused", async (folder) => {
    symlinkSync("link", `${folder}/link`);
    await assertFails(`${folder}/link`, "ELOOP");
  }, "links");

  clause("a root that others may write to is refused, until they may not", async (folder) => {
    const root = `${folder}/root`;
    mkdirSync(root);
    for (const mode of [0o777, 0o770, 0o702]) {
      chmodSync(root, mode);
      await assertRefused(root, "writable-by-others");
    }
    assertEquals(readdirSync(root), []);
    chmodSync(root, 0o755);
    assertEquals((await new DiscoveryCache({ root }).refresh(SOURCE, quick("one").refresh)).state, "fresh");
  }, "modes");

  clause("a root of another user is refused", async (folder) => {
    const root = `${folder}/root`;
    mkdirSync(root, { mode: 0o700 });
    chownSync(root, NOBODY, NOBODY);
    await assertRefused(root, "foreign-owner");
    assertEquals(readdirSync(root), []);
  }, "users");

  clause("a tier of another user, or open to others, is refused", async (folder) => {
    const root = `${folder}/root`;
    mkdirSync(`${root}/discovery`, { recursive: true, mode: 0o700 });
    chmodSync(`${root}/discovery`, 0o777);
    await assertRefused(root, "writable-by-others", `${root}/discovery`);
    chmodSync(`${root}/discovery`, 0o700);
    chownSync(`${root}/discovery`, NOBODY, NOBODY);
    await assertRefused(root, "foreign-owner", `${root}/discovery`);
  }, "users");

  clause("a tier that is a file is refused, and other tiers are not", async (folder) => {
    const root = `${folder}/root`;
    mkdirSync(root, { mode: 0o700 });
    writeFileSync(`${root}/discovery`, "a file");
    await assertRefused(root, "not-a-folder", `${root}/discovery`);
    const cache = new DiscoveryCache({ root });
    assertEquals((await cache.refresh({ ...SOURCE, tier: "runtime" }, quick("one").refresh)).state, "fresh");
    assertEquals(readFileSync(`${root}/discovery`, "utf8"), "a file");
  });

  clause("a tier that is a link is refused, and nothing is read or written behind it", async (folder) => {
    const root = `${folder}/root`;
    mkdirSync(root, { mode: 0o700 });
    mkdirSync(`${folder}/target`, { mode: 0o700 });
    writeFileSync(`${folder}/target/models.json`, "secret");
    symlinkSync(`${folder}/target`, `${root}/discovery`);
    await assertRefused(root, "link", `${root}/discovery`);
    const report = await new DiscoveryCache({ root }).prune([], { all: true });
    assertEquals([report.removed, report.kept], [[], 0]);
    assertEquals(readdirSync(`${folder}/target`), ["models.json"]);
    assertEquals(readFileSync(`${folder}/target/models.json`, "utf8"), "secret");
  }, "links");
});

describe("files of a source that are links", () => {
  /** A root whose tier has a link `name` to a file outside it. */
  function prepare(folder: string, name: string): { readonly root: string; readonly target: string } {
    const root = `${folder}/root`;
    mkdirSync(`${root}/discovery`, { recursive: true, mode: 0o700 });
    const target = `${folder}/target`;
    writeFileSync(target, "precious");
    symlinkSync(target, `${root}/discovery/${name}`);
    return { root, target };
  }

  async function assertLoop(promise: Promise<unknown>): Promise<void> {
    const error = await rejection(promise);
    assertInstanceOf(error, AdapterError);
    assertEquals(error.code, "ELOOP");
  }

  clause("data that is a link is not read, and a forced refresh replaces the link, not its target", async (folder) => {
    const { root, target } = prepare(folder, "models.json");
    const cache = new DiscoveryCache({ root });
    await assertLoop(cache.read(SOURCE));
    await assertLoop(Promise.resolve().then(() => cache.readSync(SOURCE)));
    await assertLoop(cache.source({ ...SOURCE, refresh: () => Promise.resolve("one") }).get());
    const heard = new Transcript(cache);
    cache.maybeRefresh(SOURCE, FORBIDDEN);
    await cache.drain();
    assertInstanceOf(heard.first("error").error, AdapterError);
    // A link made a moment ago has a new time: only a later call can tell that the data is not newer.
    const entry = await cache.refresh({ ...SOURCE }, quick("one").refresh);
    assertEquals(textOf(entry), "one");
    assertEquals([lstatSync(data(root)).isFile(), readFileSync(data(root), "utf8")], [true, "one"]);
    assertEquals(readFileSync(target, "utf8"), "precious");
  }, "links");

  for (const name of ["models.lock", "models.refreshing"]) {
    clause(`${name} that is a link is refused, and its target stays as it is`, async (folder) => {
      const { root, target } = prepare(folder, name);
      const cache = new DiscoveryCache({ root });
      await assertLoop(cache.refresh(SOURCE, FORBIDDEN));
      await assertLoop(cache.refreshIfStale(SOURCE, FORBIDDEN));
      const heard = new Transcript(cache);
      cache.maybeRefresh(SOURCE, FORBIDDEN);
      await cache.drain();
      assertInstanceOf(heard.first("error").error, AdapterError);
      assertEquals((await cache.read(SOURCE)).state, "absent", "reading goes on");
      assertEquals(readFileSync(target, "utf8"), "precious");
      assertEquals(readdirSync(`${root}/discovery`), [name], "nothing is left behind");
    }, "links");
  }

  clause("prune() does not touch links, whatever they are called", async (folder) => {
    const { root, target } = prepare(folder, "models.json");
    symlinkSync(target, `${root}/discovery/models.json.0123456789abcdef0123456789abcdef.tmp`);
    const report = await new DiscoveryCache({ root }).prune([], { all: true });
    assertEquals([report.removed, report.litter], [[], []]);
    assertEquals(readdirSync(`${root}/discovery`).length, 2);
    assertEquals(readFileSync(target, "utf8"), "precious");
  }, "links");
});

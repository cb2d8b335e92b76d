import { assertEquals, assertInstanceOf, assertRejects } from "@std/assert";
import { chmodSync, existsSync, lstatSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { describe, it } from "node:test";
import process from "node:process";
import { detectAdapter } from "../../src/adapters/detect.ts";
import { AdapterError, RootError } from "../../src/errors.ts";
import { FileStore } from "../../src/file_store/file_store.ts";
import type { ListedSource, SourceKey } from "../../src/store.ts";
import { type Fault, FaultyAdapter, type FaultyVerb } from "../support/faulty_adapter.ts";
import { ManualClock } from "../support/manual_clock.ts";
import { inTemporaryFolder } from "../support/temporary_folder.ts";

const SUITE = "listing a cache with other things in it";
const onWindows = process.platform === "win32";

const capabilities = {
  links: onWindows ? "only administrators may make links" : true,
  modes: onWindows ? "there are no modes" : true,
} as const;

for (const [name, answer] of Object.entries(capabilities)) {
  if (answer !== true) console.log(`capability: ${SUITE}: ${name}: ${answer}`);
}

const TOKEN = "a".repeat(32);
const MODELS: SourceKey = { tier: "discovery", name: "models" };
const SIGNALS: SourceKey = { tier: "runtime", name: "signals" };
const encode = (text: string) => new TextEncoder().encode(text);

/** A store on real files, some of whose operations fail: those of a verb on a path with that ending. */
async function withStore(run: (bench: ReturnType<typeof makeBench>) => Promise<void>): Promise<void> {
  await inTemporaryFolder(async (folder) => {
    const bench = makeBench(`${folder}/root`);
    for (const key of [MODELS, SIGNALS]) await bench.store.put(key, encode(key.name), bench.clock.now());
    await run(bench);
  });
}

function makeBench(root: string) {
  const clock = new ManualClock();
  const faults: { readonly verb: FaultyVerb; readonly ending: string; readonly fault: Fault }[] = [];
  const adapter = new FaultyAdapter(
    detectAdapter(),
    (verb, path) => faults.find((planned) => planned.verb === verb && path.endsWith(planned.ending))?.fault,
  );
  const store = new FileStore({ root, clock, adapter });
  const path = (name: string) => `${root}/discovery/${name}`;
  const fail = async (key: SourceKey) => {
    const answer = await store.claim(key, { refreshDeadline: 10_000, newerThan: Infinity, force: true });
    if (answer.kind !== "claimed") throw new Error(answer.kind);
    await store.fail(answer.claim, { message: "no network", retryAt: clock.now() + 60_000 });
  };
  return { root, clock, faults, store, path, fail };
}

function clause(
  name: string,
  run: (bench: ReturnType<typeof makeBench>) => Promise<void>,
  need?: keyof typeof capabilities,
) {
  if (need !== undefined && capabilities[need] !== true) return;
  void it(name, { timeout: 120_000 }, () => withStore(run));
}

const nameOf = ({ tier, name }: SourceKey) => `${tier}/${name}`;

/** What a list has, by name, and what it ends with. */
async function listed(store: FileStore): Promise<{ sources: Map<string, ListedSource>; error: unknown }> {
  const sources = new Map<string, ListedSource>();
  try {
    for await (const source of store.list()) sources.set(nameOf(source.key), source);
  } catch (error) {
    return { sources, error };
  }
  return { sources, error: undefined };
}

async function names(store: FileStore): Promise<string[]> {
  const { sources, error } = await listed(store);
  assertEquals(error, undefined);
  return [...sources.keys()].sort();
}

const BOTH = ["discovery/models", "runtime/signals"];

describe(SUITE, () => {
  clause("locks, guards and staged files without data or marker are no sources", async ({ store, path }) => {
    const files = ["one.lock", "two.lock~", `three.json.${TOKEN}.tmp`, `four.refreshing.${TOKEN}.tmp`, "five.json.tmp"];
    for (const name of files) writeFileSync(path(name), "{}");
    assertEquals(await names(store), BOTH);
  });

  clause(
    "files and folders with names of others are not listed, and prune() leaves them",
    async ({ store, root, path }) => {
      for (const name of ["Models.json", ".json", "-.json", "notes.txt", "models.json~", "models.json.bak"]) {
        writeFileSync(path(name), "{}");
      }
      for (const tier of ["Tier", ".git", "lost+found", "-"]) {
        mkdirSync(`${root}/${tier}`, { mode: 0o700 });
        writeFileSync(`${root}/${tier}/models.json`, "{}");
      }
      writeFileSync(`${root}/models.json`, "{}");
      const before = readdirSync(root, { recursive: true }).sort();
      assertEquals(await names(store), BOTH);
      const { removed, failed } = await store.prune({ keep: () => false });
      assertEquals([removed.map(nameOf).sort(), failed], [BOTH, []]);
      const ours = ["discovery/models.json", "runtime/signals.json"];
      assertEquals(readdirSync(root, { recursive: true }).sort(), before.filter((name) => !ours.includes(`${name}`)));
    },
  );

  clause("a folder in the place of data is no data, and hides no failure", async ({ store, path, fail }) => {
    const key = { ...MODELS, name: "folder" };
    mkdirSync(path("folder.json"));
    assertEquals(await names(store), BOTH);
    await fail(key);
    const source = (await listed(store)).sources.get("discovery/folder");
    assertEquals([source?.size, source?.capturedAt, source?.state.kind], [undefined, undefined, "cooling-down"]);
  });

  clause("a link in the place of data is no data, and hides no failure", async ({ store, path, fail }) => {
    const key = { ...MODELS, name: "link" };
    symlinkSync(path("models.json"), path("link.json"));
    assertEquals(await names(store), BOTH);
    await fail(key);
    const source = (await listed(store)).sources.get("discovery/link");
    assertEquals([source?.size, source?.capturedAt, source?.state.kind], [undefined, undefined, "cooling-down"]);
  }, "links");

  for (const [kind, make] of Object.entries({ folder: mkdirSync, link: (path: string) => symlinkSync("/", path) })) {
    clause(`prune() removes a failure beside a foreign ${kind}, which stays`, async ({ store, path, fail }) => {
      make(path("other.json"));
      await fail({ ...MODELS, name: "other" });
      const shown: ListedSource[] = [];
      const keep = (source: ListedSource) => source.key.name !== "other" || (shown.push(source), false);
      const report = await store.prune({ keep });
      assertEquals([report.removed.map(nameOf), report.kept, report.failed], [["discovery/other"], 2, []]);
      assertEquals(shown.map(({ size, capturedAt }) => [size, capturedAt]), [[undefined, undefined], [
        undefined,
        undefined,
      ]]);
      assertEquals([existsSync(path("other.refreshing")), lstatSync(path("other.json")).isFile()], [false, false]);
      assertEquals((await store.prune({ keep: () => true })).kept, 2);
    }, kind === "link" ? "links" : undefined);
  }

  clause("a tier that cannot be read: the others are listed, and then the error names it", async (bench) => {
    const { store, faults, root } = bench;
    for (const tier of ["discovery", "runtime"]) {
      faults.splice(0, 1, { verb: "list", ending: `/${tier}`, fault: "EACCES" });
      const { sources, error } = await listed(store);
      assertEquals([...sources.keys()], BOTH.filter((name) => !name.startsWith(tier)));
      assertInstanceOf(error, AdapterError);
      assertEquals([error.code, error.path], ["EACCES", `${root}/${tier}`]);
    }
  });

  clause(
    "a tier that others may write to is not listed, and not kept quiet about; a folder of others is",
    async ({ store, root }) => {
      for (const [tier, file] of [["open", "models.json"], ["logs", "today.txt"]]) {
        mkdirSync(`${root}/${tier}`, { mode: 0o700 });
        writeFileSync(`${root}/${tier}/${file}`, "{}");
        chmodSync(`${root}/${tier}`, 0o777);
      }
      const { sources, error } = await listed(store);
      assertEquals([...sources.keys()].sort(), BOTH);
      assertInstanceOf(error, RootError);
      assertEquals([error.problem, error.path], ["writable-by-others", `${root}/open`]);
      const { removed, failed } = await store.prune({ keep: () => false });
      assertEquals([removed.length, failed.map(({ what }) => what)], [2, [`${root}/open`]]);
      assertEquals(existsSync(`${root}/open/models.json`), true);
    },
    "modes",
  );

  clause("a tier that cannot be read keeps prune() from nothing else, and is in its report", async (bench) => {
    const { store, faults, root } = bench;
    faults.push({ verb: "list", ending: "/discovery", fault: "EIO" });
    const { removed, failed } = await store.prune({ keep: () => false });
    assertEquals([removed.map(nameOf), failed.map(({ what }) => what)], [["runtime/signals"], [`${root}/discovery`]]);
    assertInstanceOf(failed[0]?.error, AdapterError);
  });

  clause("a source that cannot be looked at: the others are listed, and then the error names it", async (bench) => {
    const { store, faults, root, fail } = bench;
    for (const [key, other] of [[MODELS, SIGNALS], [SIGNALS, MODELS]] as const) {
      await fail(key);
      const marker = `${nameOf(key)}.refreshing`;
      faults.push({ verb: "read", ending: marker, fault: "EACCES" });
      const { sources, error } = await listed(store);
      assertEquals([...sources.keys()], [nameOf(other)]);
      assertInstanceOf(error, AdapterError);
      assertEquals([error.code, error.path], ["EACCES", `${root}/${marker}`]);
      faults.pop();
    }
  });

  clause("a root that cannot be read is an error at once", async ({ store, faults, root }) => {
    faults.push({ verb: "list", ending: "/root", fault: "EACCES" });
    const error = await assertRejects(() => store.list()[Symbol.asyncIterator]().next(), AdapterError);
    assertEquals(error.path, root);
    await assertRejects(() => store.prune({ keep: () => true }), AdapterError);
  });
});

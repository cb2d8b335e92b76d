import { assert, assertEquals } from "@std/assert";
import { closeSync, fstatSync, linkSync, openSync, readFileSync, statSync } from "node:fs";
import { DiscoveryCache } from "../../mod.ts";
import type { CacheChild, Scene } from "../support/cache_children.ts";
import type { ReadJob, ReadResult, WriteJob } from "../support/crowd_jobs.ts";
import { until } from "../support/command_bench.ts";
import { mark } from "../support/marks.ts";
import { readPayload, repeatedPayload } from "../support/payload.ts";
import { everyRuntime } from "../support/processes.ts";
import { tierFile, tierFiles } from "../support/scene_files.ts";
import { here, modelTest } from "./model.ts";

/** Puts the first version there. */
async function firstVersion(scene: Scene, times: number): Promise<void> {
  const cache = new DiscoveryCache({ root: scene.root });
  const source = { name: "models", ttl: "1h", refreshDeadline: "1h" };
  await cache.refresh(source, () => Promise.resolve(repeatedPayload(1, times)));
}

/** What is committed, by whom, and who reads meanwhile. */
interface Crowd {
  /** One process for each, with so many readers. */
  readonly readers: readonly (readonly [(typeof everyRuntime)[number], number])[];
  readonly writer: (typeof everyRuntime)[number];
  /** How many versions are committed while they read; there is one before. */
  readonly versions: number;
  readonly times: number;
}

/** Lets them work, to their end. Each version is committed when every reader has read the one before. */
async function readWhileWritten(scene: Scene, crowd: Crowd): Promise<ReadResult[]> {
  const { versions, times } = crowd;
  await firstVersion(scene, times);
  const last = 1 + versions;
  const children: CacheChild[] = [];
  const names = crowd.readers.map(([runtime], index) => `${runtime}-${index}`);
  for (const [index, [runtime, readers]] of crowd.readers.entries()) {
    const name = names[index] ?? "";
    children.push(scene.startCrowd<ReadJob>(runtime, { job: "read", name, readers, last, times }));
  }
  const work = { job: "write", sources: ["models"], first: 2, last, times, waitsFor: names } as const;
  const writer = scene.startCrowd<WriteJob>(crowd.writer, work);
  const reading = Promise.all(children.map((child) => child.result<ReadResult>()));
  const [results] = await Promise.all([reading, writer.endsWell()]);
  assertEquals(results.map(({ fewestVersions }) => fewestVersions), names.map(() => last), "versions seen by all");
  assertEquals(tierFiles(scene), ["models.json"]);
  return results;
}

modelTest("ReaderDuringRefresh", (clause) => {
  for (const other of everyRuntime) {
    clause(`100 readers in 4 processes see each of 100 versions from ${other}, whole and in order`, async (scene) => {
      const readers = [here, ...everyRuntime].map((runtime) => [runtime, 25] as const);
      const results = await readWhileWritten(scene, { readers, writer: other, versions: 100, times: 1 });
      assertEquals(results.length * 25, 100);
    });
  }
});

modelTest("AtomicRenameVerified", (clause) => {
  for (const other of everyRuntime) {
    clause(`${other} replaces the file: who holds the old one open or by another name keeps it`, async (scene) => {
      await firstVersion(scene, 1);
      const path = tierFile(scene, "models.json");
      const last = 11;
      const work = { job: "write", sources: ["models"], first: 2, last, times: 1, waitsFor: ["test"] } as const;
      const writer = scene.startCrowd<WriteJob>(other, work);
      const held: { descriptor: number; inode: number; name: string }[] = [];
      try {
        for (let version = 1; version <= last; version++) {
          await until(`version ${version}`, () => readPayload(readFileSync(path)) >= version);
          const descriptor = openSync(path, "r");
          const name = `${scene.folder}/kept-${version}`;
          linkSync(path, name);
          held.push({ descriptor, inode: fstatSync(descriptor).ino, name });
          mark(scene.marks, version, "test");
        }
        await writer.endsWell();
        for (const [index, { descriptor, name }] of held.entries()) {
          assertEquals(readPayload(readFileSync(descriptor)), index + 1, "through the open file");
          assertEquals(readPayload(readFileSync(name)), index + 1, "through the other name");
          assertEquals(statSync(name).nlink, index + 1 === last ? 2 : 1, "names of the file");
        }
        assertEquals(new Set(held.map(({ inode }) => inode)).size, last, "files");
        assertEquals(tierFiles(scene), ["models.json"]);
      } finally {
        for (const { descriptor } of held) closeSync(descriptor);
      }
    });

    clause(`${other} reads large data while it is replaced here: the old or the new, never a half`, async (scene) => {
      const readers = [[other, 4], [other, 4]] as const;
      const crowd = { readers, writer: here, versions: 15, times: 30 };
      const results = await readWhileWritten(scene, crowd);
      for (const { reads } of results) assert(reads >= 16 * 4, `${reads} reads`);
    });

    clause(`${other} is stopped just before the rename: everybody reads the old data`, async (scene) => {
      await firstVersion(scene, 1);
      const step = { verb: "replace", ending: "models.json", count: 1, waitsFor: scene.file("go on") } as const;
      const writer = scene.start(other, { step, refresher: { payload: "new" } });
      await writer.atStep();
      const staged = tierFiles(scene).filter((name) => /^models\.json\.[0-9a-f]{32}\.tmp$/.test(name));
      assertEquals(staged.length, 1);
      assertEquals(readFileSync(tierFile(scene, staged[0] ?? ""), "utf8"), "new", "it is whole before it is the data");
      const before = readFileSync(tierFile(scene, "models.json"));
      assertEquals(readPayload(before), 1);
      const readers = (["read", "readSync"] as const).map((method) => scene.start(here, { method }));
      for (const reader of readers) {
        assertEquals(await reader.outcome(), { text: new TextDecoder().decode(before), state: "fresh" });
      }
      scene.open("go on");
      assertEquals(await writer.outcome(), { text: "new", state: "fresh", origin: "refreshed" });
      await writer.endsWell();
      assertEquals(readFileSync(tierFile(scene, "models.json"), "utf8"), "new");
      assertEquals(tierFiles(scene), ["models.json"]);
    });
  }
});

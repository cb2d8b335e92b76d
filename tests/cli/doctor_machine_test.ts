import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { chmodSync, chownSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe } from "node:test";
import { clauseMaker, fill, onSmallDisk, WITHOUT_WATCHES } from "../disk/machine.ts";
import { asNobody, NOBODY, tool } from "../support/processes.ts";
import { type Diagnosis, FilesBench } from "./files_bench.ts";

const SUITE = "discoverycache doctor: other users, other disks";
const clause = clauseMaker(SUITE);

async function withBench(work: (bench: FilesBench) => Promise<void>): Promise<void> {
  const bench = new FilesBench();
  try {
    chmodSync(bench.folder, 0o755);
    await work(bench);
  } finally {
    await bench.close();
  }
}

/** A finding of a check that is not ok. */
function faultOf({ faults }: Diagnosis, check: string) {
  const fault = faults.find((one) => one.check === check);
  assert(fault !== undefined, `nothing found by "${check}": ${JSON.stringify(faults)}`);
  return fault;
}

describe(SUITE, () => {
  clause("has a root of another user's made one's own", "users", () =>
    withBench(async (bench) => {
      bench.put("discovery/a.json", "1");
      for (const path of [bench.dataPath("a"), join(bench.root, "discovery"), bench.root]) {
        chownSync(path, NOBODY, NOBODY);
      }
      const { code, faults, todo } = await bench.doctor();
      assertEquals([code, faults.map(({ check, severity }) => [check, severity])], [1, [["root", "problem"]]]);
      assertStringIncludes(faults[0]?.what ?? "", `it belongs to another user (${NOBODY})`);
      const [command, otherwise] = (todo ?? "").split(", if ");
      assertEquals(command, `chown -R 0 ${bench.root}`);
      assertStringIncludes(otherwise ?? "", "choose another --root");
      assertEquals((await bench.obey(command ?? "")).code, 0);
      assertEquals((await bench.doctor()).code, 0);
    }));

  clause("has a tier and a file of another user's made one's own", "users", () =>
    withBench(async (bench) => {
      bench.put("discovery/a.json", "1");
      bench.put("other/b.json", "1");
      chownSync(bench.dataPath("a"), NOBODY, NOBODY);
      const first = await bench.doctor();
      assertEquals([faultOf(first, "files").severity, first.todo], ["problem", `chown 0 ${bench.dataPath("a")}`]);
      await bench.obey(first.todo);
      chownSync(join(bench.root, "other"), NOBODY, NOBODY);
      const second = await bench.doctor();
      assertEquals([faultOf(second, "folders").severity, second.faults.length], ["problem", 1]);
      await bench.obey(second.todo?.split(", if ")[0] ?? null);
      assertEquals((await bench.doctor()).code, 0);
    }));

  clause("has files opened again that their owner cannot read", "users", () =>
    withBench(async (bench) => {
      bench.put("discovery/a.json", "1");
      chmodSync(bench.dataPath("a"), 0);
      for (const path of [bench.dataPath("a"), join(bench.root, "discovery"), bench.root]) {
        chownSync(path, NOBODY, NOBODY);
      }
      const { code, faults, todo } = await bench.doctor(bench.root, asNobody);
      assertEquals([code, faults.length, faults[0]?.check, faults[0]?.severity], [1, 1, "files", "problem"]);
      assertMatch(faults[0]?.what ?? "", /^1 file cannot be read: .*a\.json: EACCES$/);
      assertEquals((await bench.obey(todo, asNobody)).code, 0);
      assertEquals((await bench.doctor(bench.root, asNobody)).code, 0);
    }));

  clause("says that a root cannot be made where nothing may be made", "users", () =>
    withBench(async (bench) => {
      const { code, faults, todo } = await bench.doctor(join(bench.folder, "new"), asNobody);
      assertEquals([code, faults.length], [1, 1]);
      assertEquals([faults[0]?.check, faults[0]?.severity], ["root", "problem"]);
      assertEquals(faults[0]?.what, `nothing can be made in ${bench.folder}: EACCES`);
      assertMatch(todo ?? "", /^choose another --root, or /);
    }));

  clause(
    "says of a small disk in memory that it is small, and gone after a reboot",
    "mounts",
    (scene) =>
      withBench(async (bench) => {
        await onSmallDisk(scene, async (root, disk) => {
          for (const path of [disk, root]) {
            if (path === root) mkdirSync(root, { mode: 0o700 });
            const diagnosis = await bench.doctor(root);
            assertEquals(diagnosis.code, 1);
            assertMatch(faultOf(diagnosis, "file system").what, /^tmpfs: in memory, and gone after a reboot$/);
            assertMatch(faultOf(diagnosis, "space").what, /^only \d+ kB free$/);
            assertEquals(diagnosis.todo, "choose another --root, if it shall last");
            assertEquals(diagnosis.faults.length, 2);
            assertEquals(readdirSync(path), path === root ? [] : []);
          }
        });
      }),
  );

  clause(
    "says of a full disk that it is full, and leaves nothing on it",
    "mounts",
    (scene) =>
      withBench(async (bench) => {
        await onSmallDisk(scene, async (root, disk) => {
          mkdirSync(root, { mode: 0o700 });
          fill(join(disk, "filler"));
          const diagnosis = await bench.doctor(root);
          assertEquals([diagnosis.code, diagnosis.faults.some(({ severity }) => severity === "problem")], [1, true]);
          assertMatch(diagnosis.todo ?? "", /^make room on the disk: df -h /);
          assertEquals(readdirSync(root), []);
        });
      }),
  );

  clause("says of a read-only disk that nothing can be kept on it", "mounts", (scene) =>
    withBench(async (bench) => {
      await onSmallDisk(scene, async (root, disk) => {
        mkdirSync(join(root, "discovery"), { recursive: true, mode: 0o700 });
        const { ok, says } = tool("mount", "-o", "remount,ro", disk);
        assert(ok, says);
        const diagnosis = await bench.doctor(root);
        assertEquals(faultOf(diagnosis, "file system").what, "tmpfs, read-only");
        assertEquals(faultOf(diagnosis, "root").what, `nothing can be made in ${root}: EROFS`);
        assertEquals(diagnosis.todo, "choose another --root, on a disk that can be written to");
      });
    }));

  clause(
    "says that changes cannot be noticed where there are no watches left",
    "watches",
    () =>
      withBench(async (bench) => {
        bench.put("discovery/a.json", "1");
        const diagnosis = await bench.doctor(bench.root, WITHOUT_WATCHES);
        assertEquals([diagnosis.code, faultOf(diagnosis, "watch").severity], [1, "attention"]);
        assertMatch(diagnosis.todo ?? "", /^sudo sysctl fs\.inotify\.max_user_instances=\d+ /);
        assertEquals(readFileSync(bench.dataPath("a"), "utf8"), "1");
        assertEquals(readdirSync(bench.root), ["discovery"]);
      }),
  );
});

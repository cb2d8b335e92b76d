import { assertEquals } from "@std/assert";
import { describe, it } from "node:test";
import { Bell, FolderWatch } from "../../../src/cli/watch/watch_bell.ts";
import type { Adapter, DirectoryEntry } from "../../../src/adapter.ts";
import { AdapterError } from "../../../src/errors.ts";

const guard = { timeout: 120_000 };

describe("Bell", () => {
  it("is heard at once if it was rung before, and only once", guard, async () => {
    const bell = new Bell();
    bell.ring();
    bell.ring();
    await bell.heard(600_000);
    let heard = false;
    const again = bell.heard(600_000).then(() => heard = true);
    await new Promise((resolve) => setTimeout(resolve, 0));
    assertEquals(heard, false);
    bell.ring();
    assertEquals(await again, true);
  });

  it("is heard of after a while although nobody rings", guard, async () => {
    await new Bell().heard(1);
  });
});

describe("FolderWatch", () => {
  /** Folders that come and go, and who watches them. */
  function scene() {
    const folders = new Set<string>();
    const watched = new Map<string, (name: string | undefined) => void>();
    const log: string[] = [];
    const adapter: Pick<Adapter, "realPath" | "list" | "watch"> = {
      realPath: (path) => folders.has(path) ? path : undefined,
      list: (path) =>
        [...folders].filter((folder) => folder.startsWith(`${path}/`)).map((folder): DirectoryEntry => ({
          name: folder.slice(path.length + 1),
          kind: "directory",
        })),
      watch: (path, onChange) => {
        if (path.endsWith("refused")) throw new AdapterError({ operation: "watch", path, code: "ENOSPC" });
        log.push(`+${path}`);
        watched.set(path, onChange);
        return { close: () => void log.push(`-${path}`) };
      },
    };
    let changes = 0;
    const watch = new FolderWatch(adapter as Adapter, "/root", () => changes++);
    return { folders, watched, log, watch, changes: () => changes };
  }

  it("watches the root and its tiers as they appear, and not the command's own records", () => {
    const { folders, log, watch } = scene();
    watch.update();
    assertEquals(log, []);
    folders.add("/root");
    watch.update();
    for (const folder of ["/root/discovery", "/root/discovery.command", "/root/discovery.stderr"]) folders.add(folder);
    watch.update();
    watch.update();
    assertEquals(log, ["+/root", "+/root/discovery"]);
    watch.close();
    assertEquals(log.slice(2), ["-/root", "-/root/discovery"]);
  });

  it("tells of every change, and watches anew a folder that may have been replaced", () => {
    const { folders, log, watch, watched, changes } = scene();
    for (const folder of ["/root", "/root/discovery"]) folders.add(folder);
    watch.update();
    watched.get("/root/discovery")?.("a.json");
    watched.get("/root/discovery")?.(undefined);
    assertEquals(changes(), 2);
    watch.update();
    assertEquals(log, ["+/root", "+/root/discovery", "-/root/discovery", "+/root/discovery"]);
  });

  it("goes without a watch where the system refuses one", () => {
    const { folders, log, watch } = scene();
    for (const folder of ["/root", "/root/refused", "/root/other"]) folders.add(folder);
    watch.update();
    assertEquals(log, ["+/root", "+/root/other"]);
  });
});

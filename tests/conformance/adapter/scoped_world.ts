/**
 * The Deno adapter with read and write permission for one folder and nothing else, on a terminal, where Deno would
 * prompt for whatever else it was asked for.
 *
 * @module
 */

import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { projectRoot, runtime } from "../../../scripts/runtimes.ts";
import type { ChildKind } from "../../support/child_jobs.ts";
import { RemoteAdapter, Terminal } from "../../support/remote_adapter.ts";
import type { AdapterFixture } from "./bench.ts";
import { realWorld } from "./real_world.ts";

/** A folder, a terminal on which Deno may use nothing but that folder, and the adapter there. */
export interface ScopedDeno {
  readonly adapter: RemoteAdapter;
  readonly terminal: Terminal;
  readonly child: ChildKind;
  /** The folder; below it lies whatever Deno may use. */
  readonly folder: string;
  /** A second root that Deno may use, and that is not there; nor are the two folders above it, which it may not use. */
  readonly absentRoot: string;
  /** Makes a world for a clause. */
  makeFixture(): AdapterFixture;
  /** Ends Deno, gives what stands on the terminal, and removes the folder. */
  finish(): Promise<string>;
  /** Ends Deno by force, and removes the folder. */
  abandon(): Promise<void>;
}

/** Starts Deno. */
export function scopedDeno(): ScopedDeno {
  const top = realpathSync(mkdtempSync(join(tmpdir(), "discoverycache-scoped-")));
  const folder = join(top, "root");
  mkdirSync(folder);
  // Other users must be able to come this far.
  for (const open of [top, folder]) chmodSync(open, 0o755);
  writeFileSync(join(top, "outside"), "not for Deno");
  const absentRoot = join(top, "not", "there", "root");
  const denoFlags = ["read", "write"].map((access) => `--allow-${access}=${folder},${absentRoot}`);
  const program = join(projectRoot, "dist-test/programs/adapter_server.js");
  // Without --no-prompt, that is, unlike the children of other tests.
  const terminal = new Terminal(
    [runtime("deno").path, "run", "--no-config", ...denoFlags, program],
    join(folder, "pipes"),
  );
  const adapter = new RemoteAdapter(terminal);
  const child: ChildKind = { runtime: "deno", adapter: "native", denoFlags };
  return {
    adapter,
    terminal,
    child,
    folder,
    absentRoot,
    makeFixture: () => realWorld({ adapter, child, above: folder, pid: adapter.self().pid }),
    abandon: async () => {
      await terminal.kill();
      rmSync(top, { recursive: true, force: true });
    },
    finish: async () => {
      await terminal.close();
      const { text } = terminal;
      rmSync(top, { recursive: true, force: true });
      return text;
    },
  };
}

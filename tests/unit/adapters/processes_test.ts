import { assertEquals } from "@std/assert";
import { describe, it } from "node:test";
import { Processes, type ProcessSystem } from "../../../src/adapters/processes.ts";

/** A system whose files and answers are given. */
function system(change: Partial<ProcessSystem> = {}, files: Record<string, string> = {}): ProcessSystem {
  return {
    pid: 10,
    linux: true,
    user: () => 1000,
    hostName: () => "desk",
    readText: (path) => files[path],
    readLink: (path) => files[path],
    probe: () => "unknown",
    ...change,
  };
}

function stat(pid: number, state: string, start: number): string {
  return `${pid} (x) ${state} ${"0 ".repeat(18)}${start} 0`;
}

const LINUX = {
  "/proc/self/stat": stat(10, "R", 500),
  "/proc/10/stat": stat(10, "R", 500),
  "/proc/sys/kernel/random/boot_id": "boot\n",
  "/proc/self/ns/pid": "pid:[7]",
  "/proc/stat": "btime 1000\n",
};

describe("Processes.self()", () => {
  it("gives boot, namespace and start on Linux", () => {
    assertEquals(new Processes(system({}, LINUX)).self(), {
      pid: 10,
      host: "linux:boot:7",
      processStart: "500",
      user: 1000,
    });
  });

  it("gives the host's name and no start elsewhere", () => {
    const { self } = { self: new Processes(system({ linux: false }, LINUX)).self() };
    assertEquals(self, { pid: 10, host: "desk", processStart: undefined, user: 1000 });
  });

  it("gives no host when any of the files may not be read", () => {
    for (const missing of ["/proc/self/stat", "/proc/sys/kernel/random/boot_id", "/proc/self/ns/pid"]) {
      const files: Record<string, string> = { ...LINUX };
      delete files[missing];
      assertEquals(new Processes(system({}, files)).self().host, undefined, missing);
    }
  });

  it("asks for each part when it is first looked at, and once", () => {
    const asked: string[] = [];
    const counted = system({
      user: () => {
        asked.push("user");
        return undefined;
      },
      readText: (path) => {
        asked.push(path);
        return LINUX[path as keyof typeof LINUX];
      },
    }, LINUX);
    const processes = new Processes(counted);
    const { user } = processes.self();
    assertEquals([processes.self().user, user, asked], [undefined, undefined, ["user"]]);
    for (const _ of [1, 2]) assertEquals(processes.self().processStart, "500");
    assertEquals(asked, ["user", "/proc/self/stat"]);
    for (const _ of [1, 2]) assertEquals(processes.self().host, "linux:boot:7");
    assertEquals(asked, ["user", "/proc/self/stat", "/proc/sys/kernel/random/boot_id"]);
  });
});

describe("Processes.liveness()", () => {
  it("believes signal 0 where /proc shows nothing, since it may hide other users' processes", () => {
    for (const [answer, state] of [["there", "alive"], ["gone", "dead"], ["unknown", "unknown"]] as const) {
      const processes = new Processes(system({ probe: () => answer }, LINUX));
      assertEquals(processes.liveness(77), { state, processStart: undefined, startedAt: undefined });
    }
  });

  it("does not ask by signal where /proc shows the process", () => {
    const probe = () => {
      throw new Error("asked");
    };
    const { state, processStart, startedAt } = new Processes(
      system({ probe }, { ...LINUX, "/proc/77/stat": stat(77, "T", 900) }),
    )
      .liveness(77);
    assertEquals({ state, processStart, startedAt }, { state: "alive", processStart: "900", startedAt: 1_009_000 });
  });

  it("does not believe a /proc in which it is another process itself", () => {
    const files = { ...LINUX, "/proc/self/stat": stat(4_000, "R", 500), "/proc/77/stat": stat(77, "Z", 900) };
    assertEquals(new Processes(system({ probe: () => "there" }, files)).liveness(77), {
      state: "alive",
      processStart: undefined,
      startedAt: undefined,
    });
  });

  it("knows that it lives itself, though it may ask nothing", () => {
    assertEquals(new Processes(system()).liveness(10).state, "alive");
    assertEquals(new Processes(system()).liveness(11).state, "unknown");
  });

  it("reads the boot time only when the start on the wall clock is asked for", () => {
    const asked: string[] = [];
    const readText = (path: string) => {
      asked.push(path);
      return LINUX[path as keyof typeof LINUX];
    };
    const answer = new Processes(system({ readText }, LINUX)).liveness(10);
    assertEquals(asked.includes("/proc/stat"), false);
    assertEquals(answer.startedAt, 1_005_000);
  });
});

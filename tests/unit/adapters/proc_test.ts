import { assertEquals } from "@std/assert";
import { describe, it } from "node:test";
import { hasEnded, linuxHost, parseBootTime, parseProcessStat, startOnWallClock } from "../../../src/adapters/proc.ts";

/** A line as the kernel writes it, with any name and state. */
function line(name: string, state = "S"): string {
  return `4711 (${name}) ${state} 1 4711 4711 0 -1 4194304 75 0 0 0 0 0 0 0 20 0 1 0 91326 3133440 382 184467440737 1 1 0\n`;
}

describe("parseProcessStat()", () => {
  it("reads PID, state and start, whatever the program is called", () => {
    for (const name of ["node", "", "a b", "a) R 1 (b", ") Z 1", "((((", "\n", "1 2 3 4 5 6 7 8 9 10 11 12"]) {
      assertEquals(parseProcessStat(line(name)), { pid: 4711, state: "S", start: "91326" }, name);
    }
  });

  it("is undefined when it is no such line", () => {
    for (
      const text of ["", "4711", "4711 (node)", "4711 (node) S 1 2 3", "x (node) S", line("node").replace("91326", "?")]
    ) {
      assertEquals(parseProcessStat(text), undefined, text);
    }
  });
});

describe("hasEnded()", () => {
  it("tells zombies from those who run, sleep or are stopped", () => {
    const states = ["R", "S", "D", "T", "t", "I", "Z", "X", "x"];
    const ended = states.filter((state) => hasEnded({ pid: 1, state, start: "1" }));
    assertEquals(ended, ["Z", "X", "x"]);
  });
});

describe("parseBootTime()", () => {
  it("finds the boot time, in milliseconds", () => {
    assertEquals(parseBootTime("cpu 1 2\nintr 3\nbtime 1795264867\nprocesses 4\n"), 1_795_264_867_000);
  });

  it("is undefined when there is none", () => {
    for (const text of ["", "cpu 1", "xbtime 1", "btime x"]) assertEquals(parseBootTime(text), undefined, text);
  });
});

describe("startOnWallClock()", () => {
  it("adds the ticks, of which there are 100 in a second", () => {
    assertEquals(startOnWallClock(1_000_000, "250"), 1_002_500);
  });
});

describe("linuxHost()", () => {
  it("differs with the boot and with the PID namespace", () => {
    assertEquals(linuxHost("2a7858dd-8033\n", "pid:[4026531836]"), "linux:2a7858dd-8033:4026531836");
  });

  it("is undefined when either is not there", () => {
    assertEquals(linuxHost("", "pid:[1]"), undefined);
    assertEquals(linuxHost("2a7858dd", "net:[1]"), undefined);
  });
});

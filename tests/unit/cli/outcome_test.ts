import { assertEquals } from "@std/assert";
import { describe, it } from "node:test";
import { describeEnd, exitCodeOf, tellReason } from "../../../src/cli/outcome.ts";
import type { ProgramEnd } from "../../../src/detached/started.ts";
import { plain } from "../../../src/plain_text.ts";
import { RefreshDeadlineError } from "../../../src/errors.ts";

describe("exitCodeOf()", () => {
  const ends: readonly (readonly [ProgramEnd, number])[] = [
    [{ kind: "exit", code: 1 }, 1],
    [{ kind: "exit", code: 255 }, 255],
    [{ kind: "signal", signal: "SIGKILL" }, 137],
    [{ kind: "signal", signal: "SIGINT" }, 130],
    [{ kind: "unstarted", errno: "ENOENT" }, 127],
    [{ kind: "unstarted", errno: "EACCES" }, 126],
    [{ kind: "unstarted", errno: "E2BIG" }, 126],
  ];
  for (const [end, code] of ends) {
    it(`reads ${code} from what describeEnd() says of ${JSON.stringify(end)}`, () => {
      for (
        const file of ["npm", "exit code 9 from x", "not found: y", "a\nexit code 9 from b", "signal SIGINT ended z"]
      ) {
        for (const words of ["", "exit code 9 from q", "not found: q"]) {
          assertEquals(exitCodeOf(describeEnd(end, file, words)), code, `${file} ${words}`);
        }
      }
    });
  }

  it("is 124 for a missed deadline, and 125 for what is not the command's", () => {
    assertEquals(exitCodeOf(new RefreshDeadlineError(1_500).message), 124);
    for (const reason of ["", "no room left", " exit code 3 from npm", "exit code x from npm"]) {
      assertEquals(exitCodeOf(reason), 125, reason);
    }
  });
});

describe("tellReason()", () => {
  it("tells of a missed deadline in the command's own terms, and of all else as it is", () => {
    const late = new RefreshDeadlineError(1_500).message;
    assertEquals(tellReason(late), "it was not done within 1.5s (see --deadline)");
    const words = "; it last said: still waiting / for them";
    assertEquals(tellReason(late + words), `it was not done within 1.5s (see --deadline)${words}`);
    assertEquals(exitCodeOf(late + words), 124);
    assertEquals(tellReason("exit code 3 from npm: no"), "exit code 3 from npm: no");
  });
});

describe("plain()", () => {
  it("leaves one line that no terminal obeys", () => {
    assertEquals(plain("\u001b[31mred\u001b[0m\r\nand\tmore\u0007\u009b2J "), "red and more 2J");
  });
});

describe("describeEnd()", () => {
  it("names the command's first word only, and not at any length", () => {
    assertEquals(describeEnd({ kind: "exit", code: 2 }, "x".repeat(200), ""), `exit code 2 from ${"x".repeat(80)}`);
    assertEquals(describeEnd({ kind: "exit", code: 2 }, "a\nb\u001b[1m", "last"), "exit code 2 from a b: last");
  });
});

import { assert, assertEquals, assertMatch } from "@std/assert";
import { describe, it } from "node:test";
import { commands } from "../../../src/cli/commands.ts";
import { parseCommandLine } from "../../../src/cli/program.ts";

/** The words of a line, as a shell reads them, up to what is not the command's own. */
function words(line: string): string[] {
  const own = line.replace(/ {3,}.*$/, "").replace(/ [|>].*$/, "");
  return [...own.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? "");
}

/** The examples in a help. */
function examples(help: string): string[] {
  const [, lines = ""] = help.split("\nExamples:\n");
  return lines.split("\n").map((line) => line.trim()).filter((line) => line.startsWith("$ ")).map((line) =>
    line.slice(2)
  );
}

describe("the help of every command", () => {
  for (const { name } of commands) {
    it(`of ${name} has examples that can be typed, and exit codes`, () => {
      const parsed = parseCommandLine([name, "--help"]);
      assertEquals(parsed.kind, "text");
      const text = parsed.kind === "text" ? parsed.text : "";
      assertMatch(text, new RegExp(`^Usage: discoverycache ${name} `));
      assertMatch(text, /\n {2}--root <dir> /);
      assertMatch(text, /\nExit codes:\n {2}0 /);
      assert(text.includes("125"), "what it says when it fails itself");
      const all = examples(text);
      assert(all.length >= 2);
      for (const example of all) {
        const [program, ...args] = words(example);
        assertEquals(program, "discoverycache", example);
        assertEquals(args[0], name, example);
        assertEquals(parseCommandLine(args).kind, "command", example);
      }
    });

    it(`of ${name} fits into a window of 80 columns, but for what is to be typed`, () => {
      const parsed = parseCommandLine([name, "--help"]);
      const lines = parsed.kind === "text" ? parsed.text.split("\n") : [];
      assertEquals(lines.filter((line) => line.length > 80 && !line.startsWith("  $ ")), []);
    });
  }

  it("of the program has examples that can be typed", () => {
    const parsed = parseCommandLine(["--help"]);
    for (const example of examples(parsed.kind === "text" ? parsed.text : "")) {
      assertEquals(parseCommandLine(words(example).slice(1)).kind, "command", example);
    }
  });
});

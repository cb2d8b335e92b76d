import { assertEquals } from "@std/assert";
import { describe, it } from "node:test";
import { childFlags } from "../../../src/detached/node_flags.ts";

describe("childFlags()", () => {
  const cases: readonly (readonly [string, readonly string[], readonly string[]])[] = [
    ["keeps what loads modules", ["--import", "tsx", "--require", "a.cjs", "-C", "dev"], [
      "--import",
      "tsx",
      "--require",
      "a.cjs",
      "-C",
      "dev",
    ]],
    ["drops code, with the flag that evaluates it", ["-r", "fs", "-e", "work()", "--no-warnings"], [
      "-r",
      "fs",
      "--no-warnings",
    ]],
    ["drops code in one word with its flag", ["--eval=work()", "--print=1", "--import=tsx"], ["--import=tsx"]],
    ["drops the kind of code", ["--input-type", "module", "--input-type=module", "-p", "1"], []],
    ["drops tests and watching", ["--test", "--test-name-pattern", "a", "--watch", "--watch-path", "src", "--hot"], []],
    ["drops debugging", ["--inspect", "--inspect-brk=9229", "--inspect-port", "0", "--enable-source-maps"], [
      "--enable-source-maps",
    ]],
    ["drops a folder that has been changed to already", ["--cwd", "apps", "--smol"], ["--smol"]],
    ["keeps what only begins alike", ["--experimental-strip-types", "--preload", "a.ts", "--env-file=.env"], [
      "--experimental-strip-types",
      "--preload",
      "a.ts",
      "--env-file=.env",
    ]],
  ];
  for (const [what, own, child] of cases) it(what, () => assertEquals(childFlags(own), child));
});

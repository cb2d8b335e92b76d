import { assertEquals } from "@std/assert";
import { describe, it } from "node:test";
import { scanRun } from "../../../src/cli/run/scan.ts";

describe("scanRun()", () => {
  it("reads options up to --, and everything after it as the command", () => {
    assertEquals(scanRun(["run", "--ttl", "1h", "--name=a=b", "--", "npm", "--ttl", "--", "x"]), {
      options: { ttl: "1h", name: "a=b" },
      operands: ["npm", "--ttl", "--", "x"],
    });
  });

  it("takes the first word that is no option for the command", () => {
    assertEquals(scanRun(["run", "echo", "--name", "x"]), { options: {}, operands: ["echo", "--name", "x"] });
    assertEquals(scanRun(["run", "--", "", "x"]), { options: {}, operands: ["", "x"] });
  });

  it("takes the last one of an option that is given twice, and values of several lines", () => {
    assertEquals(scanRun(["run", "--ttl=1h", "--ttl", "2h", "--root=a\nb", "x"])?.options, { ttl: "2h", root: "a\nb" });
  });

  it("takes every one of an option that may be given several times, and switches without a value", () => {
    const args = ["run", "--key", "cwd", "--json", "--key=env:A", "--max-wait", "2s", "--stderr", "x"];
    const options = { "key": ["cwd", "env:A"], "json": true, "max-wait": "2s", "stderr": true } as const;
    assertEquals(scanRun(args), { options, operands: ["x"] });
  });

  const others: readonly (readonly string[])[] = [
    [],
    ["ls"],
    ["run"],
    ["run", "--"],
    ["run", "--help"],
    ["run", "-h", "--", "x"],
    ["run", "--ttl"],
    ["run", "--ttl", "--", "x"],
    ["run", "--ttl", "--name", "a", "x"],
    ["run", "--tt", "1h", "x"],
    ["run", "--constructor", "1h", "x"],
    ["run", "--Ttl=1h", "x"],
    ["run", "--ttl=1h"],
    ["run", "--json=yes", "x"],
    ["run", "--key", "--json", "x"],
  ];
  for (const args of others) {
    it(`leaves ${JSON.stringify(args)} to the library`, () => assertEquals(scanRun(args), undefined));
  }
});

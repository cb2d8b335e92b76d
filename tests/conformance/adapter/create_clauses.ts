import { assert, assertEquals } from "@std/assert";
import type { CreateOutcome } from "../../../src/adapter.ts";
import { type AdapterFixture, type AddClause, assertFails, assertRejected, encode } from "./bench.ts";

/** More bytes than are written at once. */
const LARGE = Uint8Array.from({ length: 3_000_000 }, (_, index) => (index * 31) & 0xff);

/** How a file may be made. */
type Maker = (fixture: AdapterFixture, path: string, bytes: Uint8Array) => Promise<CreateOutcome>;

const makers: Readonly<Record<"createExclusive" | "stage" | "durable stage", Maker>> = {
  "createExclusive": async ({ adapter }, path, bytes) => await adapter.createExclusive(path, bytes),
  "stage": ({ adapter }, path, bytes) => adapter.stage(path, bytes, { durable: false }),
  "durable stage": ({ adapter }, path, bytes) => adapter.stage(path, bytes, { durable: true }),
};

/** Making files. */
export function createClauses(clause: AddClause): void {
  for (const [name, make] of Object.entries(makers)) {
    const verb = name.replace("durable ", "");
    const call = name === verb ? `${verb}()` : `${verb}() with durable`;

    clause(`${call} makes a file with all of its bytes when the name is free`, async (fixture) => {
      const contents = {
        empty: new Uint8Array(0),
        short: encode("{}"),
        binary: Uint8Array.of(0, 255, 10, 13, 0),
        large: LARGE,
      };
      for (const [name, bytes] of Object.entries(contents)) {
        assertEquals(await make(fixture, `${fixture.root}/${name}`, bytes), "created");
        const read = fixture.adapter.read(`${fixture.root}/${name}`);
        assertEquals(read?.bytes.length, bytes.length, `the length of ${name}`);
        assert(read?.bytes.every((byte, index) => byte === bytes[index]), `the bytes of ${name}`);
      }
      assertEquals(fixture.hand.names(fixture.root), Object.keys(contents).sort(), "nothing else is made");
    });

    clause(`${call} writes the bytes of a view and not those around it`, async (fixture) => {
      const view = encode("(inside)").subarray(1, -1);
      assertEquals(await make(fixture, `${fixture.root}/file`, view), "created");
      assertEquals(fixture.hand.text(`${fixture.root}/file`), "inside");
    });

    clause(`${call} says "exists" and changes nothing when a file has the name`, async (fixture) => {
      const { root, hand } = fixture;
      hand.write(`${root}/file`, "old");
      assertEquals(await make(fixture, `${root}/file`, encode("new")), "exists");
      assertEquals(hand.text(`${root}/file`), "old");
    });

    clause(`${call} says "exists" when a folder has the name`, async (fixture) => {
      const { root, hand } = fixture;
      hand.folder(`${root}/folder`);
      assertEquals(await make(fixture, `${root}/folder`, encode("new")), "exists");
      assertEquals(hand.kind(`${root}/folder`), "directory");
    });

    clause(`${call} says "exists" and spares the target when a link has the name`, async (fixture) => {
      const { root, hand } = fixture;
      hand.write(`${root}/target`, "old");
      hand.link("target", `${root}/link`);
      assertEquals(await make(fixture, `${root}/link`, encode("new")), "exists");
      assertEquals(hand.text(`${root}/target`), "old");
    });

    clause(`${call} says "exists" and makes no target when a link to nothing has the name`, async (fixture) => {
      const { root, hand } = fixture;
      hand.link("nothing", `${root}/link`);
      assertEquals(await make(fixture, `${root}/link`, encode("new")), "exists");
      assertEquals(hand.names(root), ["link"]);
    });

    clause(`${call} says "absent" when the folder is not there`, async (fixture) => {
      assertEquals(await make(fixture, `${fixture.root}/nowhere/file`, encode("new")), "absent");
      assertEquals(fixture.hand.names(fixture.root), []);
    });

    clause(`${call} fails with ENOSPC and leaves nothing when the disk is full`, async (fixture) => {
      const folder = fixture.disks.small();
      // More than fits: the system writes a part of it without an error.
      const path = `${folder}/file`;
      const fails = () => make(fixture, path, LARGE.subarray(0, 100_000));
      if (verb === "stage") await assertRejected(verb, path, ["ENOSPC", "EDQUOT"], fails);
      else {assertFails(verb, path, ["ENOSPC", "EDQUOT"], () =>
          fixture.adapter.createExclusive(path, LARGE.subarray(0, 100_000)));}
      assertEquals(fixture.hand.names(folder), [], "what is left");
      assertEquals(await make(fixture, path, encode("fits")), "created", "there is room again");
    }, "mounts");
  }

  clause(
    "stage() makes every one of many files when they are made at the same time",
    async ({ adapter, root, hand }) => {
      const names = Array.from({ length: 50 }, (_, index) => `file-${String(index).padStart(2, "0")}`);
      const outcomes = await Promise.all(
        names.map((name) => adapter.stage(`${root}/${name}`, encode(name), { durable: false })),
      );
      assertEquals(outcomes.filter((outcome) => outcome !== "created"), []);
      assertEquals(names.map((name) => hand.text(`${root}/${name}`)), names);
    },
  );

  clause('stage() says "created" once when many ask for the same name', async ({ adapter, root }) => {
    const outcomes = await Promise.all(
      Array.from({ length: 20 }, () => adapter.stage(`${root}/file`, encode("data"), { durable: false })),
    );
    assertEquals(outcomes.filter((outcome) => outcome === "created").length, 1);
  });
}

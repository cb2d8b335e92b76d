import { assertEquals, assertRejects } from "@std/assert";
import { describe, it } from "node:test";
import type { Work } from "../../src/detached/messages.ts";
import { Worker, WorkerError } from "../../src/detached/worker_program.ts";
import { RetryAfterError } from "../../src/errors.ts";
import type { FetchContext } from "../../src/refresher.ts";

const guard = { timeout: 120_000 };

const work: Work = {
  module: "file:///nowhere.mjs",
  codec: false,
  schema: false,
  freeze: true,
  given: [],
  label: "discovery/a",
  ttl: 0,
};

const context: FetchContext = {
  signal: new AbortController().signal,
  deadline: Date.now() + 60_000,
  report: () => {},
  extend: () => Promise.resolve(),
  stored: undefined,
};

/** A worker that is a shell script. It finds the mark of its messages in `$mark`. */
const shell = (script: string) =>
  new Worker(["sh", "-c", `read -r task; mark=\${task#*mark\\":\\"}; mark="\${mark%%\\"*}"; ${script}`], work);

const say = (message: unknown) => `printf '%s%s\\n' "$mark" '${JSON.stringify(message)}'`;

describe("Worker", () => {
  it("fails like its process if that ends before it has heard all of what was there before", guard, async () => {
    const stored = { bytes: new Uint8Array(20_000_000), capturedAt: 0 };
    const { fetcher } = new Worker(["sh", "-c", "exit 3"], work);
    const error = await assertRejects(() => fetcher({ ...context, stored }), WorkerError);
    assertEquals(error.message, "its process ended with exit code 3 and without an answer");
  });

  it("takes the bytes that it is answered, and refuses those that do not add up", guard, async () => {
    const data = { base64: "AP8K", length: 3 };
    assertEquals(await shell(say({ kind: "done", data })).fetcher(context), Uint8Array.of(0, 255, 10));
    const garbled = shell(say({ kind: "done", data: { ...data, length: 4 } }));
    await assertRejects(() => garbled.fetcher(context), WorkerError, "garbled");
  });

  it("says when it is to be tried again if its refresher did, for as long as that", guard, async () => {
    const failed = { kind: "failed", reason: "later", retryAfter: 5_000 };
    const error = await assertRejects(() => shell(say(failed)).fetcher(context), RetryAfterError, "later");
    assertEquals(error.retryAfter, 5_000);
  });

  it("puts the deadline off when it is asked to, and answers", guard, async () => {
    const asked: unknown[] = [];
    const extend = (by: unknown) => Promise.resolve(void asked.push(by));
    const { fetcher } = shell(
      `${say({ kind: "extend", id: 7, by: "1m" })}; read -r reply; ${`[ "$reply" = '{"id":7}' ] && ${
        say({ kind: "not-modified" })
      }`}`,
    );
    assertEquals(await fetcher({ ...context, extend }), { notModified: true });
    assertEquals(asked, ["1m"]);
  });
});

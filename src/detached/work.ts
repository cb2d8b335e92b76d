/**
 * A worker: the process in which a detached refresh's module is loaded and its refresher called. It knows nothing of the
 * cache: its supervisor holds the claim and commits.
 *
 * @module
 */

import { systemClock } from "../clock.ts";
import { Decoder } from "../data/decoder.ts";
import { typedFetcher } from "../data/typed_fetcher.ts";
import { isNotModified } from "../fetcher.ts";
import { ProgressReporter } from "../progress.ts";
import type { Fetcher } from "../refresher.ts";
import { reasonOf } from "../refresher_result.ts";
import { retryAfterOf } from "../retry_after.ts";
import { Extensions } from "./extensions.ts";
import { setInside } from "./inside.ts";
import { onInterrupt } from "./interrupts.ts";
import { decodeReply, decodeTask, encodeMessage, type Message, type Task } from "./messages.ts";
import { killOwnGroup } from "./process_group.ts";
import { system } from "./system.ts";
import { type Load, loadWorkerModule } from "./worker_module.ts";
import { writeAll } from "./write_all.ts";

/** Tells the supervisor something; resolves when it is on its way. */
type Tell = (message: Message) => Promise<unknown>;

/** Hears the lines of the input; resolves at its end, when the supervisor is gone. */
async function hear(onLine: (line: string) => void): Promise<void> {
  const { stdin } = system();
  stdin.setEncoding("utf8");
  let line = "";
  for await (const chunk of stdin) {
    // A line may be long: what is there of it is not looked at again.
    const [first = "", ...others] = String(chunk).split("\n");
    line += first;
    for (const other of others) {
      onLine(line);
      line = other;
    }
  }
}

/** Tells messages one after the other. */
function teller(mark: string): Tell {
  const { writeSync } = system().getBuiltinModule("node:fs");
  const encoder = new TextEncoder();
  let told: Promise<unknown> = Promise.resolve();
  return (message) => {
    const bytes = encoder.encode(encodeMessage(mark, message));
    return told = told.then(() => writeAll((some) => writeSync(1, some), bytes));
  };
}

/** Ends this process and what it started: nobody would take the answer. */
function endAll(): never {
  killOwnGroup();
  return system().exit(1);
}

/** Hears of errors that nobody caught: they would end the process, and only a part of them would be its last words. */
function onUncaught(listener: (error: unknown) => void): void {
  const process = system();
  for (const event of ["uncaughtException", "unhandledRejection"]) process.on(event, listener);
}

/** What the program would call if the refresh were done there. */
async function loadFetcher(task: Task, load: Load | undefined): Promise<Fetcher> {
  const { label, ttl, given } = task;
  const { refresher, decoding } = await loadWorkerModule(task, load);
  return typedFetcher({
    call: (context) => refresher(...given, context),
    codec: decoding.codec,
    decoder: new Decoder(label, decoding),
    clock: systemClock,
    ttl,
  });
}

async function perform(task: Task, tell: Tell, { extend }: Extensions, load: Load | undefined): Promise<void> {
  const { deadline, stored } = task;
  const reporter = new ProgressReporter(systemClock, (progress) => tell({ kind: "progress", progress }));
  const controller = new AbortController();
  onInterrupt((signal) => controller.abort(new Error(`the refresh was ended by ${signal}`)));

  let answered = false;
  const answer = async (message: Message) => {
    if (answered) return;
    answered = true;
    reporter.stop();
    await tell(message);
    system().exit(message.kind === "failed" ? 1 : 0);
  };
  const fail = (error: unknown) => answer({ kind: "failed", reason: reasonOf(error), retryAfter: retryAfterOf(error) });
  onUncaught((error) => void fail(error));
  try {
    const fetcher = await loadFetcher(task, load);
    const report = (progress: unknown) => reporter.report(progress);
    const data = await fetcher({ signal: controller.signal, deadline, report, extend, stored });
    await answer(isNotModified(data) ? { kind: "not-modified" } : { kind: "done", data });
  } catch (error) {
    await fail(error);
  }
}

/**
 * Does what the supervisor tells it, and ends.
 *
 * @param load Loads the module, where this one may not.
 */
export async function work(load?: Load): Promise<never> {
  setInside();
  let extensions: Extensions | undefined;
  await hear((line) => {
    if (extensions !== undefined) return extensions.hear(decodeReply(line));
    const task = decodeTask(line);
    const tell = teller(task.mark);
    extensions = new Extensions(tell);
    void perform(task, tell, extensions, load);
  });
  return endAll();
}

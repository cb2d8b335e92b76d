/**
 * A worker: the process in which a detached refresh's module is loaded and its refresher called. It knows nothing of the
 * cache: its supervisor holds the claim and commits.
 *
 * @module
 */

import { systemClock } from "../clock.ts";
import { encodeJson } from "../json_payload.ts";
import { ProgressReporter } from "../progress.ts";
import { loadRefresher } from "../refresher_module.ts";
import { reasonOf } from "../refresher_result.ts";
import { setInside } from "./inside.ts";
import { onInterrupt } from "./interrupts.ts";
import { encodeMessage, type Message, type Task } from "./messages.ts";
import { killOwnGroup } from "./process_group.ts";
import { system } from "./system.ts";
import { writeAll } from "./write_all.ts";

/** Loads the module with the refresher. */
type Load = () => Promise<unknown>;

/** Hears the task; and what ends it: the end of the input, when the supervisor is gone. */
async function hear(onTask: (task: Task) => void): Promise<void> {
  const { stdin } = system();
  stdin.setEncoding("utf8");
  let text = "";
  let told = false;
  for await (const chunk of stdin) {
    text += String(chunk);
    if (told || !text.includes("\n")) continue;
    told = true;
    onTask(JSON.parse(text) as Task);
  }
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

async function perform({ mark, module, deadline }: Task, load: Load | undefined): Promise<void> {
  const process = system();
  const encoder = new TextEncoder();
  const { writeSync } = process.getBuiltinModule("node:fs");
  let told: Promise<unknown> = Promise.resolve();
  const tell = (message: Message) => {
    const bytes = encoder.encode(encodeMessage(mark, message));
    return told = told.then(() => writeAll((some) => writeSync(1, some), bytes));
  };
  const reporter = new ProgressReporter(systemClock, (progress) => tell({ kind: "progress", progress }));
  const controller = new AbortController();
  onInterrupt((signal) => controller.abort(new Error(`the refresh was ended by ${signal}`)));

  let answered = false;
  const answer = async (message: Message) => {
    if (answered) return;
    answered = true;
    reporter.stop();
    await tell(message);
    process.exit(message.kind === "done" ? 0 : 1);
  };
  const fail = (error: unknown) => answer({ kind: "failed", reason: reasonOf(error) });
  onUncaught((error) => void fail(error));
  try {
    const refresher = await loadRefresher(module, load);
    const report = (progress: unknown) => reporter.report(progress);
    const data = encodeJson(await refresher({ signal: controller.signal, deadline, report }));
    await answer({ kind: "done", data });
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
  await hear((task) => void perform(task, load));
  return endAll();
}

/**
 * An adapter that another process uses through two pipes. Prints nothing: whatever stands on the terminal afterwards is
 * the runtime's. Arguments: the pipe for questions, the pipe for answers.
 */
import { createReadStream, openSync, writeSync } from "node:fs";
import process from "node:process";
import { createInterface } from "node:readline";
import type { Watcher } from "../../src/adapter.ts";
import { detectAdapter } from "../../src/adapters/detect.ts";
import { AdapterError } from "../../src/errors.ts";
import { type Answer, fromLine, type RemoteEvent, type Request, toLine } from "../support/remote_protocol.ts";

const [questions = "", answers = ""] = process.argv.slice(2);
const adapter = detectAdapter();
const output = openSync(answers, "w");
const calls: Answer[] = [];
const watchers: Watcher[] = [];
const events: RemoteEvent[] = [];

for await (const line of createInterface({ input: createReadStream(questions) })) {
  const request = fromLine(line) as Request;
  send(request.ask === "end" ? { value: undefined } : answer(request));
  if (request.ask === "end") process.exit(0);
}

function send(message: Answer): void {
  const bytes = new TextEncoder().encode(toLine(message));
  for (let done = 0; done < bytes.length;) done += writeSync(output, bytes, done);
}

function answer(request: Request): Answer {
  try {
    return ask(request);
  } catch (error) {
    return failed(error);
  }
}

function ask(request: Request): Answer {
  switch (request.ask) {
    case "call": {
      const work = Reflect.get(adapter, request.verb) as (...given: unknown[]) => unknown;
      const value = work.apply(adapter, [...request.args]);
      if (value instanceof Promise) return begin(value);
      return { value: iterates(value) ? [...value] : value };
    }
    case "poll":
      return calls[request.call] ?? { bug: `no call ${request.call}` };
    case "watch": {
      const watch = watchers.length;
      watchers.push(adapter.watch(request.path, (name) => events.push({ watch, name })));
      return { value: watch };
    }
    case "close":
      watchers[request.watch]?.close();
      return { value: undefined };
    default:
      return { value: events.splice(0) };
  }
}

function iterates(value: unknown): value is Iterable<unknown> {
  return typeof value === "object" && value !== null && Symbol.iterator in value;
}

function begin(promise: Promise<unknown>): Answer {
  const call = calls.length;
  calls.push({ pending: call });
  promise.then((value) => calls[call] = { value }, (error) => calls[call] = failed(error));
  return { pending: call };
}

function failed(error: unknown): Answer {
  if (!(error instanceof AdapterError)) return { bug: String(error) };
  const { operation, path, code, cause } = error;
  return { failure: { operation, path, code, cause: cause instanceof Error ? cause.message : "" } };
}

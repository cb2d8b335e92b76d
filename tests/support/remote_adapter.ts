/**
 * An adapter whose work is done in another process, on a terminal of its own: the program `adapter_server`, started under
 * `script`. Whatever the runtime prints there, a prompt above all, is kept.
 *
 * @module
 */

import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, constants, existsSync, mkdirSync, openSync, readFileSync, readSync, writeSync } from "node:fs";
import process from "node:process";
import { delay } from "@std/async/delay";
import type {
  Adapter,
  CreateOutcome,
  DirectoryEntry,
  FileContent,
  FileStat,
  Identity,
  LinkOutcome,
  Liveness,
  StageOptions,
  Watcher,
} from "../../src/adapter.ts";
import { AdapterError, type Errno } from "../../src/errors.ts";
import { tool } from "./processes.ts";
import { type Answer, fromLine, type RemoteEvent, type Request, toLine } from "./remote_protocol.ts";

/** How long an answer may take; a prompt on the terminal would take for ever. In milliseconds. */
const PATIENCE_MS = 20_000;

/** How often watches and asynchronous calls are asked about, in milliseconds. */
const POLL_MS = 5;

/** How long the other side is left alone before it is looked at again, in milliseconds. */
const NAP_MS = 0.1;

/** So many bytes a pipe takes whole or not at all (PIPE_BUF). */
const WHOLE_BYTES = 4096;

/** A terminal with a program on it that serves its adapter. */
export class Terminal {
  readonly #child: ChildProcess;
  readonly #ended: Promise<void>;
  readonly #transcript: string;
  readonly #questions: number;
  readonly #answers: number;
  #broken = false;
  readonly #buffer = new Uint8Array(1 << 16);

  /**
   * @param argv The command line of a program that takes the two pipes' paths as its last arguments.
   * @param folder An empty folder for the pipes; the program must be allowed to read and write in it.
   */
  constructor(argv: readonly string[], folder: string) {
    mkdirSync(folder);
    const [questions, answers] = [`${folder}/questions`, `${folder}/answers`];
    const { ok, says } = tool("mkfifo", questions, answers);
    if (!ok) throw new Error(`mkfifo: ${says}`);
    // For both directions, so that neither opening waits for the other side.
    const flags = constants.O_RDWR | constants.O_NONBLOCK;
    this.#questions = openSync(questions, flags);
    this.#answers = openSync(answers, flags);
    this.#transcript = `${folder}/transcript`;
    const line = [...argv, questions, answers].map((part) => `'${part}'`).join(" ");
    const environment = { ...process.env, TERM: "xterm", NO_COLOR: undefined, CI: undefined };
    this.#child = spawn("script", ["--quiet", "--flush", "--return", "--command", line, this.#transcript], {
      stdio: ["pipe", "ignore", "ignore"],
      env: environment,
    });
    this.#ended = new Promise((resolve) => this.#child.on("close", () => resolve()));
  }

  /** What stands on the terminal, without the lines in which `script` says when it began and ended. */
  get text(): string {
    if (!existsSync(this.#transcript)) return "";
    return readFileSync(this.#transcript, "utf8").replaceAll(/^Script (started|done) .*$/gm, "").trim();
  }

  /** Asks, and does not wait. */
  tell(request: Request): void {
    this.#write(new TextEncoder().encode(toLine(request)));
  }

  /** Asks, and waits for the answer, synchronously. */
  ask(request: Request): Answer {
    this.tell(request);
    return fromLine(this.#readLine()) as Answer;
  }

  /** Ends the program, and waits for that. */
  async close(): Promise<void> {
    this.ask({ ask: "end" });
    await this.#ended;
    this.#release();
  }

  /** Ends the program by force. */
  async kill(): Promise<void> {
    this.#child.kill("SIGKILL");
    await this.#ended;
    this.#release();
  }

  #release(): void {
    closeSync(this.#questions);
    closeSync(this.#answers);
  }

  #write(bytes: Uint8Array): void {
    let done = 0;
    this.#patiently(() => {
      done += writeSync(this.#questions, bytes, done, Math.min(WHOLE_BYTES, bytes.length - done));
      return done === bytes.length ? true : undefined;
    });
  }

  #readLine(): string {
    const decoder = new TextDecoder();
    let line = "";
    return this.#patiently(() => {
      const count = readSync(this.#answers, this.#buffer, 0, this.#buffer.length, null);
      line += decoder.decode(this.#buffer.subarray(0, count), { stream: true });
      return line.endsWith("\n") ? line : undefined;
    });
  }

  /** Tries until something comes of it. A full or an empty pipe is no failure. */
  #patiently<T>(work: () => T | undefined): T {
    if (this.#broken) {
      throw new Error(`there was no answer before; on the terminal stands: ${JSON.stringify(this.text)}`);
    }
    const end = performance.now() + PATIENCE_MS;
    while (performance.now() < end) {
      const result = unlessBusy(work);
      if (result !== undefined) return result;
    }
    this.#broken = true;
    throw new Error(`no answer within ${PATIENCE_MS} ms; on the terminal stands: ${JSON.stringify(this.text)}`);
  }
}

function unlessBusy<T>(work: () => T | undefined): T | undefined {
  try {
    return work();
  } catch (error) {
    if ((error as { code?: unknown }).code !== "EAGAIN") throw error;
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, NAP_MS);
    return undefined;
  }
}

/** The adapter of the program on a terminal. */
export class RemoteAdapter implements Adapter {
  readonly name = "remote";
  readonly #terminal: Terminal;
  readonly #watches = new Map<number, (name: string | undefined) => void>();
  #polling = false;

  /** @param terminal Where it runs. */
  constructor(terminal: Terminal) {
    this.#terminal = terminal;
  }

  stat(path: string): FileStat | undefined {
    return this.#call("stat", path) as FileStat | undefined;
  }

  read(path: string, limit?: number): FileContent | undefined {
    return this.#call("read", path, limit ?? Infinity) as FileContent | undefined;
  }

  async readLarge(path: string, limit?: number): Promise<FileContent | undefined> {
    return await this.#callAsync("readLarge", path, limit ?? Infinity) as FileContent | undefined;
  }

  createExclusive(path: string, bytes: Uint8Array): CreateOutcome {
    return this.#call("createExclusive", path, bytes) as CreateOutcome;
  }

  link(existing: string, path: string): LinkOutcome {
    return this.#call("link", existing, path) as LinkOutcome;
  }

  replace(from: string, to: string): "replaced" | "absent" {
    return this.#call("replace", from, to) as "replaced" | "absent";
  }

  remove(path: string): boolean {
    return this.#call("remove", path) as boolean;
  }

  list(path: string): Iterable<DirectoryEntry> | undefined {
    return this.#call("list", path) as DirectoryEntry[] | undefined;
  }

  makeDirectory(path: string): "created" | "exists" {
    return this.#call("makeDirectory", path) as "created" | "exists";
  }

  realPath(path: string): string | undefined {
    return this.#call("realPath", path) as string | undefined;
  }

  setModified(path: string, modifiedAt: number): boolean {
    return this.#call("setModified", path, modifiedAt) as boolean;
  }

  async stage(path: string, bytes: Uint8Array, options: StageOptions): Promise<CreateOutcome> {
    return await this.#callAsync("stage", path, bytes, options) as CreateOutcome;
  }

  watch(path: string, onChange: (name: string | undefined) => void): Watcher {
    const watch = unpack(this.#terminal.ask({ ask: "watch", path })) as number;
    this.#watches.set(watch, onChange);
    if (!this.#polling) void this.#pollEvents();
    const close = () => {
      if (this.#watches.delete(watch)) unpack(this.#terminal.ask({ ask: "close", watch }));
    };
    return { close };
  }

  self(): Identity {
    const { pid, host, processStart, user } = this.#call("self") as Identity;
    return { pid, host, processStart, user };
  }

  liveness(pid: number): Liveness {
    const { state, processStart, startedAt } = this.#call("liveness", pid) as Liveness;
    return { state, processStart, startedAt };
  }

  #call(verb: string, ...args: unknown[]): unknown {
    return unpack(this.#terminal.ask({ ask: "call", verb, args }));
  }

  async #callAsync(verb: string, ...args: unknown[]): Promise<unknown> {
    let answer = this.#terminal.ask({ ask: "call", verb, args });
    while ("pending" in answer) {
      await delay(POLL_MS);
      answer = this.#terminal.ask({ ask: "poll", call: answer.pending });
    }
    return unpack(answer);
  }

  async #pollEvents(): Promise<void> {
    this.#polling = true;
    while (this.#watches.size > 0) {
      await delay(POLL_MS);
      for (const { watch, name } of unpack(this.#terminal.ask({ ask: "events" })) as RemoteEvent[]) {
        this.#watches.get(watch)?.(name);
      }
    }
    this.#polling = false;
  }
}

function unpack(answer: Answer): unknown {
  if ("failure" in answer) {
    const { operation, path, code, cause } = answer.failure;
    throw new AdapterError({ operation, path, code: code as Errno, cause: new Error(cause) });
  }
  if ("value" in answer) return answer.value;
  if ("bug" in answer) throw new Error(`the program says: ${answer.bug}`);
  return undefined;
}

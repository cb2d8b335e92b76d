/**
 * The contract of a process that was started, whichever runtime did it.
 *
 * @module
 */

/** A signal that ends processes. */
export type Signal = "SIGINT" | "SIGTERM" | "SIGHUP" | "SIGQUIT" | "SIGKILL";

/** How a program ended. */
export type ProgramEnd =
  | { readonly kind: "exit"; readonly code: number }
  | { readonly kind: "signal"; readonly signal: string }
  /** It could not be started; the system's name for the reason. */
  | { readonly kind: "unstarted"; readonly errno: string };

/** The variables of an environment. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Where a process is started, as far as that is not where this one runs. */
export interface Surroundings {
  /** Its working directory. */
  readonly folder?: string | undefined;
  /** The variables of its environment that differ; `null`: not set. */
  readonly environment?: Readonly<Record<string, string | null>> | undefined;
}

/** Its streams: each a pipe, or nothing at all. */
export interface Streams extends Surroundings {
  /** Whether its standard input is a pipe. */
  readonly input: boolean;
  /** Whether its standard output and its standard error are. */
  readonly output: boolean;
}

/** A process that was started in a session, or at least a group, of its own. */
export interface Started {
  /** Its PID; `undefined` if it could not be started. */
  readonly pid: number | undefined;
  /** How it ended, or why it was not started. Never rejects. */
  readonly ended: Promise<ProgramEnd>;
  /** Writes to its standard input. That it does not read is no error. */
  readonly write: (text: string) => void;
  /** Writes to its standard input and ends it; resolves when all is on its way, or when it does not read. */
  end(text: string): Promise<void>;
  /** Hears its standard output; resolves when it has ended. */
  hearOutput(listener: (chunk: Uint8Array) => void): Promise<void>;
  /** Hears its standard error; resolves when it has ended. */
  hearError(listener: (chunk: Uint8Array) => void): Promise<void>;
  /** Sends it a signal, for which Deno wants no permission; nothing if it has ended. */
  readonly kill: (signal: Signal) => void;
  /** Lets this process end although that one goes on. */
  forget(): void;
}

/** An environment with some variables changed. */
export function environmentWith(
  environment: Environment,
  changes: Readonly<Record<string, string | null>>,
): Record<string, string> {
  const all = Object.entries({ ...environment, ...changes });
  return Object.fromEntries(all.filter((entry): entry is [string, string] => typeof entry[1] === "string"));
}

/** What a failed start says, as the system calls it. */
export function errnoOf(error: unknown): string {
  const { code, name } = error as { readonly code?: unknown; readonly name?: unknown };
  // Deno's refusal of a permission has no code.
  if (name === "NotCapable") return "ENOTCAPABLE";
  return typeof code === "string" ? code : "EUNKNOWN";
}

/** A process that could not be started. */
export function unstarted(error: unknown): Started {
  const nothing = () => Promise.resolve();
  return {
    pid: undefined,
    ended: Promise.resolve({ kind: "unstarted", errno: errnoOf(error) }),
    write: () => {},
    end: nothing,
    hearOutput: nothing,
    hearError: nothing,
    kill: () => {},
    forget: () => {},
  };
}

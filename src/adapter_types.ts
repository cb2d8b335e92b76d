/**
 * What an adapter's verbs take and give.
 *
 * @module
 */

/**
 * What a path is, without following it if it is a link.
 *
 * @example A folder as people are used to see it
 * ```ts
 * import type { DirectoryEntry, FileKind } from "@discoverycache/core";
 *
 * const letters: { readonly [Kind in FileKind]: string } = { file: "-", directory: "d", link: "l", other: "?" };
 * const show = (entries: Iterable<DirectoryEntry>) =>
 *   Array.from(entries, ({ kind, name }) => `${letters[kind]} ${name}`);
 *
 * const found = show([{ name: "discovery", kind: "directory" }, { name: "tmp", kind: "link" }]);
 * if (found.join() !== "d discovery,l tmp") throw new Error(found.join());
 * ```
 */
export type FileKind = "file" | "directory" | "link" | "other";

/**
 * What the file system knows about a path. Where a field is `undefined`, this system or runtime does not tell.
 *
 * @example May nobody else read it?
 * ```ts
 * import type { FileStat } from "@discoverycache/core";
 *
 * function isPrivate({ kind, mode, owner }: FileStat, me: number | undefined): boolean {
 *   if (mode === undefined || owner === undefined) return true; // Windows: a user's folder is his own
 *   return kind === "file" && owner === me && (mode & 0o077) === 0;
 * }
 *
 * const times = { modifiedAt: 1_000, changedAt: undefined };
 * const mine: FileStat = { kind: "file", size: 2, ...times, inode: 7, mode: 0o600, owner: 501 };
 * if (!isPrivate(mine, 501)) throw new Error("it is mine alone");
 * if (isPrivate({ ...mine, mode: 0o644 }, 501)) throw new Error("everybody can read it");
 * ```
 */
export interface FileStat {
  /** File, folder, symbolic link or something else. */
  readonly kind: FileKind;
  /** Size in bytes. */
  readonly size: number;
  /** Modification time, milliseconds since the epoch, with a fraction where the runtime knows one. */
  readonly modifiedAt: number;
  /**
   * Status change time, milliseconds since the epoch, and never before the change: where only the second is known (Deno),
   * this is its last millisecond, which may lie in the future.
   */
  readonly changedAt: number | undefined;
  /** The inode's number. */
  readonly inode: number | undefined;
  /** The permission bits, `mode & 0o7777`; `undefined` on Windows. */
  readonly mode: number | undefined;
  /** The owner's user id; `undefined` on Windows. */
  readonly owner: number | undefined;
}

/**
 * Bytes and what is known of them, both from one open file, so that they always belong together.
 *
 * @example A file that was cut off, for a test of what reads it
 * ```ts
 * import type { Adapter, FileContent } from "@discoverycache/core";
 *
 * function cutOff(read: Adapter["read"], size: number): Adapter["read"] {
 *   const cut = ({ bytes, stat }: FileContent): FileContent => ({
 *     bytes: bytes.slice(0, size),
 *     stat: { ...stat, size },
 *   });
 *   return (path, limit) => {
 *     const content = read(path, limit);
 *     return content && cut(content);
 *   };
 * }
 *
 * const known = { modifiedAt: 1_000, changedAt: undefined, inode: undefined, mode: undefined, owner: undefined };
 * const bytes = new TextEncoder().encode('["one"]');
 * const whole: FileContent = { bytes, stat: { kind: "file", size: bytes.length, ...known } };
 * const content = cutOff(() => whole, 3)("/var/cache/fiz/models.json");
 * if (content?.bytes.length !== 3 || content.stat.size !== 3) throw new Error("it is still whole");
 * ```
 */
export interface FileContent {
  /** The whole content. The caller may keep and change it. */
  readonly bytes: Uint8Array;
  /** The state of the same open file. */
  readonly stat: FileStat;
}

/**
 * A name in a folder.
 *
 * @example A folder with a file of another program in it, for a test
 * ```ts
 * import type { Adapter, DirectoryEntry } from "@discoverycache/core";
 *
 * function littered(list: Adapter["list"], strange: DirectoryEntry): Adapter["list"] {
 *   return (path) => {
 *     const entries = list(path);
 *     return entries && [strange, ...entries];
 *   };
 * }
 *
 * const list = littered(() => [{ name: "models.json", kind: "file" }], { name: ".DS_Store", kind: "file" });
 * const names = Array.from(list("/var/cache/fiz") ?? [], ({ name }) => name);
 * if (names.join() !== ".DS_Store,models.json") throw new Error(names.join());
 * ```
 */
export interface DirectoryEntry {
  /** The name without its folder. */
  readonly name: string;
  /** What it is. */
  readonly kind: FileKind;
}

/**
 * `"absent"` means that the folder the file should be made in is not there.
 *
 * @example Of all who race for a name, one gets it
 * ```ts
 * import type { Adapter, CreateOutcome } from "@discoverycache/core";
 *
 * const files = new Map<string, Uint8Array>(); // an adapter of one's own, in memory
 * const createExclusive: Adapter["createExclusive"] = (path, bytes) => {
 *   if (files.has(path)) return "exists";
 *   files.set(path, bytes.slice());
 *   return "created";
 * };
 *
 * const racers = ["a", "b", "c"].map((name) => new TextEncoder().encode(name));
 * const outcomes: CreateOutcome[] = racers.map((bytes) => createExclusive("/var/cache/fiz/lock", bytes));
 * if (outcomes.join() !== "created,exists,exists") throw new Error(outcomes.join());
 * ```
 */
export type CreateOutcome = "created" | "exists" | "absent";

/**
 * `"absent"`: the existing file or the folder is not there. `"unsupported"`: this file system has no hard links, or a policy
 * forbids them.
 *
 * @example Does this file system have hard links?
 * ```ts
 * import type { Adapter, LinkOutcome } from "@discoverycache/core";
 *
 * function hasLinks(files: Pick<Adapter, "link" | "remove">, existing: string): boolean {
 *   const outcome: LinkOutcome = files.link(existing, `${existing}.trial`);
 *   if (outcome === "linked") files.remove(`${existing}.trial`);
 *   return outcome === "linked" || outcome === "exists";
 * }
 *
 * const removed: string[] = [];
 * const remove = (path: string) => removed.push(path) > 0;
 * if (hasLinks({ link: () => "unsupported", remove }, "/mnt/stick/a")) throw new Error("it said that it has none");
 * if (!hasLinks({ link: () => "linked", remove }, "/var/cache/fiz/a")) throw new Error("there was one");
 * if (removed.join() !== "/var/cache/fiz/a.trial") throw new Error("the trial is still there");
 * ```
 */
export type LinkOutcome = "linked" | "exists" | "absent" | "unsupported";

/**
 * A watch on a folder, until it is closed.
 *
 * @example A folder whose changes a test makes up
 * ```ts
 * import type { Adapter, Watcher } from "@discoverycache/core";
 *
 * const listeners = new Set<(name: string | undefined) => void>();
 * const watch: Adapter["watch"] = (_path, onChange) => {
 *   listeners.add(onChange);
 *   return { close: () => void listeners.delete(onChange) };
 * };
 * const change = (name: string) => listeners.forEach((listener) => listener(name));
 *
 * const heard: (string | undefined)[] = [];
 * const watcher: Watcher = watch("/var/cache/fiz", (name) => heard.push(name));
 * change("models.json");
 * watcher.close();
 * change("prices.json");
 * if (heard.join() !== "models.json") throw new Error(`heard after the end: ${heard}`);
 * ```
 */
export interface Watcher {
  /** Stops it. Calling it again does nothing. No event comes after it. */
  close(): void;
}

/**
 * Who this process is, so that others can tell whether it still lives.
 *
 * @example One process that plays two, on two machines
 * ```ts
 * import type { Adapter, Identity } from "@discoverycache/core";
 *
 * const elsewhere = (self: Adapter["self"], host: string): Adapter["self"] => () => ({ ...self(), host });
 * const sameHost = (a: Identity, b: Identity) => a.host !== undefined && a.host === b.host;
 *
 * const self = (): Identity => ({ pid: 4711, host: "boot 1", processStart: "123", user: 501 });
 * const other = elsewhere(self, "boot 2");
 * if (!sameHost(self(), self())) throw new Error("it is one process");
 * if (sameHost(self(), other())) throw new Error("process 4711 of there is another one");
 * ```
 */
export interface Identity {
  /** The process id. */
  readonly pid: number;
  /** The machine boot and PID namespace in which `pid` means something; `undefined` where that cannot be known. */
  readonly host: string | undefined;
  /** The process's start time as the kernel knows it, an opaque string; `undefined` where that cannot be known. */
  readonly processStart: string | undefined;
  /** The user id that files of this process get; `undefined` where that cannot be known. */
  readonly user: number | undefined;
}

/**
 * What the system says about a PID.
 *
 * @example Is the process of a record still the same?
 * ```ts
 * import type { Identity, Liveness } from "@discoverycache/core";
 *
 * function isGone({ state, processStart }: Liveness, recorded: Pick<Identity, "processStart">): boolean {
 *   if (state !== "alive") return state === "dead"; // of what is unknown nobody says that it is gone
 *   const known = processStart !== undefined && recorded.processStart !== undefined;
 *   return known && processStart !== recorded.processStart; // its PID was given to another
 * }
 *
 * const now: Liveness = { state: "alive", processStart: "456", startedAt: 60_000 };
 * if (isGone(now, { processStart: "456" })) throw new Error("it lives");
 * if (!isGone(now, { processStart: "123" })) throw new Error("that is somebody else");
 * if (isGone({ ...now, state: "unknown" }, { processStart: "123" })) throw new Error("who says so?");
 * ```
 */
export interface Liveness {
  /**
   * `"dead"`: there is no such process, or it is a zombie, or the number can be no PID. `"alive"`: there is one, perhaps
   * another user's. `"unknown"`: this process may not ask.
   */
  readonly state: "alive" | "dead" | "unknown";
  /** Its start time, in the same form as {@linkcode Identity.processStart}; `undefined` where that cannot be known. */
  readonly processStart: string | undefined;
  /** About when it started, milliseconds since the epoch, good to a second or two; `undefined` where unknown. */
  readonly startedAt: number | undefined;
}

/**
 * Options of {@linkcode Adapter.stage}.
 *
 * @example How many files are forced to the disk
 * ```ts
 * import type { Adapter, StageOptions } from "@discoverycache/core";
 *
 * function counted(stage: Adapter["stage"], count: (options: StageOptions) => void): Adapter["stage"] {
 *   return (path, bytes, options) => {
 *     count(options);
 *     return stage(path, bytes, options);
 *   };
 * }
 *
 * let forced = 0;
 * const stage = counted(() => Promise.resolve("created"), ({ durable }) => forced += durable ? 1 : 0);
 * await stage("/var/cache/fiz/1", new Uint8Array(2), { durable: true });
 * await stage("/var/cache/fiz/2", new Uint8Array(2), { durable: false });
 * if (forced !== 1) throw new Error(`${forced} of 1`);
 * ```
 */
export interface StageOptions {
  /** Whether the bytes are forced to the disk (fsync) before the promise resolves. */
  readonly durable: boolean;
}

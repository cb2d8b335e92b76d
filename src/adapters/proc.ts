/**
 * What Linux writes under /proc, read as text. Pure functions.
 *
 * @module
 */

/** How many units of a start time make a second: USER_HZ, which is 100 wherever these runtimes run. */
const TICKS_PER_SECOND = 100;

/** What `/proc/<pid>/stat` says of a process. */
export interface ProcessStat {
  /** The PID in the namespace that this /proc was mounted for. */
  readonly pid: number;
  /** One letter: `R` running, `S` sleeping, `T` stopped, `Z` zombie, `X` dead, ... */
  readonly state: string;
  /** Ticks between the boot and the start of the process, in digits. */
  readonly start: string;
}

/** Where the start time stands among the fields after the name: it is field 22, and the first of them is field 3. */
const START_AFTER_NAME = 22 - 3;

/** Reads `/proc/<pid>/stat`; `undefined` if it is not that. */
export function parseProcessStat(text: string): ProcessStat | undefined {
  // The second field is the program's name in parentheses, and the name may hold spaces and parentheses itself.
  const nameEnd = text.lastIndexOf(")");
  const pid = Number.parseInt(text, 10);
  const fields = text.slice(nameEnd + 1).trim().split(" ");
  const state = fields[0];
  const start = fields[START_AFTER_NAME];
  if (nameEnd < 0 || !Number.isInteger(pid) || state === undefined || start === undefined) return undefined;
  return /^\d+$/.test(start) ? { pid, state, start } : undefined;
}

/** A zombie has ended and waits for its parent to notice; nothing of it will ever run again. */
export function hasEnded(stat: ProcessStat): boolean {
  return stat.state === "Z" || stat.state === "X" || stat.state === "x";
}

/** The boot time in `/proc/stat`, milliseconds since the epoch; `undefined` if it is not there. It is whole seconds. */
export function parseBootTime(text: string): number | undefined {
  const seconds = /^btime (\d+)$/m.exec(text)?.[1];
  return seconds === undefined ? undefined : Number(seconds) * 1000;
}

/** When a process started, on the wall clock, milliseconds since the epoch. */
export function startOnWallClock(bootTime: number, start: string): number {
  return bootTime + (Number(start) / TICKS_PER_SECOND) * 1000;
}

/**
 * One string for this boot of this machine and for this PID namespace.
 *
 * @param bootId The content of `/proc/sys/kernel/random/boot_id`.
 * @param namespace The target of the link `/proc/self/ns/pid`, such as `pid:[4026531836]`.
 */
export function linuxHost(bootId: string, namespace: string): string | undefined {
  const boot = bootId.trim();
  const number = /^pid:\[(\d+)\]$/.exec(namespace.trim())?.[1];
  return boot === "" || number === undefined ? undefined : `linux:${boot}:${number}`;
}

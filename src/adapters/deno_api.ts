/**
 * The parts of `Deno` that its adapter uses, as structural types: this package has no types of a runtime.
 *
 * @module
 */

/** What a `stat` returns; `null` is what the system does not know. */
export interface DenoFileInfo {
  readonly isFile: boolean;
  readonly isDirectory: boolean;
  readonly isSymlink: boolean;
  readonly size: number;
  readonly mtime: Date | null;
  readonly ctime?: Date | null;
  readonly dev: number;
  readonly ino: number | null;
  readonly mode: number | null;
  readonly uid: number | null;
}

/** An open file. */
export interface DenoFile {
  statSync(): DenoFileInfo;
  readSync(into: Uint8Array): number | null;
  read(into: Uint8Array): Promise<number | null>;
  writeSync(from: Uint8Array): number;
  write(from: Uint8Array): Promise<number>;
  sync(): Promise<void>;
  close(): void;
}

/** How a file is opened. */
export interface DenoOpenOptions {
  readonly read?: boolean;
  readonly write?: boolean;
  readonly createNew?: boolean;
  readonly mode?: number;
}

/** An entry of a folder. */
export interface DenoDirEntry {
  readonly name: string;
  readonly isFile: boolean;
  readonly isDirectory: boolean;
  readonly isSymlink: boolean;
}

/** Something happened in a watched folder. */
export interface DenoFsEvent {
  readonly kind: string;
  readonly paths: readonly string[];
}

/** A watch. */
export interface DenoFsWatcher {
  next(): Promise<{ readonly done?: boolean | undefined; readonly value?: DenoFsEvent }>;
  unref(): void;
  close(): void;
}

/** A permission that may be asked about. */
export type DenoPermission =
  | { readonly name: "read" | "write"; readonly path?: string }
  | { readonly name: "run"; readonly command?: string }
  | { readonly name: "env"; readonly variable?: string }
  | { readonly name: "net" | "ffi" | "import" }
  | { readonly name: "sys"; readonly kind?: "uid" | "hostname" };

/** The global `Deno`. */
export interface DenoNamespace {
  readonly pid: number;
  readonly build: { readonly os: string };
  readonly permissions: { querySync(permission: DenoPermission): { readonly state: string } };
  lstatSync(path: string): DenoFileInfo;
  openSync(path: string, options: DenoOpenOptions): DenoFile;
  chmodSync(path: string, mode: number): void;
  linkSync(existing: string, path: string): void;
  renameSync(from: string, to: string): void;
  removeSync(path: string): void;
  mkdirSync(path: string, options: { readonly mode: number; readonly recursive: boolean }): void;
  readDirSync(path: string): Iterable<DenoDirEntry>;
  readTextFileSync(path: string): string;
  readLinkSync(path: string): string;
  realPathSync(path: string): string;
  utimeSync(path: string, accessed: number, modified: number): void;
  watchFs(path: string, options: { readonly recursive: boolean }): DenoFsWatcher;
  kill(pid: number, signal: 0): void;
  uid(): number | null;
  hostname(): string;
}

/** The global `Deno`. */
export function denoNamespace(): DenoNamespace {
  return (globalThis as unknown as { readonly Deno: DenoNamespace }).Deno;
}

/** Whether a permission is there now. Never prompts, and takes about a microsecond. */
export function isGranted(deno: Pick<DenoNamespace, "permissions">, permission: DenoPermission): boolean {
  try {
    return deno.permissions.querySync(permission).state === "granted";
  } catch {
    return false;
  }
}

/**
 * The few functions of @std/fs that this project uses, for machines that reach npm but not JSR. Like the originals they
 * work on Deno only; the types name just what they need of it, so that tsc reads them without Deno's types.
 */

interface DirEntry {
  readonly name: string;
  readonly isFile: boolean;
  readonly isDirectory: boolean;
  readonly isSymlink: boolean;
}

interface DenoFiles {
  lstat(path: string): Promise<{ readonly isDirectory: boolean }>;
  mkdir(path: string, options: { recursive: boolean }): Promise<void>;
  remove(path: string, options: { recursive: boolean }): Promise<void>;
  readDir(path: string): AsyncIterable<DirEntry>;
  readonly errors: { readonly NotFound: new () => Error };
}

const deno = (): DenoFiles => (globalThis as unknown as { Deno: DenoFiles }).Deno;

/** Is something there? */
export async function exists(path: string): Promise<boolean> {
  try {
    await deno().lstat(path);
    return true;
  } catch (error) {
    if (error instanceof deno().errors.NotFound) return false;
    throw error;
  }
}

/** Makes the folder, and those above it, unless it is there. */
export async function ensureDir(path: string): Promise<void> {
  await deno().mkdir(path, { recursive: true });
}

/** Makes the folder, or empties it. */
export async function emptyDir(path: string): Promise<void> {
  await ensureDir(path);
  const names: string[] = [];
  for await (const entry of deno().readDir(path)) names.push(entry.name);
  for (const name of names) await deno().remove(`${path}/${name}`, { recursive: true });
}

/** What {@linkcode walk} found. */
export interface WalkEntry extends DirEntry {
  readonly path: string;
}

/** Everything below a folder, the folder itself first. */
export async function* walk(root: string): AsyncIterableIterator<WalkEntry> {
  const { isDirectory } = await deno().lstat(root);
  yield { path: root, name: root.split("/").at(-1) ?? root, isFile: !isDirectory, isDirectory, isSymlink: false };
  if (isDirectory) yield* below(root);
}

async function* below(folder: string): AsyncIterableIterator<WalkEntry> {
  for await (const entry of deno().readDir(folder)) {
    const path = `${folder}/${entry.name}`;
    yield { ...entry, path };
    if (entry.isDirectory) yield* below(path);
  }
}

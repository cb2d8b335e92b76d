/** Compares the manifests with each other and with the list of entries. Pure functions of their contents. */
import type { CommandEntry, LibraryEntry } from "../entries.ts";

/** What package.json must say. */
export interface PackageManifest {
  readonly name?: unknown;
  readonly version?: unknown;
  readonly license?: unknown;
  readonly exports?: Readonly<Record<string, unknown>>;
  readonly bin?: Readonly<Record<string, unknown>>;
  readonly repository?: { readonly url?: unknown };
  readonly dependencies?: Readonly<Record<string, unknown>>;
}

/** What a Deno configuration must say. */
export interface DenoManifest {
  readonly name?: unknown;
  readonly version?: unknown;
  readonly license?: unknown;
  readonly exports?: Readonly<Record<string, unknown>>;
  readonly imports?: Readonly<Record<string, unknown>>;
  readonly compilerOptions?: unknown;
}

/** Everything to compare. */
export interface Manifests {
  readonly npm: PackageManifest;
  readonly deno: DenoManifest;
  /** The configuration for machines that do not reach JSR. */
  readonly denoWithoutJsr: DenoManifest;
  readonly libraries: readonly LibraryEntry[];
  /** Undefined while there is none. */
  readonly command: CommandEntry | undefined;
}

/** Everything on which they differ, one line each. */
export function findDifferences({ npm, deno, denoWithoutJsr, libraries, command }: Manifests): string[] {
  const sources = Object.fromEntries(libraries.map(({ subpath, source }) => [subpath, `./${source}`]));
  const built = Object.fromEntries(
    libraries.map(({ subpath, types, output }) => [subpath, { types: `./${types}`, default: `./${output}` }]),
  );
  const { "./package.json": _self, ...exported } = npm.exports ?? {};
  const own = Object.fromEntries(
    libraries.map(({ subpath, source }) => [`@discoverycache/core${subpath.slice(1)}`, `./${source}`]),
  );
  const mapped = Object.entries(deno.imports ?? {}).filter(([name]) =>
    name in own || name.startsWith(String(npm.name))
  );
  const alike = (key: keyof DenoManifest) => compare(`deno.npm.json: ${key}`, denoWithoutJsr[key], deno[key]);
  return [
    ...(["name", "version", "license"] as const).flatMap((key) => compare(`deno.json: ${key}`, deno[key], npm[key])),
    ...compare("deno.json: exports", deno.exports, sources),
    ...compare("deno.json: imports of the package itself", Object.fromEntries(mapped), own),
    ...compare("package.json: exports", exported, built),
    ...compare("package.json: bin", npm.bin, command && { [command.name]: command.output }),
    ...compare("package.json: dependencies", npm.dependencies, undefined),
    ...(["name", "version", "license", "exports", "compilerOptions"] as const).flatMap(alike),
    ...compare("deno.npm.json: imports", { ...deno.imports, ...denoWithoutJsr.imports }, denoWithoutJsr.imports),
  ];
}

function compare(what: string, found: unknown, right: unknown): string[] {
  const [a, b] = [JSON.stringify(sorted(found)), JSON.stringify(sorted(right))];
  return a === b ? [] : [`${what} is ${a}, but would be ${b}`];
}

function sorted(value: unknown): unknown {
  if (value === null || typeof value !== "object" || Array.isArray(value)) return value;
  const entries = Object.entries(value).sort(([a], [b]) => a < b ? -1 : 1);
  return Object.fromEntries(entries.map(([key, inner]) => [key, sorted(inner)]));
}

/** Hosts that a lock file names for packages: it should name none, so that everyone's registry will do. */
export function findHosts(lock: string): string[] {
  const { packages = {} } = JSON.parse(lock) as { packages?: Record<string, { resolved?: string }> };
  return Object.entries(packages).flatMap(([name, { resolved }]) =>
    resolved !== undefined && /^[a-z+]+:\/\//.test(resolved)
      ? [`package-lock.json: ${name} comes from ${resolved}`]
      : []
  );
}

/**
 * Packages for other systems that a lock file leaves out: npm 10 does not install there what is not in it. A registry that
 * does not carry them is enough for npm to leave them out.
 */
export function findMissingPlatforms(lock: string): string[] {
  const { packages = {} } = JSON.parse(lock) as {
    packages?: Record<string, { optionalDependencies?: Record<string, string> }>;
  };
  return Object.entries(packages).flatMap(([name, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies)
      .filter((needed) => !(`${name}/node_modules/${needed}` in packages || `node_modules/${needed}` in packages))
      .map((needed) => `package-lock.json: ${name} may need ${needed}, which is not there`)
  );
}

/** Compares a tag with everything that names a version. Pure functions of their contents. */

/** A manifest, as far as it matters here. */
export interface VersionedManifest {
  readonly version?: unknown;
  /** Where the package is made, if it says so: npm signs for no other place. */
  readonly repository?: { readonly url?: unknown } | undefined;
}

/** What names a version. */
export interface Versions {
  /** Each manifest, by its file's name. */
  readonly manifests: Readonly<Record<string, VersionedManifest>>;
  /** package-lock.json. */
  readonly lock: Readonly<Record<string, unknown>>;
  /** The text of CHANGELOG.md. */
  readonly changelog: string;
  /** The repository that the workflow runs in, as `owner/name`; `undefined` anywhere else. */
  readonly repository?: string | undefined;
}

const TAG = /^v(?<version>\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?)$/;

/** Everything that does not belong to the tag, one line each. */
export function findTagFaults(tag: string, { manifests, lock, changelog, repository }: Versions): string[] {
  const version = TAG.exec(tag)?.groups?.["version"];
  if (version === undefined) return [`The tag is ${JSON.stringify(tag)}, but would be "v" and a version, as v0.1.0.`];
  const own = (lock["packages"] as Record<string, { version?: unknown }> | undefined)?.[""];
  const named: Record<string, unknown> = {
    ...Object.fromEntries(Object.entries(manifests).map(([file, manifest]) => [file, manifest.version])),
    "package-lock.json": lock["version"],
    "package-lock.json: packages": own?.version,
  };
  const wrong = Object.entries(named).flatMap(([file, found]) =>
    found === version ? [] : [`${file} says ${JSON.stringify(found)}, but the tag ${tag}.`]
  );
  const place = `git+https://github.com/${repository}.git`;
  for (const [file, { repository: named }] of Object.entries(manifests)) {
    if (repository === undefined || named === undefined || named.url === place) continue;
    wrong.push(`${file} is made at ${JSON.stringify(named.url)}, but this is ${place}.`);
  }
  const heading = changelog.split("\n").find((line) => line.startsWith(`## [${version}]`));
  if (heading === undefined) return [...wrong, `CHANGELOG.md has no heading "## [${version}]".`];
  if (/^ - \d{4}-\d{2}-\d{2}$/.test(heading.slice(`## [${version}]`.length).trimEnd())) return wrong;
  return [
    ...wrong,
    `CHANGELOG.md says ${JSON.stringify(heading)}, but the heading would end with the day, as 2026-11-30.`,
  ];
}

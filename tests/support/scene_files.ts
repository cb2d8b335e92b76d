/**
 * What is on disk in a scene, seen and changed behind everybody's back.
 *
 * @module
 */

import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Scene } from "./cache_children.ts";

/** A marker or a lock, as it is on disk. */
export interface RecordOnDisk {
  readonly pid: number;
  readonly started_at: string;
  readonly token?: string;
  readonly host?: string;
  readonly process_start?: string;
  readonly deadline?: string;
  readonly last_error?: string;
  readonly attempts?: number;
  readonly retry_at?: string;
}

/** The path of a file in the tier of the scene's sources; the tier's folder is made. */
export function tierFile(scene: Scene, name: string): string {
  const folder = join(scene.root, "discovery");
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return join(folder, name);
}

/** The names of all files of all sources, sorted. */
export function tierFiles(scene: Scene): string[] {
  return readdirSync(tierFile(scene, ".")).sort();
}

/** Makes data older, or, by a negative age, younger than now. */
export function age(scene: Scene, ageMs: number, name = "models"): void {
  const time = (Date.now() - ageMs) / 1_000;
  utimesSync(tierFile(scene, `${name}.json`), time, time);
}

/** Puts data there that was captured some time ago: an hour, which makes it stale, if left out. */
export function seed(scene: Scene, text: string, ageMs = 3_600_000, name = "models"): void {
  writeFileSync(tierFile(scene, `${name}.json`), text, { mode: 0o600 });
  age(scene, ageMs, name);
}

/** A source's data as it is on disk. */
export function dataOnDisk(scene: Scene, name = "models"): string {
  return readFileSync(tierFile(scene, `${name}.json`), "utf8");
}

/** A source's marker; `undefined` if there is none. */
export function markerOnDisk(scene: Scene, name = "models"): RecordOnDisk | undefined {
  const path = tierFile(scene, `${name}.refreshing`);
  return existsSync(path) ? JSON.parse(readFileSync(path, "utf8")) as RecordOnDisk : undefined;
}

/** Changes a marker, or makes one. A field of `undefined` is left out. */
export function editMarker(scene: Scene, change: Partial<{ [Field in keyof RecordOnDisk]: unknown }>): void {
  const path = join(scene.folder, "edited");
  writeFileSync(path, JSON.stringify({ ...markerOnDisk(scene), ...change }), { mode: 0o600 });
  // In one step, so that nobody finds half of it.
  renameSync(path, tierFile(scene, "models.refreshing"));
}

/** A time, as records have it. */
export function timestamp(fromNowMs: number): string {
  return new Date(Date.now() + fromNowMs).toISOString();
}

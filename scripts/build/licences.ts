/**
 * The licences of the packages that are in a bundle: each of them asks to be kept with every copy.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { projectRoot } from "../runtimes.ts";

const PACKAGE = /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/;

function licenceOf(folder: string): string {
  const path = join(projectRoot, folder);
  const { name, version, license } = JSON.parse(readFileSync(join(path, "package.json"), "utf8"));
  const file = readdirSync(path).find((file) => /^licen[cs]e/i.test(file));
  if (file === undefined) throw new Error(`${folder} has no file with its licence`);
  return `${name} ${version} (${license})\n\n${readFileSync(join(path, file), "utf8").trim()}\n`;
}

/**
 * The licences, one after the other.
 *
 * @param inputs The files of the bundle, as seen from the project's folder.
 */
export function licencesOf(inputs: readonly string[]): string {
  const folders = new Set(inputs.flatMap((input) => PACKAGE.exec(input)?.[0] ?? []));
  return [...folders].sort().map(licenceOf).join(`\n${"-".repeat(80)}\n\n`);
}

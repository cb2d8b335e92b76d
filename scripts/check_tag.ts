/**
 * `npm run check-tag -- v0.1.0`: whether everything in the project that names a version names that of the tag. The
 * workflow that publishes asks this first; it can be asked before the tag is made, too.
 */
import process from "node:process";
import { readManifests, readText } from "./gate/house.ts";
import { findTagFaults } from "./gate/tag.ts";

const [tag = ""] = process.argv.slice(2);
const { npm, deno, denoWithoutJsr } = readManifests();
const faults = findTagFaults(tag, {
  manifests: { "package.json": npm, "deno.json": deno, "deno.npm.json": denoWithoutJsr },
  lock: JSON.parse(readText("package-lock.json")) as Record<string, unknown>,
  changelog: readText("CHANGELOG.md"),
  repository: process.env["GITHUB_REPOSITORY"],
});
console.log(faults.length === 0 ? `${tag} is the version of everything.` : faults.join("\n"));
process.exitCode = faults.length === 0 ? 0 : 1;

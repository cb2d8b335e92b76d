/* @ts-self-types="./mod.d.ts" */
// @std/assert for machines that reach npm but not JSR: the same code, from the npm package deno-std.
export * from "deno-std/assert/mod.js";

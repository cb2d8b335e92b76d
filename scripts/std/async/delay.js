/* @ts-self-types="./delay.d.ts" */
// @std/async/delay for machines that reach npm but not JSR: the same code, from the npm package deno-std.
export { delay } from "deno-std/async/delay.js";

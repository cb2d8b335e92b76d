/** string-width as Deno imports it without a registry: what npm has installed, with its types. */
// @ts-types="../../node_modules/string-width/index.d.ts"
export { default } from "../../node_modules/string-width/index.js";

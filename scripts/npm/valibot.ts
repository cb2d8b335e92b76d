/**
 * Valibot as Deno imports it without a registry: what npm has installed, with its types. (Zod needs no such file, and can
 * have none: its declarations name each other as `.js`, which only a registry resolves; Deno runs it without types.)
 */
// @ts-types="../../node_modules/valibot/dist/index.d.mts"
export * from "../../node_modules/valibot/dist/index.mjs";

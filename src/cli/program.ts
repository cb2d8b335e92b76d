/**
 * The command line as the library sees it: the help, and what to say of a mistake.
 *
 * @module
 */

import { Command, CommanderError, Option } from "commander";
import type { CommandSpec, OptionSpec, OptionSpecs, Words } from "./command_spec.ts";
import { commands } from "./commands.ts";
import { nodeProcess } from "./host.ts";
import { reflow } from "./screen/reflow.ts";
import { lookOf } from "./screen/terminal.ts";

/** What came of a command line. */
export type Parsed =
  | { readonly kind: "command"; readonly perform: () => Promise<number> }
  /** Something to be printed, and nothing to be done. */
  | { readonly kind: "text"; readonly text: string }
  /** It cannot be understood. */
  | { readonly kind: "mistake"; readonly message: string };

const PROGRAM_HELP = `
SOURCE is what \`discoverycache ls\` shows: tier/name, or the name alone, or as much of its beginning as no other has.

Examples:
  $ discoverycache run --ttl 24h -- npm view typescript versions --json
  $ discoverycache ls
  $ discoverycache explain npm-view

Each command tells its options, its exit codes and more examples: discoverycache ls --help`;

/** As wide as the library makes the rest of the help. */
function prose(text: string): string {
  return reflow(text, lookOf("stdout").columns ?? 80);
}

/** What a value may be and what it is by default are the business of whoever checks it: here they are only shown. */
function makeOption(name: string, { value, help, byDefault, choices, many }: OptionSpec): Option {
  const what = choices === undefined ? help : `${help}: ${choices.join(", ")}`;
  const flags = value === undefined ? `--${name}` : `--${name} <${value}>`;
  const option = new Option(flags, byDefault === undefined ? what : `${what} (default: ${byDefault})`);
  if (many === true) option.argParser((word: string, before: readonly string[] = []) => [...before, word]);
  return option;
}

/** The version of the package that this file is a part of. */
function version(): string {
  const { readFileSync } = nodeProcess().getBuiltinModule("node:fs");
  const manifest = readFileSync(new URL("../package.json", import.meta.url), "utf8");
  return (JSON.parse(manifest) as { readonly version: string }).version;
}

/** What was given, by the names that the options have on the command line. */
function wordsOf(command: Command, operands: readonly string[]): Words {
  const given = command.opts<Record<string, string | readonly string[] | true>>();
  const entries = command.options.map((option) =>
    [option.long?.slice(2) ?? "", given[option.attributeName()]] as const
  );
  const options = Object.fromEntries(entries.filter(([, value]) => value !== undefined));
  return { options: options as Words["options"], operands };
}

function addCommand(program: Command, spec: CommandSpec<OptionSpecs>, onCommand: (words: Words) => void): void {
  const command = program.command(spec.name).description(spec.summary).usage(spec.usage).addHelpText(
    "after",
    () => prose(spec.help),
  );
  if (spec.operands !== undefined) command.argument(spec.operands);
  if (spec.passesThrough === true) command.passThroughOptions();
  command.helpInformation = hideArguments(command);
  for (const [name, option] of Object.entries(spec.options)) command.addOption(makeOption(name, option));
  command.action(() => onCommand(wordsOf(command, command.args)));
}

/** The usage line says all there is to say of the arguments. */
function hideArguments(command: Command): () => string {
  const whole = command.helpInformation.bind(command);
  return () => whole().replace(/\nArguments:\n(?: .*\n)+/, "");
}

/** One line of what is wrong, with the fix. */
function mistake(error: CommanderError, args: readonly string[]): string {
  // Without any argument the library shows the help, as if that were what had gone wrong.
  const message = args.length === 0 ? "no command given" : error.message.replace(/^error: /, "");
  const known = commands.some(({ name }) => name === args[0]);
  const help = known ? `discoverycache ${args[0]} --help` : "discoverycache --help";
  return `${message.replaceAll("\n", " ")}: see ${help}`;
}

/**
 * Reads a command line.
 *
 * @param args What follows the command's own name.
 */
export function parseCommandLine(args: readonly string[]): Parsed {
  let text = "";
  let perform: (() => Promise<number>) | undefined;
  const program = new Command("discoverycache")
    .description("Answers to slow questions, kept on disk and shared by every process of this user.")
    // Only who asks for it needs the permission to read it.
    .version(args.includes("--version") || args.includes("-V") ? version() : "")
    .enablePositionalOptions()
    .addHelpText("after", () => prose(PROGRAM_HELP));
  for (const spec of commands) addCommand(program, spec, (words) => perform = () => spec.perform(words));
  for (const command of [program, ...program.commands]) {
    command.exitOverride().configureOutput({ writeOut: (part) => text += part, writeErr: () => {} });
  }
  try {
    program.parse(args, { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return { kind: "text", text };
    return { kind: "mistake", message: mistake(error, args) };
  }
  return perform === undefined ? { kind: "text", text } : { kind: "command", perform };
}

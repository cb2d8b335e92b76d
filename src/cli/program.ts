/**
 * The command line as the library sees it: the help, and what to say of a mistake.
 *
 * @module
 */

import { Command, CommanderError, Option } from "commander";
import { nodeProcess } from "./host.ts";
import { RUN_OPTIONS, type RunOption, type RunOptionName, type RunWords } from "./run_options.ts";

/** What came of a command line. */
export type Parsed =
  | { readonly kind: "run"; readonly words: RunWords }
  /** Something to be printed, and nothing to be done. */
  | { readonly kind: "text"; readonly text: string }
  /** It cannot be understood. */
  | { readonly kind: "mistake"; readonly message: string };

const RUN_HELP = `
CMD is started without a shell, with an empty standard input and in a session of its own. What it writes to standard
output is the data, byte for byte, if it ends with exit code 0. If it fails, the data from before is kept.

Modes of --refresh:
  background  print what is there at once; if it is stale, refresh it behind the command's back
  if-stale    wait for fresh data; if CMD fails, print what is there
  force       refresh, however fresh the data is, or join a refresh that goes on
  none        print what is there, and start nothing
Where there is nothing to print, every mode but none waits for CMD.

Exit codes:
  0           data was printed
  1           there is no data (--refresh none)
  2           the command line cannot be understood
  124         CMD was not done by its deadline, and there is no data
  125         discoverycache itself failed: its folder cannot be used, for example
  126, 127    CMD cannot be executed, or was not found, and there is no data
  128 + n     signal n ended CMD, and there is no data; or it ended this command
  others      CMD's own, and there is no data
With --refresh force, data from before does not count.

Examples:
  $ discoverycache run -- npm view typescript versions --json
  $ discoverycache run --ttl 5m --deadline 10s --name pulls -- gh pr list --json number,title
  $ discoverycache run --refresh if-stale --name hosts -- ./list-hosts.sh`;

/** What a value may be and what it is by default are the business of whoever checks it: here they are only shown. */
function makeOption(name: string, { value, help, byDefault, choices }: RunOption): Option {
  const what = choices === undefined ? help : `${help}: ${choices.join(", ")}`;
  return new Option(`--${name} <${value}>`, `${what} (default: ${byDefault})`);
}

/** The version of the package that this file is a part of. */
function version(): string {
  const { readFileSync } = nodeProcess().getBuiltinModule("node:fs");
  const manifest = readFileSync(new URL("../package.json", import.meta.url), "utf8");
  return (JSON.parse(manifest) as { readonly version: string }).version;
}

function makeProgram(onRun: (words: RunWords) => void): Command {
  const program = new Command("discoverycache")
    .description("Answers to slow questions, kept on disk and shared by every process of this user.")
    .version(version())
    .enablePositionalOptions()
    .exitOverride();
  const run = program.command("run")
    .description("Print what CMD prints, from the cache where it can be.")
    .usage("[options] -- CMD ARGS...")
    .argument("<command...>", "CMD and its arguments")
    .passThroughOptions()
    .addHelpText("after", RUN_HELP);
  run.helpInformation = hideArguments(run);
  for (const [name, option] of Object.entries(RUN_OPTIONS)) run.addOption(makeOption(name, option));
  run.action((command: string[]) => {
    onRun({ command, options: run.opts<Partial<Record<RunOptionName, string>>>() });
  });
  return program;
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
  const help = args[0] === "run" ? "discoverycache run --help" : "discoverycache --help";
  return `${message.replaceAll("\n", " ")}: see ${help}`;
}

/**
 * Reads a command line.
 *
 * @param args What follows the command's own name.
 */
export function parseCommandLine(args: readonly string[]): Parsed {
  let text = "";
  let words: RunWords | undefined;
  const program = makeProgram((found) => words = found);
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
  return words === undefined ? { kind: "text", text } : { kind: "run", words };
}

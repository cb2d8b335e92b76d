/**
 * What a command is, as data: the help, the parser and the quick scan of `run` are made from it.
 *
 * @module
 */

/** An option of a command. */
export interface OptionSpec {
  /** How its value is called in the help; left out for a switch. */
  readonly value?: string;
  /** What it is for. */
  readonly help: string;
  /** What it is if left out, in the help. */
  readonly byDefault?: string;
  /** What it may be, where that is a list. */
  readonly choices?: readonly string[];
  /** Whether it may be given several times. */
  readonly many?: true;
}

/** The options of a command, by their names. */
export type OptionSpecs = Readonly<Record<string, OptionSpec>>;

/** What stands on the command line for each option that was given. */
export type OptionWords<Specs> = {
  readonly [Name in keyof Specs]?: Specs[Name] extends { readonly many: true } ? readonly string[]
    : Specs[Name] extends { readonly value: string } ? string
    : true;
};

/** What stands on the command line, before anything of it is checked. */
export interface Words<Specs extends OptionSpecs = OptionSpecs> {
  /** The options that were given. */
  readonly options: OptionWords<Specs>;
  /** Everything else. */
  readonly operands: readonly string[];
}

/** A command. */
export interface CommandSpec<Specs extends OptionSpecs = OptionSpecs> {
  /** Its name. */
  readonly name: string;
  /** What it does, in one line. */
  readonly summary: string;
  /** What follows its name, in the help. */
  readonly usage: string;
  /** Its operands: `<one>`, `[one]`, `<some...>` or `[some...]`; none if left out. */
  readonly operands?: string;
  /** Whether everything from the first operand on is an operand. */
  readonly passesThrough?: boolean;
  /** Its options. */
  readonly options: Specs;
  /** What the help says after the options: examples and exit codes. */
  readonly help: string;
  /**
   * Does it.
   *
   * @returns The exit code.
   * @throws {UsageError} If the words cannot be understood.
   */
  perform(words: Words<Specs>): Promise<number>;
}

/** The same, with the names of the options known to the compiler. */
export function defineCommand<const Specs extends OptionSpecs>(spec: CommandSpec<Specs>): CommandSpec<Specs> {
  return spec;
}

/** Words that are in order one by one, but not together, or not here. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** No source is meant: there is none of that name. */
export class NoSuchSourceError extends Error {
  override readonly name = "NoSuchSourceError";
}

import type { Io } from "./io.ts";

/** One option of a command, as the help shows it. Its name is its key; `--no-watch` is an option called `no-watch`. */
export interface Option {
  readonly type: "string" | "boolean";
  readonly description: string;
  /** One letter: `-p`. */
  readonly short?: string;
  /** What the value is called in the help: `--port <number>`. @default "value" */
  readonly value?: string;
  /** The values it may have; others are wrong usage. */
  readonly choices?: readonly string[];
  readonly default?: string;
  /** Whether it takes several values, with commas between or each behind a flag of its own; any other may be given once. */
  readonly list?: true;
}

export type Options = Readonly<Record<string, Option>>;

/** What stands on the command line without a dash. */
export interface Argument {
  readonly name: string;
  readonly description: string;
  /** @default false */
  readonly required?: boolean;
}

type ValueOf<O extends Option> = Option extends O
  ? string | boolean | readonly string[] | undefined
  : O extends { type: "boolean" }
    ? boolean
    : O extends { list: true }
      ? readonly string[]
      : O extends { default: string }
        ? string
        : string | undefined;

/** A command line, taken apart and checked. */
export interface CommandInput<O extends Options = Options> {
  /** In the order of the command's `args`; one that is not given is missing. */
  readonly args: readonly string[];
  readonly options: { readonly [K in keyof O]: ValueOf<O[K]> };
}

/** A command of the command line. */
export interface Command<O extends Options = Options> {
  readonly name: string;
  /** One line for the list of commands. */
  readonly summary: string;
  /** What the help says besides, in plain lines. */
  readonly details?: string;
  readonly args: readonly Argument[];
  readonly options: O;
  /** Command lines with what they do. */
  readonly examples?: readonly (readonly [line: string, does: string])[];
  /**
   * Does the work.
   *
   * @returns the exit code: 0 when all is well, 1 when what was asked for failed
   * @throws UserError for what the user can put right: one line on stderr. Anything else that is thrown is a bug of ours
   */
  run(given: CommandInput<O>, io: Io): Promise<number>;
}

/**
 * Makes a command, with the types of its options.
 *
 * To add a command: write `tools/cli/commands/<name>.ts` that exports what this makes, under its name in camelCase; add one
 * line to `tools/cli/commands.ts`, which loads it when it is asked for; add its rows to the table in `docs/cli.md`. `--help`
 * and `--no-color` come with every command; one that has an option `json` gets its errors as JSON too.
 *
 * Write results to `io.out`, anything else to `io.err`. Wrap what takes long in `withProgress(io, "Bundling", work)`.
 * `findEntry` finds the file that `[entry]` means, `bundleEntry` makes one file of it, `withWorker` runs it in a worker and
 * says what it exports.
 *
 * @example
 * export const hello: Command = defineCommand({
 *   name: "hello",
 *   summary: "Greets",
 *   args: [{ name: "who", description: "Whom to greet" }],
 *   options: { loud: { type: "boolean", description: "In capitals" } },
 *   async run({ args: [who = "world"], options }, io) {
 *     io.out.line(options.loud ? who.toUpperCase() : who);
 *     return 0;
 *   },
 * });
 */
export function defineCommand<const O extends Options>(command: Command<O>): Command {
  return command as unknown as Command;
}

/** Something that the user can put right. It is one line on stderr, and the command ends with 1. */
export class UserError extends Error {
  override readonly name: string = "UserError";
  readonly exitCode: number = 1;
}

/** A command line that is wrong. The command ends with 2, and says where help is. */
export class UsageError extends UserError {
  override readonly name: string = "UsageError";
  override readonly exitCode: number = 2;
}

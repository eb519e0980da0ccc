import { parseArgs } from "node:util";
import { textList } from "../../../src/core/textList.ts";
import {
  type Argument,
  type Command,
  type CommandInput,
  type Option,
  type Options,
  UsageError,
} from "./command.ts";
import { suggest } from "./suggest.ts";

/** The options that every command has. */
export const common: Options = {
  help: { type: "boolean", short: "h", description: "Shows this help" },
  "no-color": { type: "boolean", description: "No colours; NO_COLOR and FORCE_COLOR hold too" },
};

/** How an argument stands in a usage line: `<event>`, or `[entry]` where it may be left out. */
export const argumentText = ({ name, required }: Argument): string => (required ? `<${name}>` : `[${name}]`);

interface OptionToken {
  readonly name: string;
  readonly rawName: string;
  readonly value: string | undefined;
  /** Whether the value stands in the same word: `--port=1`. */
  readonly inlineValue: boolean | undefined;
}

/** The options as they were written, whatever is wrong with them. */
function writtenOptions(argv: readonly string[], options: Options): OptionToken[] {
  const loose = { args: [...argv], options, strict: false, allowPositionals: true, tokens: true } as const;
  return parseArgs(loose).tokens.filter(token => token.kind === "option");
}

function checkOption({ name, rawName, value, inlineValue }: OptionToken, options: Options): void {
  const option = Object.hasOwn(options, name) ? options[name] : undefined;
  if (option === undefined) {
    const guess = suggest(name, Object.keys(options));
    throw new UsageError(`Unknown option ${rawName}${guess ? `; did you mean --${guess}?` : ""}`);
  }
  if (option.type === "boolean") {
    if (value !== undefined) throw new UsageError(`--${name} takes no value`);
    return;
  }
  if (value === undefined) throw new UsageError(`--${name} needs a value`);
  // A variable of the shell that is not set makes one.
  if (value === "") throw new UsageError(`--${name} is empty`);
  if (inlineValue !== true && /^-./.test(value)) {
    throw new UsageError(
      `--${name} needs a value; --${name}=${value} is how to write one with a dash in front`,
    );
  }
}

/** What stands behind an option that was checked: of a list all of its flags, in their order. */
function valueGiven(
  name: string,
  { type, list, default: fallback }: Option,
  written: readonly OptionToken[],
): CommandInput["options"][string] {
  const given = written.filter(option => option.name === name);
  if (type === "boolean") return given.length > 0;
  const values = given.map(({ value = "" }) => value);
  if (!list) {
    if (values.length > 1)
      throw new UsageError(`--${name} takes one value, and is given ${values.length} times`);
    return values[0] ?? fallback;
  }
  return values.flatMap(value => {
    const items = textList(value);
    if (items.length === 0) throw new UsageError(`--${name} is empty`);
    return items;
  });
}

/**
 * Takes the command line of a command apart.
 *
 * @param command the command
 * @param argv what stands behind its name
 * @returns its arguments and options, those of every command among them
 * @throws UsageError naming what is unknown, missing, empty, given twice or too much; but help comes first, whatever else is wrong
 */
export function parseFor(command: Command, argv: readonly string[]): CommandInput {
  const options: Options = { ...command.options, ...common };
  const written = writtenOptions(argv, options);
  if (written.some(({ name }) => name === "help")) return { args: [], options: { help: true } };
  for (const option of written) checkOption(option, options);
  const { positionals } = parseArgs({ args: [...argv], options, allowPositionals: true });
  const given = Object.fromEntries(
    Object.entries(options).map(([name, option]) => [name, valueGiven(name, option, written)]),
  );
  for (const [name, { choices }] of Object.entries(options)) {
    if (choices === undefined || given[name] === undefined || choices.includes(given[name] as string))
      continue;
    throw new UsageError(
      `--${name} must be one of ${choices.join(", ")}, not ${JSON.stringify(given[name])}`,
    );
  }
  const missing = command.args.find(({ required }, index) => required && positionals[index] === undefined);
  if (missing !== undefined) throw new UsageError(`<${missing.name}> is missing`);
  const empty = command.args.find((_, index) => positionals[index] === "");
  if (empty !== undefined) throw new UsageError(`${argumentText(empty)} is empty`);
  const extra = positionals[command.args.length];
  if (extra !== undefined) throw new UsageError(`${JSON.stringify(extra)} is one argument too many`);
  return { args: positionals, options: given as CommandInput["options"] };
}

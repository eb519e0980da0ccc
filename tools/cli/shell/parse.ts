import { parseArgs } from "node:util";
import { type Command, type CommandInput, type Options, UsageError } from "./command.ts";
import { suggest } from "./suggest.ts";

/** The options that every command has. */
export const common: Options = {
  help: { type: "boolean", short: "h", description: "Shows this help" },
  "no-color": { type: "boolean", description: "No colours; NO_COLOR and FORCE_COLOR hold too" },
};

function checkNames(argv: readonly string[], options: Options): void {
  const { tokens } = parseArgs({
    args: [...argv],
    options,
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  for (const token of tokens) {
    if (token.kind !== "option" || Object.hasOwn(options, token.name)) continue;
    const guess = suggest(token.name, Object.keys(options));
    throw new UsageError(`Unknown option ${token.rawName}${guess ? `; did you mean --${guess}?` : ""}`);
  }
}

function valuesOf(argv: readonly string[], options: Options): ReturnType<typeof parseArgs> {
  checkNames(argv, options);
  try {
    return parseArgs({ args: [...argv], options, allowPositionals: true });
  } catch (error) {
    // "Option '-p, --port <value>' argument missing", and then what Node advises.
    throw new UsageError((error as Error).message.split(/\.\s|\n/, 1)[0] as string);
  }
}

/**
 * Takes the command line of a command apart.
 *
 * @param command the command
 * @param argv what stands behind its name
 * @returns its arguments and options, those of every command among them
 * @throws UsageError naming what is unknown, missing or too much
 */
export function parseFor(command: Command, argv: readonly string[]): CommandInput {
  const options: Options = { ...command.options, ...common };
  const { values, positionals } = valuesOf(argv, options);
  const given = Object.fromEntries(
    Object.entries(options).map(([name, { type }]) => [
      name,
      values[name] ?? (type === "boolean" ? false : undefined),
    ]),
  );
  if (given.help === true) return { args: positionals, options: given as CommandInput["options"] };
  for (const [name, { choices }] of Object.entries(options)) {
    if (choices === undefined || given[name] === undefined || choices.includes(given[name] as string))
      continue;
    throw new UsageError(
      `--${name} must be one of ${choices.join(", ")}, not ${JSON.stringify(given[name])}`,
    );
  }
  const missing = command.args.find(({ required }, index) => required && positionals[index] === undefined);
  if (missing !== undefined) throw new UsageError(`<${missing.name}> is missing`);
  const extra = positionals[command.args.length];
  if (extra !== undefined) throw new UsageError(`${JSON.stringify(extra)} is one argument too many`);
  return { args: positionals, options: given as CommandInput["options"] };
}

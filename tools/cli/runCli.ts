import { commands, otherWords } from "./commands.ts";
import { commandHelp, generalHelp } from "./help.ts";
import { type Command, UsageError, UserError } from "./shell/command.ts";
import type { Io } from "./shell/io.ts";
import { parseFor } from "./shell/parse.ts";
import { suggest } from "./shell/suggest.ts";

/** Options that stand in place of a command. */
const flags: Readonly<Record<string, string>> = {
  "--help": "help",
  "-h": "help",
  "--version": "version",
  "-v": "version",
};

/** The command that was probably meant; an option only where one was given. */
function meant(word: string): string | undefined {
  const known = word.startsWith("-") ? Object.keys(flags) : ["help", ...Object.keys(commands)];
  const near = suggest(word, known);
  if (near !== undefined) return near;
  const other = suggest(word, Object.keys(otherWords));
  return other === undefined ? undefined : otherWords[other];
}

function load(name: string): Promise<Command> {
  if (Object.hasOwn(commands, name)) return (commands[name] as () => Promise<Command>)();
  const guess = meant(name);
  throw new UsageError(
    `There is no command ${JSON.stringify(name)}${guess ? `; did you mean "${guess}"?` : ""}`,
  );
}

async function dispatch([first, ...rest]: readonly string[], io: Io): Promise<number> {
  const name = first !== undefined && Object.hasOwn(flags, first) ? flags[first] : first;
  const asksHelp = name === "help";
  const about = rest[0] === undefined || Object.hasOwn(flags, rest[0]) ? "help" : rest[0];
  if (asksHelp && about !== "help") commandHelp(await load(about), io.out);
  else if (asksHelp) await generalHelp(io.out);
  else if (name === undefined) {
    await generalHelp(io.err);
    return 2;
  } else {
    const command = await load(name);
    const given = parseFor(command, rest);
    if (given.options.help !== true) return command.run(given, io);
    commandHelp(command, io.out);
  }
  return 0;
}

/** Only an option says so: behind `--` there are none. */
function has(argv: readonly string[], option: string): boolean {
  const end = argv.indexOf("--");
  return argv.slice(0, end < 0 ? undefined : end).includes(option);
}

function report(error: unknown, [name = ""]: readonly string[], json: boolean, { err }: Io): number {
  const { exitCode = 1 } = error as { exitCode?: number };
  if (!(error instanceof UserError)) {
    err.line(error instanceof Error ? (error.stack ?? String(error)) : String(error));
    err.line("\nThis is a bug of tsverless. Please report it, with the lines above.");
    return exitCode;
  }
  const { name: type, message } = error;
  if (json) {
    err.line(JSON.stringify({ error: { type, message } }));
    return exitCode;
  }
  err.line(`${err.style("red", "tsverless:")} ${message}`);
  if (error instanceof UsageError)
    err.line(`Try: tsverless ${Object.hasOwn(commands, name) ? `${name} ` : ""}--help`);
  return exitCode;
}

/**
 * Runs one command line.
 *
 * @param argv what the user typed behind `tsverless`
 * @param io the world outside
 * @returns the exit code: 0 ok, 1 failed, 2 wrong usage; of `migrate plan` 1 is that there is something to do, and 2 any failure. What went wrong is on stderr, as JSON with `--json`
 */
export async function runCli(argv: readonly string[], io: Io): Promise<number> {
  const shown = has(argv, "--no-color") ? io.plain() : io;
  const asked = argv.filter(word => word !== "--no-color");
  try {
    return await dispatch(asked, shown);
  } catch (error) {
    return report(error, asked, has(argv, "--json"), shown);
  }
}

import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { parseEnv } from "node:util";
import { type Argument, type Option, UsageError, UserError } from "./command.ts";
import type { Io } from "./io.ts";
import { makeFolders } from "./makeFolders.ts";

/** `[entry]`, where it is an argument. */
export const entryArgument: Argument = {
  name: "entry",
  description: "The file or folder of the API (default: the current folder)",
};

const entryDescription = entryArgument.description;

/** Options that several commands have. */
export const shared: Readonly<
  Record<"entry" | "env" | "function" | "timeout", Option & { readonly type: "string" }>
> = {
  entry: { type: "string", value: "path", description: entryDescription },
  function: { type: "string", short: "f", value: "name", description: "The handler to invoke, by its name" },
  // Node takes `--env-file` for itself, wherever it stands on the line.
  env: {
    type: "string",
    value: "file",
    description: "Environment variables for the handlers (default: .env, if there is one)",
  },
  timeout: { type: "string", value: "seconds", description: "Seconds that a handler may take (default: 30)" },
};

/** Reads `--timeout` as milliseconds. */
export function timeoutOf(text = "30"): number {
  const seconds = Number(text);
  if (text.trim() !== "" && seconds > 0 && seconds <= 900) return Math.ceil(seconds * 1000);
  throw new UsageError(`--timeout must be a number of seconds up to 900, not ${JSON.stringify(text)}`);
}

/** Reads `--port`. */
export function portOf(text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65_535) return port;
  throw new UsageError(`--port must be a number from 0 to 65535, not ${JSON.stringify(text)}`);
}

/** Reads a file that the user named. */
export function readText(cwd: string, path: string): string {
  try {
    return readFileSync(resolve(cwd, path), "utf8");
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") throw new UserError(`There is no file ${JSON.stringify(path)}`);
    throw new UserError(`Can't read ${JSON.stringify(path)}: ${message}`);
  }
}

/** Writes what the user asked for, in a folder that need not be there yet. */
export function writeText(cwd: string, path: string, text: string | Uint8Array): void {
  const file = resolve(cwd, path);
  try {
    makeFolders(dirname(file));
    writeFileSync(file, text);
  } catch (error) {
    throw new UserError(`Can't write ${JSON.stringify(path)}: ${(error as Error).message}`);
  }
}

/** Reads JSON that the user gave. What is wrong may quote lines of it, and has one itself. */
export function parseJson(text: string, name: string, Wrong: typeof UserError = UserError): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch (error) {
    throw new Wrong(`${name} is not JSON: ${(error as Error).message.replace(/\s+/g, " ")}`);
  }
}

/** Reads an option that is JSON, or the name of a file with it. */
export function jsonOption(cwd: string, option: string, given: string): unknown {
  const name = `What ${option} gives`;
  if (/^\s*[[{"]/.test(given)) return parseJson(given, name, UsageError);
  return parseJson(readText(cwd, given), name);
}

/** The variables for the handlers: those of the file, and above them those that are set already. */
export function environmentOf({ cwd, env }: Pick<Io, "cwd" | "env">, file?: string): NodeJS.ProcessEnv {
  if (file === undefined && !existsSync(resolve(cwd, ".env"))) return env;
  return { ...parseEnv(readText(cwd, file ?? ".env")), ...env };
}

import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { join, relative } from "node:path";
import { pathToFileURL } from "node:url";
import { partListenerName } from "../../../src/core/missedPart.ts";
import { schemaKey } from "../../../src/schema/schemaKey.ts";
import { listenerName, type SchemaListener } from "../../../src/schema/schemaListener.ts";
import { UserError } from "../shell/command.ts";
import type { FunctionBundle } from "./bundleFunction.ts";
import type { PartName } from "./parts.ts";

/** What a process says of a bundle that it could not load. */
interface Failure {
  readonly code?: string;
  readonly message: string;
  readonly text: string;
  /** Parts that were asked for, and are not there. */
  readonly missed?: readonly PartName[];
}

/** What it says of one that it could. */
interface Loaded {
  readonly missed: readonly PartName[];
  /** What was reported of each schema that was looked up. */
  readonly schemas: readonly Parameters<SchemaListener>[];
}

/** What was found out of a bundle. */
export interface Look {
  /** Where an external package was not found and the rest could not be looked at. */
  readonly note?: string;
  /** The keys of the schemas that were looked up; absent where nobody watched. */
  readonly used?: ReadonlySet<string>;
  /** Parts of tsverless that were left out, and asked for. */
  readonly missed: readonly PartName[];
}

/** Lambda gives a function this long to load, in milliseconds. */
const longest = 10_000;

/** Runs in a process of its own: loads the bundle as Lambda does, and says what is wrong with it. */
const program = `
const [file, watch] = process.argv.slice(1);
const schemas = [];
const missed = [];
globalThis[Symbol.for(${JSON.stringify(partListenerName)})] = part => missed.push(part);
if (watch) globalThis[Symbol.for(${JSON.stringify(listenerName)})] = (...seen) => schemas.push(seen);
const say = said => process.send(said, () => process.exit());
import(file).then(
  ({ handler }) => say(typeof handler === "function" ? { schemas, missed } : { message: "", text: "It exports no handler" }),
  error => say({ code: error?.code, message: String(error?.message), text: String(error?.stack ?? error), missed }),
);`;

function loaded(file: string, watches: boolean): Promise<Failure | Loaded> {
  const { promise, resolve } = Promise.withResolvers<Failure | Loaded>();
  // A secret that is not set yet is set where it is deployed.
  const env = { TSVERLESS_SECRET_KEY: randomBytes(32).toString("base64url"), ...process.env };
  const child = spawn(
    process.execPath,
    ["--eval", program, pathToFileURL(file).href, ...(watches ? ["watch"] : [])],
    {
      env,
      stdio: ["ignore", "ignore", "pipe", "ipc"],
    },
  );
  let printed = "";
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    printed += text;
  });
  const fail = (text: string): void =>
    resolve({ message: "", text: [text, printed.trim()].join("\n").trim() });
  const late = setTimeout(() => {
    fail(`It did not load in ${longest / 1000} seconds`);
    child.kill("SIGKILL");
  }, longest);
  child.on("message", said => resolve(said as Failure | Loaded));
  child.on("error", error => fail(error.message));
  child.on("close", code => fail(`It ended its process with exit code ${code} while it was loaded`));
  return promise.finally(() => clearTimeout(late));
}

/** `@aws-sdk/client-s3` of "Cannot find package '@aws-sdk/client-s3' imported from …" */
function missingPackage({ code, message }: Failure): string | undefined {
  return code === "ERR_MODULE_NOT_FOUND" ? message.split("'")[1] : undefined;
}

const fits = (name: string, pattern: string): boolean => {
  const [begin = "", end] = pattern.split("*");
  if (end === undefined) return name === begin || name.startsWith(`${begin}/`);
  return name.length >= begin.length + end.length && name.startsWith(begin) && name.endsWith(end);
};

/**
 * Loads a bundle that was written, once and in a process of its own, as Lambda will: what a bundler can't see fails here and not
 * at the first request.
 *
 * @param cwd what paths are relative to
 * @param external packages that the runtime brings; one that is missing here is not a fault of the bundle
 * @returns which schemas it looked up, where it carries validators, or a note
 * @throws UserError saying why it can't be loaded
 */
export async function loadOnce(
  { folder, compiled }: FunctionBundle,
  cwd: string,
  external: readonly string[],
): Promise<Look> {
  const file = join(folder, "index.mjs");
  // Only what was compiled ahead is sure to be JSON, and may cross to this process.
  const isWatched = compiled.length > 0;
  const said = await loaded(file, isWatched);
  const { missed = [] } = said;
  if (missed.length > 0) return { missed };
  if ("schemas" in said) {
    return { missed, ...(isWatched && { used: new Set(said.schemas.map(seen => schemaKey(...seen))) }) };
  }
  const name = missingPackage(said);
  const shown = relative(cwd, file).replaceAll("\\", "/");
  if (name !== undefined && external.some(pattern => fits(name, pattern))) {
    return {
      missed,
      note: `${shown} was not loaded to see whether it can be: ${name}, which was left out, is not here.`,
    };
  }
  throw new UserError(`${shown} was written, but can't be loaded. ${said.text}`);
}

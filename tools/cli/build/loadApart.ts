import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { pathToFileURL } from "node:url";
import { partListenerName } from "../../../src/core/missedPart.ts";
import { listenerName, type SchemaListener } from "../../../src/schema/schemaListener.ts";
import type { PartName } from "./parts.ts";

/** What a process says of bundles that it could not load. */
export interface Failure {
  readonly code?: string;
  readonly message: string;
  readonly text: string;
  /** Parts that were asked for, and are not there. */
  readonly missed?: readonly PartName[];
}

/** What it says of those that it could. */
export interface Loaded {
  readonly missed: readonly PartName[];
  /** What was reported of each schema that was looked up. */
  readonly schemas: readonly Parameters<SchemaListener>[];
}

/** What is looked at. */
interface Asked {
  /** Whether schemas are reported that are looked up. */
  readonly watch?: boolean;
  /** Whether there has to be a handler. */
  readonly handler?: boolean;
}

/** Lambda gives a function this long to load, in milliseconds. */
const longest = 10_000;

/** Runs in a process of its own: loads bundles as Lambda does, and says what is wrong with them. */
const program = `
const [asked, ...files] = process.argv.slice(1);
const { watch, handler } = JSON.parse(asked);
const schemas = [];
const missed = [];
globalThis[Symbol.for(${JSON.stringify(partListenerName)})] = part => missed.push(part);
if (watch) globalThis[Symbol.for(${JSON.stringify(listenerName)})] = (...seen) => schemas.push(seen);
const say = said => process.send(said, () => process.exit());
try {
  const all = [];
  for (const file of files) all.push(await import(file));
  const isRight = !handler || all.every(one => typeof one.handler === "function");
  say(isRight ? { schemas, missed } : { message: "", text: "It exports no handler" });
} catch (error) {
  say({ code: error?.code, message: String(error?.message), text: String(error?.stack ?? error), missed });
}`;

/**
 * Loads ES modules, in a process of its own.
 *
 * @param files where they are
 * @param asked what is looked at
 */
export function loadApart(files: readonly string[], asked: Asked = {}): Promise<Failure | Loaded> {
  const { promise, resolve } = Promise.withResolvers<Failure | Loaded>();
  // A secret that is not set yet is set where it is deployed.
  const env = { TSVERLESS_SECRET_KEY: randomBytes(32).toString("base64url"), ...process.env };
  const urls = files.map(file => pathToFileURL(file).href);
  const child = spawn(
    process.execPath,
    ["--input-type=module", "--eval", program, JSON.stringify(asked), ...urls],
    { env, stdio: ["ignore", "ignore", "pipe", "ipc"] },
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

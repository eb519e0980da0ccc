import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import { runCli } from "../../tools/cli/runCli.ts";
import type { Io, Output } from "../../tools/cli/shell/io.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const main = join(root, "tools/cli/main.ts");

/** A project of a user: the packages that tsverless needs, and its source as `tsverless`. */
export interface Project {
  folder: string;
  write(path: string, text: string): void;
  read(path: string): string;
  has(path: string): boolean;
  /** What the command line has left in `node_modules`. */
  leftovers(): string[];
  remove(): void;
}

/** Makes a project of these files. */
export function makeProject(files: Readonly<Record<string, string>>): Project {
  const folder = mkdtempSync(join(realpathSync(tmpdir()), "cli-"));
  const { dependencies } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  for (const name of [...Object.keys(dependencies), "kysely", "swagger-ui-dist"]) {
    const place = join(folder, "node_modules", name);
    mkdirSync(dirname(place), { recursive: true });
    symlinkSync(join(root, "node_modules", name), place, "junction");
  }
  const write = (path: string, text: string): void => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  };
  const { paths } = JSON.parse(readFileSync(join(root, "tsconfig.json"), "utf8")).compilerOptions;
  const absolute = Object.entries(paths as Record<string, string[]>).map(([name, places]) => [
    name,
    places.map(place => join(root, place)),
  ]);
  write("package.json", '{ "name": "shop", "type": "module", "private": true }');
  write("tsconfig.json", JSON.stringify({ compilerOptions: { paths: Object.fromEntries(absolute) } }));
  for (const [path, text] of Object.entries(files)) write(path, text);
  return {
    folder,
    write,
    read: path => readFileSync(join(folder, path), "utf8"),
    has: path => existsSync(join(folder, path)),
    leftovers: () => readdirSync(join(folder, "node_modules")).filter(name => name === ".tsverless"),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** An API on a table in an SQLite file, or wherever `DATABASE` says; options of its resource may be given. */
export const sqliteApi = (options = ""): string => `
  import { api, pick, resource } from "tsverless";
  import { sqlModel } from "tsverless/models/sql";
  import { sqlite } from "tsverless/models/sqlite";
  const db = sqlite(process.env.DATABASE ?? "./.data/shop.sqlite");
  const columns = { id: "text", title: "text" };
  const Items = sqlModel({ db, name: "Item", table: "items", columns });
  const items = resource(Items, { serializer: pick("id", "title"), required: ["title"], ${options} });
  export const shop = api({ items });`;

/** How a command ended. */
export interface Ended {
  code: number | null;
  out: string;
  err: string;
}

interface Given {
  cwd?: string;
  env?: Record<string, string>;
  input?: string;
}

/** The environment of the tests, without what would colour or configure. */
function environment(env: Record<string, string> = {}): Record<string, string | undefined> {
  return { PATH: process.env.PATH, HOME: process.env.HOME, ...env };
}

/** Runs `tsverless` from its source until it ends. */
export async function tsverless(
  args: readonly string[],
  { cwd = root, env, input }: Given = {},
): Promise<Ended> {
  const child = spawn(process.execPath, [main, ...args], { cwd, env: environment(env) });
  let out = "";
  let err = "";
  child.stdout.setEncoding("utf8").on("data", text => (out += text));
  child.stderr.setEncoding("utf8").on("data", text => (err += text));
  child.stdin.end(input ?? "");
  const [code] = await once(child, "close");
  return { code, out, err };
}

/** The same within this process, which is faster, for what needs no process of its own. */
export async function ownTsverless(
  args: readonly string[],
  { cwd = root, env = {}, input = "" }: Given = {},
): Promise<Ended> {
  let out = "";
  let err = "";
  const outputTo = (write: (text: string) => void): Output => ({
    isTerminal: false,
    hasColors: false,
    write,
    line: (text = "") => write(`${text}\n`),
    style: (_format, text) => text,
  });
  const io: Io = {
    out: outputTo(text => (out += text)),
    err: outputTo(text => (err += text)),
    input: Readable.from([input]),
    cwd,
    env,
    plain: () => io,
  };
  const code = await runCli(args, io);
  return { code, out, err };
}

/** The same in a terminal, whose screen has both outputs. `undefined` where there is no `script` of util-linux. */
export async function inTerminal(
  args: readonly string[],
  { cwd = root, env }: Given = {},
): Promise<Ended | undefined> {
  const line = [process.execPath, main, ...args].map(word => `'${word.replaceAll("'", "'\\''")}'`).join(" ");
  const child = spawn("script", ["-qec", line, "/dev/null"], {
    cwd,
    env: environment({ TERM: "xterm", ...env }),
  });
  let out = "";
  child.stdout.setEncoding("utf8").on("data", text => (out += text));
  child.stdin.end();
  const missing = once(child, "error").then(() => undefined);
  const ended = once(child, "close").then(([code]) => ({ code, out, err: "" }));
  return Promise.race([missing, ended]);
}

/** `tsverless dev`, while it runs. */
export interface Dev {
  url: string;
  /** All that it said on both outputs. */
  output(): string;
  /** Waits until it says something that it has not said when this was last asked. */
  says(pattern: RegExp): Promise<RegExpExecArray>;
  /** The body, as JSON where it is JSON. */
  get(path: string, init?: RequestInit): Promise<{ status: number; body: unknown; headers: Headers }>;
  /** Ends it as Ctrl-C does, and gives the exit code. */
  stop(): Promise<number | null>;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

const running = new Set<ChildProcess>();

/** Starts `tsverless dev` on a free port, and waits until it listens. */
export async function startDev(args: readonly string[], { cwd = root, env }: Given = {}): Promise<Dev> {
  const child = spawn(process.execPath, [main, "dev", ...args, "--port", "0"], {
    cwd,
    env: environment(env),
  });
  running.add(child);
  let output = "";
  let seen = 0;
  const listeners = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", text => {
      output += text;
      for (const listener of listeners) listener();
    });
  }
  const exit = once(child, "exit").then(([code]) => {
    running.delete(child);
    return code as number | null;
  });
  function says(pattern: RegExp): Promise<RegExpExecArray> {
    return new Promise((resolve, reject) => {
      const look = (): void => {
        const found = pattern.exec(output.slice(seen));
        if (found === null) return;
        listeners.delete(look);
        seen += found.index + found[0].length;
        resolve(found);
      };
      listeners.add(look);
      look();
      void exit.then(code => reject(new Error(`It ended with ${code}, and said:\n${output}`)));
    });
  }
  const [, url = ""] = await says(/ is on \S*?(http:\/\/[\w.:]+)/);
  return {
    url,
    output: () => output,
    says,
    async get(path, init) {
      const response = await fetch(url + path, init);
      const text = await response.text();
      return { status: response.status, body: parsed(text), headers: response.headers };
    },
    async stop() {
      child.kill("SIGINT");
      return exit;
    },
  };
}

/** Ends what a failed test has left. */
export function stopAll(): void {
  for (const child of running) child.kill("SIGKILL");
}

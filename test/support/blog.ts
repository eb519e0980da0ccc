import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** The example, listening. */
export interface Blog {
  url: string;
  /** What it said on stdout. */
  output(): string;
  /** Ends it as Ctrl-C does; gives the exit code and what it said on stderr. */
  stop(): Promise<Ended>;
}

/** How it ended. */
export interface Ended {
  code: number | null;
  errors: string;
}

interface Running {
  child: ChildProcess;
  output(): string;
  errors(): string;
}

function run(env: Record<string, string>, folder: string): Running {
  const child = spawn(process.execPath, [join(folder, "start.ts")], {
    cwd: root,
    env: { ...process.env, ...env },
  });
  let output = "";
  let errors = "";
  child.stdout?.on("data", chunk => (output += chunk));
  child.stderr?.on("data", chunk => (errors += chunk));
  return { child, output: () => output, errors: () => errors };
}

/**
 * Starts the example on a free port.
 *
 * @param env says where its data are
 * @param folder where the example is
 * @throws Error with what it said on stderr when it does not start
 */
export async function startBlog(env: Record<string, string>, folder = "examples/blog"): Promise<Blog> {
  const given = { PORT: "0", TSVERLESS_SECRET_KEY: "s".repeat(32), ...env };
  const { child, output, errors } = run(given, folder);
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout?.on("data", () => {
      const found = /listens on (http:\S+)/.exec(output())?.[1];
      if (found !== undefined && output().includes("Try it")) resolve(found);
    });
    child.on("exit", code => reject(new Error(`exit code ${code}: ${errors()}`)));
  });
  return {
    url,
    output,
    async stop() {
      const exit = once(child, "exit");
      child.kill("SIGINT");
      const [code] = await exit;
      return { code, errors: errors() };
    },
  };
}

/** Starts the example where it must fail. */
export async function failingBlog(env: Record<string, string>): Promise<Ended> {
  const { child, errors } = run(env, "examples/blog");
  const [code] = await once(child, "exit");
  return { code, errors: errors() };
}

/** A copy of the example. */
export interface BlogCopy {
  folder: string;
  remove(): void;
}

/** Copies the example, with the models of another engine in the place of its own. */
export function blogOn(engine: string): BlogCopy {
  // Inside of the project, for there `tsverless` is the project itself, and ignored by git.
  mkdirSync(join(root, ".data"), { recursive: true });
  const folder = mkdtempSync(join(root, ".data/blog-"));
  cpSync(join(root, "examples/blog"), folder, { recursive: true });
  cpSync(join(folder, "engines", `${engine}.ts`), join(folder, "models.ts"));
  return { folder, remove: () => rmSync(folder, { recursive: true }) };
}

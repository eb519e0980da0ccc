/**
 * How long a start takes as AWS runs it: from the spawn of a process with AWS's own runtime client to its first response.
 * Needs `npm run install:runtime`.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { eventOf, type TestRequest } from "../test/support/events.ts";
import { bundleFunction } from "../test/support/lambdaBundle.ts";
import { isRuntimeInstalled, lambdaSandbox, type Sandbox } from "../test/support/lambdaSandbox.ts";
import { median } from "./measure.ts";

const spawns = 15;
const data = mkdtempSync(join(tmpdir(), "tsverless-bench-"));
const env = { TSVERLESS_SECRET_KEY: "s".repeat(32), BLOG_DB: join(data, "blog.sqlite") };
const ann = JSON.stringify({ email: "ann@example.com", password: "correct horse" });

function posting(path: string, body: string, headers: Record<string, string> = {}): object {
  const request: TestRequest = { method: "POST", path, body };
  return eventOf("http", { ...request, headers: { "content-type": "application/json", ...headers } });
}

async function responseOf(sandbox: Sandbox, event: object, status: number): Promise<string> {
  const outcome = await sandbox.invoke(event);
  const { statusCode, body } = (outcome as { value?: { statusCode?: number; body?: string } }).value ?? {};
  if (statusCode !== status)
    throw new Error(`Expected ${status}: ${JSON.stringify(outcome)}\n${sandbox.output()}`);
  return body as string;
}

/** Milliseconds from the spawn to the response. */
async function start(folder: string, handler: string, event: object, status: number): Promise<number> {
  const sandbox = await lambdaSandbox(folder, handler, { env });
  const begin = performance.now();
  await responseOf(sandbox, event, status);
  const time = performance.now() - begin;
  await sandbox.close();
  return time;
}

async function measure(): Promise<void> {
  const blog = bundleFunction("test/runtime/functions/blog.ts");
  const trivial = bundleFunction("test/runtime/functions/trivial.ts");
  try {
    const first = await lambdaSandbox(blog.folder, "blog.handler", { env });
    await responseOf(first, posting("/users", ann), 201);
    const { token } = JSON.parse(await responseOf(first, posting("/login", ann), 200)) as { token: string };
    await first.close();
    const post = posting("/posts", JSON.stringify({ title: "Hello", text: "First" }), {
      authorization: `Bearer ${token}`,
    });
    const cases: [name: string, folder: string, handler: string, event: object, status: number][] = [
      ["a handler that does nothing", trivial.folder, "trivial.handler", {}, 200],
      ["the blog, GET /posts", blog.folder, "blog.handler", eventOf("http", { path: "/posts" }), 200],
      ["the blog, POST /posts with a token", blog.folder, "blog.handler", post, 201],
    ];
    const times = cases.map((): number[] => []);
    for (let spawn = 0; spawn < spawns; spawn++) {
      for (const [index, [, ...given]] of cases.entries()) times[index]?.push(await start(...given));
    }
    console.log(`From spawn to first response, ms, ${spawns} spawns each, Node ${process.versions.node}`);
    const figures = cases.map(([name], index) => {
      const all = times[index] as number[];
      return [name, { median: median(all), min: Math.min(...all), max: Math.max(...all) }] as const;
    });
    const rounded = figures.map(([name, each]) => [
      name,
      Object.fromEntries(Object.entries(each).map(([key, value]) => [key, Math.round(value)])),
    ]);
    console.table(Object.fromEntries(rounded));
  } finally {
    for (const made of [blog, trivial]) made.remove();
  }
}

try {
  if (!isRuntimeInstalled) throw new Error("AWS's runtime client is not installed: npm run install:runtime");
  await measure();
} finally {
  rmSync(data, { recursive: true });
}

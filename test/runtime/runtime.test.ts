import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type EventSource, eventOf, received, sources, type TestRequest } from "../support/events.ts";
import { bundleFunction, type FunctionBundle } from "../support/lambdaBundle.ts";
import { isRuntimeInstalled, lambdaSandbox, type Outcome, type Sandbox } from "../support/lambdaSandbox.ts";

if (!isRuntimeInstalled) {
  const how =
    "test/runtime needs AWS's own Lambda runtime client, which is not installed: npm run install:runtime";
  if (process.env.RUNTIME_TESTS === "required") throw new Error(how);
  console.log(`Skipped: ${how}`);
}

const secret = { TSVERLESS_SECRET_KEY: "s".repeat(32) };
const opened: { close?(): unknown; remove?(): void }[] = [];

function bundled(name: string): FunctionBundle {
  const made = bundleFunction(`test/runtime/functions/${name}.ts`);
  opened.push(made);
  return made;
}

async function sandboxOf(...given: Parameters<typeof lambdaSandbox>): Promise<Sandbox> {
  const made = await lambdaSandbox(...given);
  opened.push(made);
  return made;
}

afterAll(async () => {
  for (const one of opened.reverse()) {
    await one.close?.();
    one.remove?.();
  }
});

/** The value of a buffered response; any other outcome fails the test with all that is known of it. */
function returned(outcome: Outcome): unknown {
  expect(outcome).toEqual({ kind: "response", value: expect.anything() });
  return (outcome as { value: unknown }).value;
}

describe.runIf(isRuntimeInstalled)("the example, bundled as the manual says", () => {
  let sandbox: Sandbox;
  let folder: string;
  let token: string;
  let id: string;

  async function call(source: EventSource, request: TestRequest): Promise<{ status: number; body: never }> {
    const headers = { "content-type": "application/json", ...request.headers };
    const outcome = await sandbox.invoke(eventOf(source, { ...request, headers }));
    const { status, headers: sent, body } = received(source, returned(outcome));
    expect(sent["access-control-allow-origin"]).toBe("*");
    return { status, body: JSON.parse(body.toString()) as never };
  }
  const post = (source: EventSource, path: string, body: object, headers = {}) =>
    call(source, { method: "POST", path, body: JSON.stringify(body), headers });
  const ann = { email: "ann@example.com", password: "correct horse", name: "Ann" };

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "tsverless-runtime-"));
    opened.push({ remove: () => rmSync(folder, { recursive: true }) });
    const env = { ...secret, BLOG_DB: join(folder, "blog.sqlite") };
    sandbox = await sandboxOf(bundled("blog").folder, "blog.handler", { env });
  });

  it("starts once, and answers the first invocation", async () => {
    const { status, body } = await post("url", "/users", ann);
    expect([status, body]).toEqual([
      201,
      { id: expect.any(String), email: ann.email, name: "Ann", createdAt: expect.any(String) },
    ]);
    ({ id } = body as { id: string });
    expect([sandbox.starts, sandbox.output().match(/init of \d+/g)?.length]).toEqual([1, 1]);
  });

  it("keeps its state for invocations that find it warm", async () => {
    expect(await post("http", "/users", ann)).toEqual({
      status: 409,
      body: { code: 409, message: "Duplicate email", field: "email" },
    });
    const { status, body } = await post("rest", "/login", { email: ann.email, password: ann.password });
    expect(status).toBe(200);
    ({ token } = body as { token: string });
  });

  it.each(sources)("answers events of %s, whatever came before", async source => {
    const headers = { authorization: `Bearer ${token}` };
    const me = { id, email: ann.email, name: "Ann", createdAt: expect.any(String) };
    for (let turn = 0; turn < 5; turn++) {
      expect(await call(source, { path: "/me", headers })).toEqual({ status: 200, body: me });
    }
    const made = await post(source, "/posts", { title: `By ${source}`, text: "é" }, headers);
    expect(made).toMatchObject({ status: 201, body: { author: id, title: `By ${source}`, text: "é" } });
    expect(await call(source, { path: "/me" })).toMatchObject({ status: 401 });
    expect(await call(source, { path: "/nowhere" })).toMatchObject({ status: 404 });
  });

  it("starts one process for all of these invocations", async () => {
    const { body } = await call("url", { path: "/posts", query: [["limit", "100"]] });
    expect((body as { title: string }[]).map(({ title }) => title).sort()).toEqual(
      sources.map(source => `By ${source}`).sort(),
    );
    expect([sandbox.starts, sandbox.output().match(/init of \d+/g)?.length]).toEqual([1, 1]);
  });

  it("says to the runtime why it does not start", async () => {
    const env = { ...secret, BLOG_DB: join(folder, "blog.sqlite"), TSVERLESS_JWT_EXPIRY: "soon" };
    const broken = await sandboxOf(bundled("blog").folder, "blog.handler", { env });
    const failed = {
      kind: "initError",
      type: "TypeError",
      error: {
        errorType: "TypeError",
        errorMessage: "TSVERLESS_JWT_EXPIRY must be a whole number of at least 0",
        trace: expect.any(Array),
      },
    };
    expect(await broken.invoke(eventOf("url", { path: "/posts" }))).toEqual(failed);
    expect(await broken.invoke(eventOf("url", { path: "/posts" }))).toEqual(failed);
    expect(broken.starts).toBe(2);
  });
});

describe.runIf(isRuntimeInstalled)("a handler that fails", () => {
  const at = (path: string) => eventOf("url", { path });
  let folder: string;
  beforeAll(() => {
    folder = bundled("failures").folder;
  });

  it("throws on to the runtime where nothing makes responses of errors, and goes on", async () => {
    const sandbox = await sandboxOf(folder, "failures.bare");
    expect(await sandbox.invoke({})).toEqual({
      kind: "error",
      error: { errorType: "RangeError", errorMessage: "out of range", trace: expect.any(Array) },
    });
    expect(await sandbox.invoke({})).toEqual({
      kind: "error",
      error: { errorType: "NotFound", errorMessage: "No such thing", trace: expect.any(Array) },
    });
    expect(await sandbox.invoke({})).toEqual({ kind: "response", value: { calls: 3 } });
    expect(sandbox.starts).toBe(1);
  });

  it("answers before the deadline with timeoutEarlyInMillis, and stays warm", async () => {
    const sandbox = await sandboxOf(folder, "failures.early", { timeout: 2500 });
    const late = returned(await sandbox.invoke(at("/slow")));
    expect(received("url", late)).toMatchObject({ status: 500 });
    expect(JSON.parse((late as { body: string }).body)).toEqual({
      code: 500,
      message: "Internal Server Error",
    });
    const next = returned(await sandbox.invoke(at("/quick"))) as { body: string };
    expect(JSON.parse(next.body)).toEqual({ calls: 1, aborted: ["/slow"] });
    expect(sandbox.starts).toBe(1);
  });

  it("is killed at the deadline when it hangs, and the next start is cold", async () => {
    const sandbox = await sandboxOf(folder, "failures.hanging");
    const read = async () =>
      JSON.parse((returned(await sandbox.invoke(at("/quick"))) as { body: string }).body) as {
        pid: number;
        calls: number;
      };
    const first = await read();
    expect((await read()).calls).toBe(2);
    expect(await sandbox.invoke(at("/slow"), { timeout: 300 })).toEqual({ kind: "timeout" });
    const second = await read();
    expect(second).toEqual({ pid: expect.any(Number), calls: 1 });
    expect(second.pid).not.toBe(first.pid);
    expect(sandbox.starts).toBe(2);
  });
});

/** What a function URL or a REST API makes of a streamed response: the prelude, eight NUL bytes, the body. */
function streamedBy(outcome: Outcome): { prelude: unknown; body: string; error: unknown } {
  if (outcome.kind !== "streamed") throw new Error(`It did not stream: ${JSON.stringify(outcome)}`);
  expect(outcome.type).toBe("application/vnd.awslambda.http-integration-response");
  const end = outcome.bytes.indexOf(Buffer.alloc(8));
  const prelude: unknown = JSON.parse(outcome.bytes.subarray(0, end).toString());
  return { prelude, body: outcome.bytes.subarray(end + 8).toString("latin1"), error: outcome.error };
}

describe.runIf(isRuntimeInstalled)("a handler that streams", () => {
  const corsHeaders = {
    "Access-Control-Allow-Origin": "https://example.com",
    "Access-Control-Allow-Headers": "*",
    "Access-Control-Allow-Methods": "*",
    "X-Content-Type-Options": "nosniff",
  };
  const bytesType = { "Content-Type": "application/octet-stream" };
  const at = (path: string, source: EventSource = "url", method = "GET") => eventOf(source, { path, method });
  let folder: string;
  let sandbox: Sandbox;
  /** Answers the function when the piece that it asks for has arrived. */
  let arrivals: string;
  const arrived = new Map<string, () => void>();

  beforeAll(async () => {
    const server = createServer((request, response) => {
      arrived.set(request.url as string, () => response.end());
    });
    await new Promise<void>(resolve => server.listen(0, "127.0.0.1", resolve));
    opened.push({
      close() {
        server.closeAllConnections();
        server.close();
      },
    });
    arrivals = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    folder = bundled("streams").folder;
    sandbox = await sandboxOf(folder, "streams.handler", { env: { ARRIVALS: arrivals } });
  });

  const waitFor = async (path: string): Promise<() => void> => {
    while (!arrived.has(path)) await new Promise(resolve => setTimeout(resolve, 5));
    return arrived.get(path) as () => void;
  };

  it.each(["url", "rest"] as const)("sends each piece to %s before the next is there", async source => {
    arrived.clear();
    const seen: string[] = [];
    const outcome = await sandbox.invoke(at("/events", source), {
      async onPiece(piece) {
        const tick = /^data: (\d)/.exec(piece.toString())?.[1];
        if (tick === undefined) return;
        seen.push(tick);
        (await waitFor(`/${tick}`))();
      },
    });
    expect(seen).toEqual(["1", "2", "3"]);
    const headers = { "Content-Type": "text/event-stream", "Cache-Control": "no-store", ...corsHeaders };
    expect(streamedBy(outcome)).toEqual({
      prelude:
        source === "url"
          ? { statusCode: 200, headers, cookies: ["a=1", "b=2"] }
          : { statusCode: 200, headers, multiValueHeaders: { "Set-Cookie": ["a=1", "b=2"] } },
      body: "data: 1\n\ndata: 2\n\ndata: 3\n\n",
      error: undefined,
    });
  });

  it("answers whatever else a function returns", async () => {
    const json = { "Content-Type": "application/json", ...corsHeaders };
    const expected: [path: string, status: number, headers: object, body: string][] = [
      ["/value", 200, json, '{"plain":true}'],
      ["/bytes", 200, { ...bytesType, ...corsHeaders }, "\u0000\u00ff\u0001"],
      ["/web", 201, { "x-web": "yes", ...bytesType, ...corsHeaders }, "one two"],
      ["/nothing", 204, corsHeaders, ""],
      ["/early", 400, json, '{"code":400,"message":"Not like that"}'],
      [
        "/nowhere",
        404,
        { ...json, "Access-Control-Allow-Origin": "*" },
        '{"code":404,"message":"Resource Not Found"}',
      ],
    ];
    for (const [path, statusCode, headers, body] of expected) {
      const streamed = streamedBy(await sandbox.invoke(at(path)));
      expect([path, streamed]).toEqual([path, { prelude: { statusCode, headers }, body, error: undefined }]);
    }
    expect(streamedBy(await sandbox.invoke(at("/web", "url", "HEAD")))).toMatchObject({ body: "" });
  });

  it("names the error of a body that fails on the way, and goes on", async () => {
    expect(streamedBy(await sandbox.invoke(at("/late")))).toEqual({
      prelude: { statusCode: 200, headers: { ...bytesType, ...corsHeaders } },
      body: "half",
      error: {
        errorType: "RangeError",
        errorMessage: "the other half is missing",
        trace: expect.any(Array),
      },
    });
    expect(streamedBy(await sandbox.invoke(at("/value"))).body).toBe('{"plain":true}');
  });

  it("gives the error of a chain that makes no response of it to the runtime", async () => {
    const bare = await sandboxOf(folder, "streams.bare");
    expect(await bare.invoke(at("/"))).toEqual({
      kind: "streamed",
      type: "application/octet-stream",
      bytes: Buffer.alloc(0),
      error: { errorType: "RangeError", errorMessage: "nobody responds", trace: expect.any(Array) },
    });
  });

  it("loses nothing when its body is read slowly", async () => {
    let pieces = 0;
    const outcome = await sandbox.invoke(at("/large"), {
      onPiece: () => (++pieces % 20 === 0 ? new Promise(resolve => setTimeout(resolve, 20)) : undefined),
    });
    const { body, error } = streamedBy(outcome);
    const expected = Array.from({ length: 400 }, (_, piece) => Buffer.alloc(64 * 1024, piece % 256));
    expect(error).toBeUndefined();
    expect(Buffer.concat(expected).equals(Buffer.from(body, "latin1"))).toBe(true);
  });

  it.each(["alb", "alb-multi", "lattice-v1", "lattice-v2"] as const)("answers %s at once", async source => {
    const outcome = await sandbox.invoke(at("/web", source));
    if (outcome.kind !== "streamed") throw new Error(outcome.kind);
    expect(outcome.type).toBe("application/json");
    const { status, headers, body } = received(source, JSON.parse(outcome.bytes.toString()));
    expect([status, headers["x-web"], body.toString()]).toEqual([201, "yes", "one two"]);
  });

  it("starts one process for all of these invocations, and ends their sources", async () => {
    const { body } = streamedBy(await sandbox.invoke(at("/log")));
    expect(JSON.parse(body)).toEqual({ log: ["ticks ended", "ticks ended"], pid: expect.any(Number) });
    expect(sandbox.starts).toBe(1);
  });

  it("cancels the source when the other side goes away", async () => {
    const left = await sandboxOf(folder, "streams.handler", { env: { ARRIVALS: arrivals } });
    expect(await left.invoke(at("/endless"), { leaveAfter: 500_000 })).toEqual({ kind: "left" });
    expect(left.output()).toMatch(/endless cancelled after \d+/);
  });
});

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import middy from "@middy/core";
import fc from "fast-check";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import * as z from "zod";
import { createHandler } from "../../generics/createHandler.ts";
import { deleteHandler } from "../../generics/deleteHandler.ts";
import { updateHandler } from "../../generics/updateHandler.ts";
import { authUser } from "../../middlewares/authUser.ts";
import { cors } from "../../middlewares/cors.ts";
import { errors } from "../../middlewares/errors.ts";
import { type IdempotentOptions, idempotent } from "../../middlewares/idempotent.ts";
import { jsonBody } from "../../middlewares/jsonBody.ts";
import { serialize } from "../../middlewares/serialize.ts";
import { signJwt } from "../../src/auth/jwt.ts";
import { BadRequest, HttpError } from "../../src/core/errors.ts";
import { type AnyMiddleware, defineMiddleware, type HookRequest } from "../../src/core/middleware.ts";
import { configure } from "../../src/core/settings.ts";
import { addHeaders } from "../../src/http/responseState.ts";
import { writeLeftResponse } from "../../src/http/writeResponse.ts";
import { dynamoStore } from "../../src/idempotency/dynamo.ts";
import { memoryStore } from "../../src/idempotency/memory.ts";
import { sqlStore } from "../../src/idempotency/sql.ts";
import type { IdempotencyStore } from "../../src/idempotency/types.ts";
import { memoryModel } from "../../src/models/memory/memoryModel.ts";
import { sqlite } from "../../src/models/sqlite.ts";
import { type LambdaHandler, pipeline } from "../../src/pipeline/pipeline.ts";
import { pick } from "../../src/serializers/pick.ts";
import { anyEvent } from "../support/anyEvent.ts";
import { type LocalDynamo, startDynamo } from "../support/dynamo.ts";
import {
  type EventSource,
  eventOf,
  type Received,
  received,
  sources,
  type TestRequest,
} from "../support/events.ts";

type Handler = (event: unknown, context: object) => Promise<unknown>;

beforeEach(() => {
  configure({ secretKey: "a secret of the tests, which is long enough" });
});
afterEach(() => {
  configure({ secretKey: undefined });
  vi.useRealTimers();
  vi.restoreAllMocks();
});

const post = (key: string | undefined, request: TestRequest = {}): TestRequest => ({
  method: "POST",
  path: "/orders",
  body: '{"item":"tea"}',
  ...request,
  headers: {
    "Content-Type": "application/json",
    ...(key !== undefined && { "Idempotency-Key": key }),
    ...request.headers,
  },
});

async function send(
  handler: Handler,
  request: TestRequest,
  source: EventSource = "http",
  context: object = {},
): Promise<Received> {
  return received(source, await handler(eventOf(source, request), { ...context }));
}

const replayOf = (first: Received): Received => ({
  ...first,
  headers: { ...first.headers, "idempotent-replayed": "true" },
});

/** The usual chain around a function whose runs are counted. */
function chainOf(
  fn: (run: number, event: never, context: never) => unknown,
  options: Partial<IdempotentOptions> = {},
): { handler: LambdaHandler; runs(): number } {
  let count = 0;
  const handler = pipeline(
    [
      errors({ logger: false }),
      cors(),
      serialize(),
      idempotent({ store: memoryStore(), anonymous: true, ...options }),
    ],
    (event, context) => fn(++count, event as never, context as never),
  );
  return { handler, runs: () => count };
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise(resolve => setTimeout(resolve, 1));
}

/** A store that says how it is used. */
function watched(): IdempotencyStore & { calls: string[] } {
  const { claim, complete, release } = memoryStore();
  const calls: string[] = [];
  const noting =
    <A extends unknown[], R>(name: string, fn: (...all: A) => R) =>
    (...all: A): R => {
      calls.push(name);
      return fn(...all);
    };
  return {
    calls,
    claim: noting("claim", claim),
    complete: noting("complete", complete),
    release: noting("release", release),
  };
}

const errorOf = ({ status, headers, body }: Received) => ({
  status,
  retryAfter: headers["retry-after"],
  body: JSON.parse(body.toString()),
});
const unavailable = { status: 503, retryAfter: "1", body: { code: 503, message: "Service Unavailable" } };
const inFlight = {
  status: 409,
  retryAfter: "1",
  body: { code: 409, message: "A request with this Idempotency-Key is in progress" },
};
const otherRequest = {
  status: 422,
  retryAfter: undefined,
  body: { code: 422, message: "Idempotency-Key was used for another request" },
};

const results: [name: string, (run: number) => unknown][] = [
  ["JSON", run => ({ run, text: "é 😀" })],
  ["nothing", () => undefined],
  ["a string", run => `run ${run}`],
  ["bytes", run => Buffer.from([0, 255, 254, run])],
  ["a status without a body", () => ({ statusCode: 204 })],
  ["a web Response", run => new Response(`run ${run}`, { status: 202, headers: { "X-Run": `${run}` } })],
  [
    "headers, cookies and an address",
    run => ({
      statusCode: 201,
      headers: { Location: `/orders/${run}`, Vary: "Accept", "X-List": ["a", "b"] },
      cookies: [`a=${run}; Path=/`, "b=2; HttpOnly"],
      body: { run },
    }),
  ],
  ["a refusal that it returned", run => ({ statusCode: 402, body: { run } })],
];

describe("a repeated request", () => {
  for (const source of sources) {
    it.each(results)(`gets the first response again, %s, on ${source}`, async (_name, fn) => {
      const { handler, runs } = chainOf(fn);
      const first = await send(handler, post("k1"), source);
      expect(first.headers["idempotent-replayed"]).toBeUndefined();
      for (let time = 0; time < 2; time++) {
        expect(await send(handler, post("k1"), source)).toEqual(replayOf(first));
      }
      expect(runs()).toBe(1);
      const other = await send(handler, post("k2"), source);
      expect([other.status, runs()]).toEqual([first.status, 2]);
    });
  }

  it("gets it in the form of the source that it comes through", async () => {
    const { handler } = chainOf(() => ({ statusCode: 201, cookies: ["a=1", "b=2"], body: { a: 1 } }));
    const put = (source: EventSource): Promise<Received> => send(handler, post("k"), source);
    const first = await put("url");
    for (const source of ["http", "alb", "alb-multi", "lattice-v1", "lattice-v2"] as const) {
      expect([source, await put(source)]).toEqual([source, replayOf(first)]);
    }
  });

  it("gets CORS headers for its own origin, and those of layers outside once", async () => {
    const tag = defineMiddleware({
      name: "tag",
      before: (request: HookRequest) => void Object.assign(request.context, { tagged: true }),
      after({ response }: HookRequest) {
        const { headers } = response as { headers: Record<string, string> };
        headers["X-Outside"] = `${headers["X-Outside"] ?? ""}.`;
      },
    });
    const handler = pipeline(
      [
        tag,
        errors({ logger: false }),
        cors({ origins: ["https://a.example", "https://b.example"] }),
        serialize(),
        idempotent({ store: memoryStore(), anonymous: true }),
      ],
      () => ({ statusCode: 200, headers: { Vary: "Accept" }, body: "x" }),
    );
    for (const origin of [
      "https://a.example",
      "https://b.example",
      "https://c.example",
      "https://a.example",
    ]) {
      const { headers } = await send(handler, post("k", { headers: { Origin: origin } }));
      const allowed = origin === "https://c.example" ? undefined : origin;
      expect([headers["access-control-allow-origin"], headers["x-outside"]]).toEqual([allowed, "."]);
      expect(String(headers.vary).split(", ").sort()).toEqual(["Accept", "Origin"]);
    }
  });

  it("gets what went out last where a layer outside makes the response again, stored once if it is the same", async () => {
    for (const [added, calls] of [
      [{ "X-Late": "1" }, ["claim", "complete", "complete", "claim"]],
      [{}, ["claim", "complete", "claim"]],
    ] as const) {
      const store = watched();
      const late = defineMiddleware({
        name: "late",
        after(request: HookRequest) {
          addHeaders(request, added);
          return writeLeftResponse(request, request.response);
        },
      });
      const handler = middy(async () => ({ a: 1 })).use([
        late,
        serialize(),
        idempotent({ store, anonymous: true }),
      ] as never) as unknown as Handler;
      const first = await send(handler, post("k"));
      expect(first.headers["x-late"]).toBe(added["X-Late" as never]);
      expect(await send(handler, post("k"))).toEqual(replayOf(first));
      expect(store.calls).toEqual(calls);
    }
  });

  it("is known by keys in quotes and without", async () => {
    const { handler, runs } = chainOf(run => run);
    for (const key of ['"a\\"b\\\\c"', 'a"b\\c', '  "a\\"b\\\\c" ']) await send(handler, post(key));
    expect(runs()).toBe(1);
  });

  it("may have any header for its key", async () => {
    const { handler, runs } = chainOf(run => run, { header: "X-Request-Key", required: true });
    const missing = await send(handler, post("ignored"));
    expect(errorOf(missing).body).toEqual({ code: 400, message: "X-Request-Key is required" });
    for (let time = 0; time < 2; time++)
      await send(handler, post("k", { headers: { "x-request-key": "1" } }));
    expect(runs()).toBe(1);
  });

  it("runs once more when its time is up, and not before", async () => {
    vi.useFakeTimers({ toFake: ["Date"], now: 1_800_000_000_000 });
    const { handler, runs } = chainOf(run => run, { ttl: 60 });
    await send(handler, post("k"));
    vi.setSystemTime(1_800_000_059_999);
    expect((await send(handler, post("k"))).body.toString()).toBe("1");
    vi.setSystemTime(1_800_000_060_000);
    expect((await send(handler, post("k"))).body.toString()).toBe("2");
    expect((await send(handler, post("k"))).headers["idempotent-replayed"]).toBe("true");
    expect(runs()).toBe(2);
  });
});

describe("requests that pass", () => {
  it("only read, or have no key", async () => {
    const { handler, runs } = chainOf(run => run);
    let sent = 0;
    for (const method of ["GET", "HEAD", "OPTIONS"]) {
      for (let time = 0; time < 2; time++, sent++) await send(handler, post("k", { method }));
    }
    for (let time = 0; time < 2; time++, sent++) await send(handler, post(undefined));
    expect(runs()).toBe(sent);
  });

  it("do not pass without a key where it is required, unless they only read", async () => {
    const { handler, runs } = chainOf(run => run, { required: true });
    const missing = await send(handler, post(undefined));
    expect(errorOf(missing)).toEqual({
      status: 400,
      retryAfter: undefined,
      body: { code: 400, message: "Idempotency-Key is required" },
    });
    expect(runs()).toBe(0);
    await send(handler, post(undefined, { method: "GET" }));
    expect(runs()).toBe(1);
  });
});

describe("a malformed key", () => {
  it.each(sources)("is 400 on %s", async source => {
    const { handler, runs } = chainOf(run => run);
    const malformed = "Idempotency-Key is malformed";
    for (const [key, message] of [
      ["", malformed],
      ["  ", malformed],
      ['"', malformed],
      ['""', malformed],
      ['"a', malformed],
      ['"a"b', malformed],
      ['"a\\b"', malformed],
      ["a\u0000b", malformed],
      ["a\u007f", malformed],
      ["a\tb", malformed],
      ["a\u0085b", malformed],
      ["x".repeat(256), "Idempotency-Key is longer than 255 characters"],
      [`a${" ".repeat(500_000)}b`, "Idempotency-Key is longer than 255 characters"],
    ] as const) {
      expect([key, errorOf(await send(handler, post(key), source)).body]).toEqual([
        key,
        { code: 400, message },
      ]);
    }
    expect(runs()).toBe(0);
    await send(handler, post("x".repeat(255)), source);
    expect(runs()).toBe(1);
  });

  it("is not one with a space that HTTP does not know of at an end, which makes another key", async () => {
    const { handler, runs } = chainOf(run => run);
    for (const key of ["a", " a\t", "\u00a0a", "a\u00a0", "\ufeffa", "\u00a0"]) {
      const event = { httpMethod: "POST", path: "/", headers: { "Idempotency-Key": key }, body: null };
      expect([key, received("rest", await handler(event, {})).status]).toEqual([key, 200]);
    }
    expect(runs()).toBe(5);
  });

  it("is the only kind that is refused, and no other is taken for its like", async () => {
    const ran: string[] = [];
    const handler = pipeline(
      [errors({ logger: false }), serialize(), idempotent({ store: memoryStore(), anonymous: true })],
      event => {
        ran.push((event as { headers: Record<string, string> }).headers["Idempotency-Key"] as string);
        return null;
      },
    );
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: "binary", maxLength: 300 }), async key => {
        const before = ran.length;
        const event = { httpMethod: "POST", path: "/", headers: { "Idempotency-Key": key }, body: null };
        const first = received("rest", await handler(event, {}));
        const second = received("rest", await handler(event, {}));
        const key0 = key.replace(/^[ \t]+|[ \t]+$/g, "");
        if (first.status === 400) {
          expect(/\p{Cc}/u.test(key) || key0 === "" || key0.length > 255 || key0.startsWith('"')).toBe(true);
          expect([second.status, ran.length]).toEqual([400, before]);
        } else {
          expect([first.status, second.status]).toEqual([200, 200]);
          expect(second.headers["idempotent-replayed"]).toBe("true");
          expect(ran.length - before).toBe(first.headers["idempotent-replayed"] === undefined ? 1 : 0);
        }
      }),
      { numRuns: 300 },
    );
    const trimmed = ran.map(key => key.replace(/^[ \t]+|[ \t]+$/g, ""));
    expect(new Set(trimmed).size).toBe(trimmed.length);
  });

  it("is all that is wrong with a request, whatever event and context are", async () => {
    const handler = pipeline(
      [
        errors({ logger: false }),
        serialize(),
        idempotent({ store: memoryStore(), required: true, anonymous: true }),
      ],
      () => null,
    );
    const withKey = (event: unknown): unknown =>
      typeof event === "object" && event !== null ? { ...event, headers: { "idempotency-key": "k" } } : event;
    const contexts = fc.anything().map(user => ({ user, claims: user }));
    await fc.assert(
      fc.asyncProperty(anyEvent(), fc.oneof(fc.anything(), contexts), async (event, context) => {
        for (const sent of [event, withKey(event)]) {
          const result = (await handler(sent, context as object)) as { statusCode: number };
          expect([200, 400, 422]).toContain(result.statusCode);
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe("the same key for another request", () => {
  const others: [what: string, TestRequest][] = [
    ["method", { method: "PUT" }],
    ["path", { path: "/payments" }],
    ["query", { query: [["dry", "1"]] }],
    ["body", { body: '{"item":"coffee"}' }],
    ["no body", { body: "" }],
  ];

  it.each(sources)("is 422 on %s", async source => {
    const { handler, runs } = chainOf(run => run);
    const first = await send(handler, post("k"), source);
    for (const [what, changes] of others) {
      expect([what, errorOf(await send(handler, post("k", changes), source))]).toEqual([what, otherRequest]);
    }
    expect(await send(handler, post("k"), source)).toEqual(replayOf(first));
    expect(runs()).toBe(1);
  });

  it("is 422 while the first is in flight as well", async () => {
    const gate = Promise.withResolvers<void>();
    const { handler, runs } = chainOf(() => gate.promise);
    const first = send(handler, post("k"));
    await until(() => runs() === 1);
    expect(errorOf(await send(handler, post("k", { body: "{}" })))).toEqual(otherRequest);
    gate.resolve();
    expect((await first).status).toBe(200);
  });

  it("distinguishes binary bodies that are not text", async () => {
    const { handler, runs } = chainOf(run => run);
    const binary = (...bytes: number[]): TestRequest => post("k", { body: new Uint8Array(bytes) });
    await send(handler, binary(0xff, 0xfe));
    expect((await send(handler, binary(0xfe, 0xff))).status).toBe(422);
    expect((await send(handler, binary(0xff, 0xfe))).headers["idempotent-replayed"]).toBe("true");
    expect(runs()).toBe(1);
  });

  it("goes by what was sent, not by what a schema made of it", async () => {
    const Orders = memoryModel<{ id: string; item: string; at: string }>({ name: "Order" });
    let clock = 0;
    const handler = createHandler(Orders, {
      body: z.object({ item: z.string(), at: z.string().default(() => `${++clock}`) }),
      use: [idempotent({ store: memoryStore(), anonymous: true })],
    });
    const first = await send(handler, post("k"));
    expect(first.status).toBe(201);
    expect(await send(handler, post("k"))).toEqual(replayOf(first));
    expect((await send(handler, post("k", { body: '{"item":"coffee"}' }))).status).toBe(422);
    expect(await Orders.objects.count()).toBe(1);
  });
});

describe("callers", () => {
  const credentials: [what: string, TestRequest][] = [
    ["nobody, where nobody's keys count", {}],
    ["a token", { headers: { Authorization: "Bearer a" } }],
    ["another token", { headers: { Authorization: "Bearer b" } }],
    ["a cookie", { cookies: ["session=a"] }],
    ["another cookie", { cookies: ["session=b"] }],
    ["an API key", { headers: { "X-Api-Key": "a" } }],
    ["another API key", { headers: { "X-Api-Key": "b" } }],
  ];

  it.each(sources)("of different credentials never meet on %s", async source => {
    const { handler, runs } = chainOf(run => ({ run }));
    const firsts: Received[] = [];
    for (const [, request] of credentials) firsts.push(await send(handler, post("k", request), source));
    expect(new Set(firsts.map(({ body }) => body.toString())).size).toBe(credentials.length);
    for (const [index, [, request]] of credentials.entries()) {
      const again = await send(handler, post("k", request), source);
      expect(again).toEqual(replayOf(firsts[index] as Received));
    }
    expect(runs()).toBe(credentials.length);
  });

  it.each(sources)("without any credential share no keys unless that is allowed, on %s", async source => {
    const store = memoryStore();
    const responses: string[] = [];
    for (const [options, isShared] of [
      [{}, false],
      [{ required: true }, false],
      [{ scope: "orders" }, false],
      [{ scope: () => "orders", anonymous: false }, false],
      [{ scope: "payments", anonymous: true }, true],
      [{ scope: () => "own" }, true],
    ] as [Partial<IdempotentOptions>, boolean][]) {
      const { handler, runs } = chainOf(run => ({ run, secret: Math.random() }), {
        store,
        anonymous: undefined,
        ...options,
      });
      const first = await send(handler, post("k"), source);
      const second = await send(handler, post("k", { headers: { Cookie: "" } }), source);
      expect([options, runs()]).toEqual([options, isShared ? 1 : 2]);
      expect(second).toEqual(isShared ? replayOf(first) : { ...first, body: second.body });
      responses.push(first.body.toString());
    }
    expect(new Set(responses).size).toBe(responses.length);
  });

  it("of different tenants never meet, though their ids are equal", async () => {
    const { handler: own, runs } = chainOf(run => run);
    const user = { id: 1 };
    const contexts = [
      { user },
      { user, claims: { sub: "1", iss: "https://a.example" } },
      { user, claims: { sub: "1", iss: "https://b.example" } },
      { user, claims: { sub: "1", tid: "a" } },
      { user, claims: { sub: "1", tid: "b" } },
      { user, claims: { sub: "1", org_id: "a" } },
      { user, claims: { sub: "1", "custom:tenantId": 1 } },
      { user: { id: 1, tenantId: "a" } },
      { user: { id: 1, tenantId: "b" } },
      { user: { id: 1, organization: "a" } },
      { claims: { sub: "1", tenant: "a" } },
      { claims: { sub: "1", tenant: "b" } },
    ];
    for (const context of contexts) await send(own, post("k"), "http", context);
    for (const context of contexts) await send(own, post("k"), "http", context);
    expect(runs()).toBe(contexts.length);
  });

  it("that the gateway signed in are known by its word, although AWS signs each try afresh", async () => {
    const { handler, runs } = chainOf(run => ({ run }));
    const signed = async (userArn: string, signature: string) => {
      const event = eventOf(
        "rest",
        post("k", { headers: { Authorization: `AWS4-HMAC-SHA256 ${signature}` } }),
      );
      const requestContext = { ...(event.requestContext as object), identity: { userArn } };
      return received("rest", await handler({ ...event, requestContext }, {}));
    };
    await signed("arn:a", "1");
    expect((await signed("arn:a", "2")).headers["idempotent-replayed"]).toBe("true");
    expect((await signed("arn:b", "2")).headers["idempotent-replayed"]).toBeUndefined();
    expect(runs()).toBe(2);
  });

  interface User {
    id: string;
    name: string;
  }
  const Users = memoryModel<User>({ name: "User" });
  const Orders = memoryModel<{ id: string; item: string }>({ name: "Order" });
  const handler = createHandler(Orders, {
    auth: { model: Users },
    required: ["item"],
    errors: { logger: false },
    use: [idempotent({ store: memoryStore() })],
  });
  const as = (token: string): TestRequest => post("k", { headers: { Authorization: `Bearer ${token}` } });

  it("that are signed in stay themselves with a new token, and are not one another", async () => {
    for (const name of ["ann", "bob"]) await Users.create({ id: name, name });
    const tokens = await Promise.all([
      signJwt({ sub: "ann" }),
      signJwt({ sub: "ann" }, { expiresIn: 60 }),
      signJwt({ sub: "bob" }),
    ]);
    const [ann, annAgain, bob] = tokens as [string, string, string];
    const first = await send(handler, as(ann));
    expect(first.status).toBe(201);
    expect(await send(handler, as(annAgain))).toEqual(replayOf(first));
    const second = await send(handler, as(bob));
    expect([second.status, second.headers["idempotent-replayed"]]).toEqual([201, undefined]);
    expect(second.headers.location).not.toBe(first.headers.location);
  });

  it("that may not call get no replay", async () => {
    const expired = await signJwt({ sub: "ann" }, { expiresIn: 1 });
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 3_600_000 });
    for (const request of [post("k"), as("a.b.c"), as(expired)]) {
      expect((await send(handler, request)).status).toBe(401);
    }
  });

  it("are known by their claims where the user has no id, and by whatever a gateway says", async () => {
    const { handler: own, runs } = chainOf(run => run);
    const by = (context: object) => send(own, post("k"), "http", context);
    const contexts = [
      { user: { id: 1 } },
      { user: { id: "2" }, claims: { sub: "a" } },
      { user: {}, claims: { sub: "a" } },
      { user: { id: {} }, claims: { sub: "b" } },
      { claims: { sub: "a", iss: "https://other.example" } },
      { claims: { uid: 5 } },
      { user: null, claims: null },
    ];
    for (const context of contexts) await by(context);
    expect(runs()).toBe(contexts.length);
    for (const context of contexts) await by(context);
    await by({ user: { id: "1" } });
    expect(runs()).toBe(contexts.length);
  });

  it("of different scopes never meet", async () => {
    const store = memoryStore();
    const scopes: IdempotentOptions["scope"][] = [
      undefined,
      "payments",
      "orders",
      event => `tenant ${(event as { headers: Record<string, string> }).headers["x-tenant"]}`,
      async (_event, { awsRequestId }) => `${awsRequestId}`,
    ];
    for (const scope of scopes) {
      const { handler: own, runs } = chainOf(run => run, { store, scope });
      for (let time = 0; time < 2; time++) await send(own, post("k", { headers: { "x-tenant": "t" } }));
      expect(runs()).toBe(1);
    }
    const wrong = chainOf(run => run, { scope: (() => 5) as never });
    expect((await send(wrong.handler, post("k"))).status).toBe(500);
    expect(wrong.runs()).toBe(0);
    const refusing = chainOf(run => run, {
      scope: () => {
        throw new BadRequest("No tenant");
      },
    });
    expect((await send(refusing.handler, post("k"))).status).toBe(400);
  });
});

describe("what fails", () => {
  const failures: [what: string, () => unknown, status: number][] = [
    ["an Error", () => Promise.reject(new Error("no")), 500],
    ["a thrown 400", () => Promise.reject(new BadRequest("no")), 400],
    ["a thrown 503", () => Promise.reject(new HttpError(503)), 503],
    ["a returned 500", () => ({ statusCode: 500, body: "no" }), 500],
  ];

  it.each(failures)("is tried again: %s", async (_what, fail, status) => {
    const { handler, runs } = chainOf(run => (run === 1 ? fail() : { run }));
    expect((await send(handler, post("k"))).status).toBe(status);
    const second = await send(handler, post("k"));
    expect([second.status, second.body.toString()]).toEqual([200, '{"run":2}']);
    expect(await send(handler, post("k"))).toEqual(replayOf(second));
    expect(runs()).toBe(2);
  });

  it("on the way back is tried again, since nobody knows the response", async () => {
    let count = 0;
    const serializer = (object: { run: number }) => {
      if (object.run === 1) throw new Error("no");
      return object;
    };
    const handler = pipeline(
      [
        errors({ logger: false }),
        serialize(serializer),
        idempotent({ store: memoryStore(), anonymous: true }),
      ],
      () => ({ run: ++count }),
    );
    expect((await send(handler, post("k"))).status).toBe(500);
    expect((await send(handler, post("k"))).body.toString()).toBe('{"run":2}');
  });

  it("when the response stands already does not undo it", async () => {
    let isBroken = true;
    const breaking = defineMiddleware({
      name: "breaking",
      after() {
        if (isBroken) throw new Error("no");
      },
    });
    let count = 0;
    const handler = pipeline(
      [
        errors({ logger: false }),
        breaking,
        serialize(),
        idempotent({ store: memoryStore(), anonymous: true }),
      ],
      () => ({ run: ++count }),
    );
    expect((await send(handler, post("k"))).status).toBe(500);
    isBroken = false;
    const second = await send(handler, post("k"));
    expect([second.body.toString(), second.headers["idempotent-replayed"]]).toEqual(['{"run":1}', "true"]);
    expect(count).toBe(1);
  });

  it("is tried again even where a layer outside gives something better in its place", async () => {
    const store = watched();
    const softening = defineMiddleware({
      name: "softening",
      after: (request: HookRequest) => writeLeftResponse(request, { statusCode: 200, body: "sorry" }),
    });
    let count = 0;
    const handler = pipeline([softening, serialize(), idempotent({ store, anonymous: true })], () => {
      count++;
      return { statusCode: 503 };
    });
    for (let time = 0; time < 2; time++) {
      expect((await send(handler, post("k"))).body.toString()).toBe("sorry");
    }
    expect([count, store.calls]).toEqual([2, ["claim", "release", "claim", "release"]]);
  });

  it("in the store before the work is 503, and the work is not done", async () => {
    const store: IdempotencyStore = {
      ...memoryStore(),
      claim: () => Promise.reject(new Error("connect ECONNREFUSED db.internal")),
    };
    const { handler, runs } = chainOf(run => run, { store });
    expect(errorOf(await send(handler, post("k")))).toEqual(unavailable);
    expect(runs()).toBe(0);
    const broken = { ...store, claim: async () => ({ fingerprint: await fingerprint(), response: "{" }) };
    expect(errorOf(await send(chainOf(run => run, { store: broken }).handler, post("k")))).toEqual(
      unavailable,
    );
  });

  /** The fingerprint that a store is given for the usual request. */
  async function fingerprint(): Promise<string> {
    let found = "";
    const store: IdempotencyStore = {
      ...memoryStore(),
      async claim(claim) {
        found = claim.fingerprint;
        return undefined;
      },
    };
    await send(chainOf(() => null, { store }).handler, post("k"));
    return found;
  }

  it("in the store after the work is logged, and the response goes out", async () => {
    const log = vi.spyOn(console, "error").mockImplementation(() => undefined);
    const failure = new Error("gone");
    const store: IdempotencyStore = {
      ...memoryStore(),
      complete: () => Promise.reject(failure),
      release: () => Promise.reject(failure),
    };
    const { handler } = chainOf(run => (run === 1 ? { run } : Promise.reject(new BadRequest("no"))), {
      store,
    });
    expect((await send(handler, post("k"))).body.toString()).toBe('{"run":1}');
    expect(log.mock.calls).toEqual([["idempotent: the response was not stored", failure]]);
    // Nobody knows whether it was stored, so that the claim stays until it ends.
    expect(errorOf(await send(handler, post("k")))).toEqual(inFlight);
    log.mockClear();
    expect((await send(handler, post("k2"))).status).toBe(400);
    expect(log.mock.calls).toEqual([["idempotent: the claim was not released", failure]]);
  });

  it("waits for the store before the response leaves", async () => {
    const order: string[] = [];
    const memory = memoryStore();
    const slowly = async (what: string) => {
      await new Promise(resolve => setTimeout(resolve, 20));
      order.push(what);
    };
    const store: IdempotencyStore = {
      ...memory,
      complete: (...all) => memory.complete(...all).then(() => slowly("stored")),
      release: claim => memory.release(claim).then(() => slowly("released")),
    };
    const { handler } = chainOf(run => (run === 1 ? run : Promise.reject(new Error("no"))), { store });
    await send(handler, post("k"));
    order.push("answered");
    await send(handler, post("k2"));
    order.push("failed");
    expect(order).toEqual(["stored", "answered", "released", "failed"]);
  });
});

describe("a crash", () => {
  /** A request whose function never ends, as if the process had. */
  async function crash(
    options: Partial<IdempotentOptions>,
    context: object,
  ): Promise<(at: number) => Promise<number>> {
    const store = memoryStore();
    vi.useFakeTimers({ toFake: ["Date"], now: 1_800_000_000_000 });
    const crashed = chainOf(() => new Promise(() => undefined), { store, ...options });
    void send(crashed.handler, post("k"), "http", context);
    await until(() => crashed.runs() === 1);
    return async function statusAt(milliseconds) {
      vi.setSystemTime(1_800_000_000_000 + milliseconds);
      return (await send(chainOf(run => run, { store, ...options }).handler, post("k"), "http", context))
        .status;
    };
  }

  const leases: [what: string, Partial<IdempotentOptions>, context: object, milliseconds: number][] = [
    ["the time that Lambda leaves, and a second", {}, { getRemainingTimeInMillis: () => 3000 }, 4000],
    ["a minute where that is not known", {}, {}, 60_000],
    ["a minute where that makes no sense", {}, { getRemainingTimeInMillis: () => Number.NaN }, 60_000],
    ["a quarter of an hour and a second at most", {}, { getRemainingTimeInMillis: () => 9e9 }, 901_000],
    ["the lease that is asked for", { lease: 5 }, { getRemainingTimeInMillis: () => 3000 }, 5000],
  ];

  it.each(leases)("holds the key for %s", async (_what, options, context, milliseconds) => {
    const statusAt = await crash(options, context);
    expect(await statusAt(milliseconds - 1)).toBe(409);
    expect(await statusAt(milliseconds)).toBe(200);
  });
});

describe("requests at the same time", () => {
  const folder = mkdtempSync(join(tmpdir(), "tsverless-idempotent-"));
  const connections = ["a", "b"].map(() => sqlite(join(folder, "keys.sqlite"))) as [
    ReturnType<typeof sqlite>,
    ReturnType<typeof sqlite>,
  ];
  const memory = memoryStore();
  let dynamo: LocalDynamo;
  let table: string;

  beforeAll(async () => {
    dynamo = await startDynamo();
    table = await dynamo.createTable({ partition: ["id", "S"] });
  });
  afterAll(async () => {
    await dynamo.stop();
    await Promise.all(connections.map(db => db.destroy()));
    rmSync(folder, { recursive: true });
  });

  const stores: [name: string, () => IdempotencyStore[]][] = [
    ["memoryStore", () => [memory, memory]],
    ["sqlStore through two connections", () => connections.map(db => sqlStore({ db }))],
    ["dynamoStore", () => ["a", "b"].map(() => dynamoStore({ client: dynamo.client, table }))],
  ];

  it.each(stores)("have one effect where they have one key: %s", async (_name, storesOf) => {
    const Orders = memoryModel<{ id: string; item: string }>({ name: "Order" });
    const refused: Received[] = [];
    let creations = 0;
    const handlers = storesOf().map(store =>
      createHandler(Orders, {
        required: ["item"],
        serializer: pick("id", "item"),
        use: [idempotent({ store, anonymous: true })],
        async create(data) {
          creations++;
          await until(() => refused.length === 19 || creations > 1);
          return Orders.create(data);
        },
      }),
    );
    const created: Received[] = [];
    const sendOne = async (index: number): Promise<void> => {
      const response = await send(handlers[index % 2] as Handler, post("together"));
      (response.status === 201 ? created : refused).push(response);
    };
    await Promise.all(Array.from({ length: 20 }, (_, index) => sendOne(index)));
    expect(refused.map(errorOf)).toEqual(Array(19).fill(inFlight));
    expect(created).toHaveLength(1);
    for (const handler of handlers) {
      expect(await send(handler, post("together"))).toEqual(replayOf(created[0] as Received));
      const other = await send(handler, post("together", { body: '{"item":"coffee"}' }));
      expect(errorOf(other)).toEqual(otherRequest);
    }
    expect([creations, await Orders.objects.count()]).toEqual([1, 1]);
  });
});

describe("in other chains", () => {
  interface Note {
    id: string;
    text: string;
  }

  it("updates and deletes once", async () => {
    const Notes = memoryModel<Note>({ name: "Note" });
    await Notes.create({ id: "1", text: "a" });
    const store = memoryStore();
    const use = [idempotent({ store, anonymous: true })] as const;
    const serializer = pick("id", "text");
    let updates = 0;
    const update = updateHandler(Notes, {
      optional: ["text"],
      serializer,
      use,
      update: (note, changes) => {
        updates++;
        return Notes.update(note, changes);
      },
    });
    const remove = deleteHandler(Notes, { use });
    const to = (method: string, body: string): TestRequest =>
      post(method, { method, path: "/notes/1", pathParameters: { id: "1" }, route: "/notes/{id}", body });
    const first = await send(update, to("PATCH", '{"text":"b"}'));
    expect(first.headers.etag).toBeDefined();
    expect(await send(update, to("PATCH", '{"text":"b"}'))).toEqual(replayOf(first));
    expect(updates).toBe(1);
    expect((await send(remove, to("DELETE", ""))).status).toBe(204);
  });

  it("writes the response itself where nothing else does, on a plain Middy handler", async () => {
    let count = 0;
    const handler = middy(async () => ({
      statusCode: 201,
      headers: { "X-Run": `${++count}` },
      body: "done",
    })).use(idempotent({ store: memoryStore(), anonymous: true }) as never) as unknown as Handler;
    const first = await send(handler, post("k"));
    expect([first.status, first.headers["x-run"]]).toEqual([201, "1"]);
    expect(await send(handler, post("k"))).toEqual(replayOf(first));
    await expect(handler(eventOf("http", post("k", { body: "{}" })), {})).rejects.toEqual(
      new HttpError(422, "Idempotency-Key was used for another request"),
    );
  });

  it("releases what a plain Middy handler throws", async () => {
    let count = 0;
    const handler = middy(async () => {
      if (++count === 1) throw new BadRequest("no");
      return { statusCode: 200, body: "done" };
    }).use(idempotent({ store: memoryStore(), anonymous: true }) as never) as unknown as Handler;
    await expect(handler(eventOf("http", post("k")), {})).rejects.toEqual(new BadRequest("no"));
    expect((await send(handler, post("k"))).status).toBe(200);
  });

  const orders: [name: string, (own: AnyMiddleware) => AnyMiddleware[]][] = [
    ["outside of all", own => [own, errors({ logger: false }), cors(), jsonBody(), serialize()]],
    ["outside of the response", own => [errors({ logger: false }), cors(), own, jsonBody(), serialize()]],
    ["behind the body", own => [errors({ logger: false }), cors(), serialize(), jsonBody(), own]],
  ];

  it.each(orders)("works at any place: %s", async (_name, chain) => {
    let count = 0;
    const run = () => {
      if (++count === 1) throw new BadRequest("no");
      return { count };
    };
    for (const make of [
      (list: AnyMiddleware[]) => pipeline(list as never, run) as Handler,
      (list: AnyMiddleware[]) => middy(async () => run()).use(list as never) as unknown as Handler,
    ]) {
      count = 0;
      const handler = make(chain(idempotent({ store: memoryStore(), anonymous: true })));
      expect((await send(handler, post("k"))).status).toBe(400);
      const second = await send(handler, post("k"));
      expect(second.body.toString()).toBe('{"count":2}');
      expect(await send(handler, post("k"))).toEqual(replayOf(second));
    }
  });

  it("keeps the early response of a middleware behind it", async () => {
    let asked = 0;
    const early = defineMiddleware({
      name: "early",
      before: () => ({ statusCode: 202, body: `${++asked}` }),
    });
    const handler = pipeline(
      [serialize(), idempotent({ store: memoryStore(), anonymous: true }), early],
      () => "never",
    );
    const first = await send(handler, post("k"));
    expect([first.status, first.body.toString()]).toEqual([202, "1"]);
    expect(await send(handler, post("k"))).toEqual(replayOf(first));
  });

  it("does not know users whom nobody signed in yet: a chain says who calls first", async () => {
    const Users = memoryModel<{ id: string }>({ name: "User" });
    await Users.create({ id: "ann" });
    let count = 0;
    const handler = pipeline(
      [
        errors({ logger: false }),
        serialize(),
        authUser({ model: Users }),
        idempotent({ store: memoryStore() }),
      ],
      (_event, { user }) => ({ user: user.id, run: ++count }),
    );
    const token = await signJwt({ sub: "ann" });
    const request = post("k", { headers: { Authorization: `Bearer ${token}` } });
    const first = await send(handler, request);
    expect(await send(handler, request)).toEqual(replayOf(first));
    expect((await send(handler, post("k"))).status).toBe(401);
  });
});

describe("the factory", () => {
  it("refuses options that are none", () => {
    const store = memoryStore();
    for (const [options, message] of [
      [undefined, "idempotent: options must be an object"],
      [{}, 'idempotent: option "store" must be a store with claim, complete and release'],
      [
        { store: { claim() {} } },
        'idempotent: option "store" must be a store with claim, complete and release',
      ],
      [{ store: memoryStore }, 'idempotent: option "store" must be an object'],
      [{ store, ttl: 0 }, 'idempotent: option "ttl" must be at least 1'],
      [{ store, ttl: 1.5 }, 'idempotent: option "ttl" must be a whole number of at least 0'],
      [{ store, lease: 0 }, 'idempotent: option "lease" must be at least 1'],
      [{ store, header: "a b" }, 'idempotent: option "header" must be the name of a header'],
      [{ store, scope: 5 }, 'idempotent: option "scope" must be a string or a function'],
      [{ store, anonymous: 1 }, 'idempotent: option "anonymous" must be true or false'],
      [{ store, required: 1 }, 'idempotent: option "required" must be true or false'],
      [
        { store, tll: 5 },
        'idempotent: unknown option "tll"; it takes store, ttl, header, required, lease, scope, anonymous',
      ],
    ] as const) {
      expect(() => idempotent(options as never)).toThrow(new TypeError(message));
    }
  });

  it("reveals nothing of the key to a store, nor of and the caller", async () => {
    const seen: string[] = [];
    const memory = memoryStore();
    const store: IdempotencyStore = {
      ...memory,
      claim(claim) {
        seen.push(JSON.stringify(claim));
        return memory.claim(claim);
      },
    };
    const { handler } = chainOf(() => null, { store });
    await send(handler, post("my-key", { headers: { Authorization: "Bearer my-token" } }));
    const { id, fingerprint } = JSON.parse(seen[0] as string);
    expect([id, fingerprint].every(text => /^[\da-f]{64}$/.test(text))).toBe(true);
    expect(seen[0]).not.toMatch(/my-|tea|orders/);
  });
});

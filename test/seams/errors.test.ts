import { inspect } from "node:util";
import { afterEach, describe, expect, it, vi } from "vitest";
import { api } from "../../api/api.ts";
import { resource } from "../../api/resource.ts";
import { bulkCreateHandler } from "../../generics/bulkCreateHandler.ts";
import { sqsHandler } from "../../generics/sqsHandler.ts";
import { cors } from "../../middlewares/cors.ts";
import { errors } from "../../middlewares/errors.ts";
import { serialize } from "../../middlewares/serialize.ts";
import { BadRequest, Conflict, HttpError, NotFound } from "../../src/core/errors.ts";
import { configure } from "../../src/core/settings.ts";
import { memoryModel } from "../../src/models/memory/memoryModel.ts";
import { pipeline } from "../../src/pipeline/pipeline.ts";
import { pick } from "../../src/serializers/pick.ts";
import { sources } from "../support/events.ts";
import { send } from "../support/send.ts";

afterEach(() => {
  configure({ debug: undefined });
  vi.restoreAllMocks();
});

interface Thing {
  id: string;
  name: string;
}
const Things = memoryModel<Thing>({ name: "Thing", fields: { id: "text", name: "text" } });
const serializer = pick("id", "name");

type Options = NonNullable<Parameters<typeof errors>[0]>;

/** Every place that an error can come from, and what a client makes of it. */
const places: [string, (error: unknown, options?: Options) => Parameters<typeof send>[0], method: string][] =
  [
    [
      "a pipeline",
      (error, options) =>
        pipeline([errors(options), cors(), serialize(serializer)], () => {
          throw error;
        }) as never,
      "GET",
    ],
    [
      "a step of a resource",
      (error, options) => {
        const create = (): never => {
          throw error;
        };
        return resource(Things, {
          serializer,
          required: ["name"],
          ...(options && { errors: options }),
          create: { create },
        }).create as never;
      },
      "POST",
    ],
    [
      "a middleware around an api",
      (error, options) => {
        const failing = {
          before: () => {
            throw error;
          },
        };
        return api(
          { "POST /things": pipeline([serialize()], () => "x") },
          { around: [failing], ...(options && { errors: options }) },
        ).handler as never;
      },
      "POST",
    ],
  ];

const request = { path: "/things", body: { name: "n" } };
const withHeaders = (more: object): Error =>
  Object.assign(new Error("what it says"), {
    headers: {
      "content-type": "text/html",
      "set-cookie": "sid=1",
      "Access-Control-Allow-Origin": "https://evil.example",
      "access-control-allow-credentials": "true",
      "retry-after": 7,
      "X-Powered-By": "it",
      Location: "https://evil.example",
      "WWW-Authenticate": "Basic",
    },
    ...more,
  });

describe.each(places)("an error of another package in %s", (_place, make, method) => {
  it("sends no header but Retry-After and WWW-Authenticate, on every source", async () => {
    for (const source of sources) {
      const handler = make(withHeaders({ statusCode: 429 }), { logger: false });
      const { status, headers, body } = await send(handler, source, { ...request, method });
      expect([source, status, body]).toEqual([source, 429, { code: 429, message: "what it says" }]);
      const sent = Object.fromEntries(Object.entries(headers).map(([k, v]) => [k.toLowerCase(), String(v)]));
      expect(sent).toMatchObject({
        "content-type": "application/json",
        "retry-after": "7",
        "www-authenticate": "Basic",
      });
      for (const name of ["set-cookie", "x-powered-by", "location", "access-control-allow-credentials"]) {
        expect([name, sent[name]]).toEqual([name, undefined]);
      }
      expect(sent["access-control-allow-origin"]).not.toBe("https://evil.example");
    }
  });

  it("says its message below 500 alone, and never one that it hides", async () => {
    const responseOf = async (more: object): Promise<unknown[]> => {
      const { status, body } = await send(make(withHeaders(more), { logger: false }), "http", {
        ...request,
        method,
      });
      return [status, (body as { message: string }).message];
    };
    expect(await responseOf({ statusCode: 404 })).toEqual([404, "what it says"]);
    expect(await responseOf({ statusCode: 404, expose: false })).toEqual([404, "Not Found"]);
    expect(await responseOf({ statusCode: 503 })).toEqual([503, "Service Unavailable"]);
    expect(await responseOf({ statusCode: 503, expose: true })).toEqual([503, "Service Unavailable"]);
    expect(await responseOf({ statusCode: "404" })).toEqual([500, "Internal Server Error"]);
    expect(await responseOf({ status: 404 })).toEqual([500, "Internal Server Error"]);
  });

  it("is logged, whatever its status; ours is not where the client gets all", async () => {
    const logger = vi.fn();
    const report = vi.fn();
    const give = (error: unknown) => send(make(error, { logger, report }), "http", { ...request, method });
    const foreign = withHeaders({ statusCode: 404 });
    const failure = withHeaders({ statusCode: 502 });
    await give(new BadRequest());
    await give(new NotFound());
    expect(logger).not.toHaveBeenCalled();
    await give(foreign);
    expect(logger.mock.calls).toEqual([[foreign, { requestId: "r1" }]]);
    expect(report).not.toHaveBeenCalled();
    await give(failure);
    expect(logger.mock.calls[1]?.[0]).toBe(failure);
    expect(report.mock.calls.map(([error]) => error)).toEqual([failure]);
  });

  it("becomes what the map says", async () => {
    class OutOfStock extends Error {}
    class Reserved extends OutOfStock {}
    class Down extends Error {}
    const logger = vi.fn();
    const map = [
      [Reserved, 423, "Taken", "reserved"],
      [OutOfStock, 409],
      [Down, 503, "Come back"],
      [NotFound, 410, undefined, 7],
    ] as const;
    const give = async (error: unknown): Promise<unknown> => {
      const { status, body } = await send(make(error, { logger, map }), "http", { ...request, method });
      return [status, body];
    };
    expect(await give(new Reserved("x"))).toEqual([423, { code: "reserved", message: "Taken" }]);
    expect(await give(new OutOfStock("None left"))).toEqual([409, { code: 409, message: "None left" }]);
    expect(await give(new NotFound("Gone"))).toEqual([410, { code: 7, message: "Gone" }]);
    expect(logger).not.toHaveBeenCalled();
    expect(await give(new Down("db1 is down"))).toEqual([503, { code: 503, message: "Come back" }]);
    expect(logger).toHaveBeenCalledTimes(1);
    expect(await give(new Error("x"))).toEqual([500, { code: 500, message: "Internal Server Error" }]);
  });
});

describe("an item of a bulk request", () => {
  it("is answered and logged as a request of its own, by the map too", async () => {
    class OutOfStock extends Error {}
    const logger = vi.fn();
    const foreign = withHeaders({ statusCode: 404 });
    const thrown = [new OutOfStock("None left"), foreign, new Conflict("Taken")];
    const handler = bulkCreateHandler(Things, {
      required: ["name"],
      errors: { logger, map: [[OutOfStock, 409, "Sold out"]] },
      create: ({ name }) => {
        throw thrown[Number(name)];
      },
    });
    const { body } = await send(handler as never, "http", {
      method: "POST",
      body: [{ name: "0" }, { name: "1" }, { name: "2" }],
    });
    expect(body).toEqual([
      { status: 409, error: { code: 409, message: "Sold out" } },
      { status: 404, error: { code: 404, message: "what it says" } },
      { status: 409, error: { code: 409, message: "Taken" } },
    ]);
    expect(logger.mock.calls.map(([error]) => error)).toEqual([foreign]);
  });
});

const row = "ada@secret.example";
const made = (name: string, message: string, more: object): Error =>
  Object.assign(new Error(message), { name, ...more });

/** What drivers and clients throw, each with the text of a row in it, as they do. */
const drivers: [string, Error, shown: string][] = [
  [
    "pg",
    made("error", `invalid input syntax for type integer: "${row}"`, {
      severity: "ERROR",
      code: "22P02",
      detail: `Key (lower(email))=(${row}) already exists.`,
      where: `unnamed portal parameter $1 = '${row}'`,
      constraint: "users_email_key",
      table: "users",
    }),
    "users_email_key",
  ],
  [
    "mysql2",
    made("Error", `Duplicate entry '${row}' for key 'email'`, {
      code: "ER_DUP_ENTRY",
      errno: 1062,
      sqlState: "23000",
      sqlMessage: `Duplicate entry '${row}' for key 'email'`,
      sql: `insert into users (email) values ('${row}')`,
    }),
    "ER_DUP_ENTRY",
  ],
  [
    "node:sqlite",
    made("Error", `CHECK constraint failed: ${row}`, {
      code: "ERR_SQLITE_ERROR",
      errcode: 275,
      errstr: "constraint failed",
    }),
    "constraint failed",
  ],
  [
    "DynamoDB",
    made("TransactionCanceledException", `Value '${row}' failed`, {
      $fault: "client",
      $metadata: { httpStatusCode: 400, requestId: "AWS-REQUEST-1", cfId: undefined },
      CancellationReasons: [{ Code: "ConditionalCheckFailed", Item: { email: { S: row } } }],
    }),
    "AWS-REQUEST-1",
  ],
  [
    "Prisma",
    made("PrismaClientValidationError", `Invalid invocation: { data: { email: "${row}" } }`, {
      clientVersion: "6.0.0",
    }),
    "PrismaClientValidationError",
  ],
  [
    "MongoDB",
    made("MongoServerError", `E11000 duplicate key error dup key: { email: "${row}" }`, {
      code: 11000,
      keyValue: { email: row },
      errorResponse: { errmsg: `dup ${row}` },
    }),
    "11000",
  ],
  [
    "a client that keeps its request",
    made("AxiosError", "Request failed with status code 500", {
      code: "ERR_BAD_RESPONSE",
      config: { headers: { Authorization: `Bearer ${row}` } },
      response: { data: row },
    }),
    "ERR_BAD_RESPONSE",
  ],
  [
    "an address with a password",
    new Error(`connect failed: postgres://admin:${row.replace("@", "%40")}@db.internal:5432/x`),
    "db.internal:5432",
  ],
  ["a header", new Error(`upstream said no to Authorization: Bearer ${row}`), "upstream said no"],
  ["a named secret", new Error(`login failed, password=${row}; retry`), "login failed"],
  ["JSON", new Error(`bad response {"access_token":"${row}","scope":"read"}`), "read"],
];

/** All ways in which an error stands in another. */
const wrappings: [string, (error: Error) => unknown][] = [
  ["alone", error => error],
  ["as a cause", error => new Error("saving failed", { cause: error })],
  [
    "as a cause of a cause, whose message is repeated",
    error =>
      new HttpError(500, `saving failed: ${error.message}`, {
        cause: new Error(`inner: ${error.message}`, { cause: error }),
      }),
  ],
  ["among others", error => new AggregateError([new Error("first"), error], `two failed: ${error.message}`)],
  [
    "in an ORM's error",
    error =>
      Object.assign(new Error(`Failed query: insert into users\nparams: ${row}`, { cause: error }), {
        name: "DrizzleQueryError",
        query: "insert into users",
        params: [row],
      }),
  ],
];

describe("the log, where no logger is given", () => {
  it.each(drivers)("reveals nothing of a row, and no credential: %s", async (_name, error, shown) => {
    const logged = vi.spyOn(console, "error").mockImplementation(() => undefined);
    for (const [how, wrap] of wrappings) {
      logged.mockClear();
      const handler = pipeline([errors(), serialize()], () => {
        throw wrap(error);
      });
      const { status } = await send(handler as never, "http");
      expect(status).toBe(500);
      expect(logged).toHaveBeenCalledTimes(1);
      const text = inspect(logged.mock.calls, { depth: 20 });
      for (const secret of [row, row.replace("@", "%40")])
        expect([how, text.includes(secret)]).toEqual([how, false]);
      expect(text).toContain(shown);
      expect(text).toContain("errors.test.ts");
      expect(text).toContain("r1");
    }
  });

  it("says the message, the code and the place of any other error, and all that caused it", async () => {
    const logged = vi.spyOn(console, "error").mockImplementation(() => undefined);
    const cause = Object.assign(new Error("connect ECONNREFUSED 10.0.0.1:80"), {
      code: "ECONNREFUSED",
      syscall: "connect",
    });
    const error = new TypeError("no basket of token kind, see author: me", { cause });
    const handler = pipeline([errors(), serialize()], () => {
      throw error;
    });
    await send(handler as never, "http");
    const [shown, details] = logged.mock.calls[0] as [Error, unknown];
    expect(shown).toBeInstanceOf(Error);
    expect(shown.stack).toBe(error.stack);
    expect(shown.message).toBe(error.message);
    expect(shown.cause).toMatchObject({
      message: cause.message,
      code: "ECONNREFUSED",
      syscall: "connect",
      stack: cause.stack,
    });
    expect(details).toEqual({ requestId: "r1" });
  });

  it("survives whatever is thrown", async () => {
    const logged = vi.spyOn(console, "error").mockImplementation(() => undefined);
    const loop = new Error("loop");
    loop.cause = loop;
    const trap = Object.defineProperty(new Error("trap"), "code", {
      get() {
        throw new Error("no");
      },
    });
    for (const thrown of [
      undefined,
      null,
      5,
      "text",
      Symbol("s"),
      {},
      [],
      () => 1,
      loop,
      trap,
      Object.freeze(new Error("f")),
    ]) {
      const handler = pipeline([errors(), serialize()], () => {
        throw thrown;
      });
      expect((await send(handler as never, "http")).status).toBe(500);
    }
    expect(logged).toHaveBeenCalledTimes(11);
  });

  it("is the same for queues", async () => {
    const logged = vi.spyOn(console, "error").mockImplementation(() => undefined);
    const handler = sqsHandler(() => {
      throw drivers[0]?.[1];
    });
    const Records = [
      {
        messageId: "m",
        body: "x",
        attributes: {},
        messageAttributes: {},
        eventSourceARN: "arn:aws:sqs:eu-central-1:1:q",
        awsRegion: "eu-central-1",
      },
    ];
    await (handler as (event: unknown, context: unknown) => Promise<unknown>)({ Records }, {}).catch(() => 0);
    expect(logged).toHaveBeenCalled();
    expect(inspect(logged.mock.calls, { depth: 20 })).not.toContain(row);
  });
});

describe("what is shown for debugging", () => {
  it("has no credential and no key of an API, wherever an event holds it, on every source", async () => {
    configure({ debug: true });
    const secret = "s3cr3t-v4lue";
    const handler = pipeline([errors({ logger: false }), serialize()], () => {
      throw new Error(`Bearer ${secret}`);
    });
    const names = [
      "Authorization",
      "Cookie",
      "X-Api-Key",
      "x-functions-key",
      "X-Amz-Security-Token",
      "x-amzn-oidc-data",
      "x-amzn-oidc-accesstoken",
      "X-CSRF-Token",
      "X-Auth-Token",
      "Proxy-Authorization",
    ];
    const parameters = [
      "access_token",
      "apiKey",
      "api_key",
      "key",
      "code",
      "token",
      "X-Amz-Signature",
      "X-Amz-Credential",
      "password",
      "client_secret",
    ];
    for (const source of sources) {
      for (const body of [
        { password: secret, user: { apiKey: secret }, name: "shown" },
        `name=shown&password=${secret}`,
      ]) {
        const { body: response } = await send(handler as never, source, {
          method: "POST",
          path: "/reset",
          headers: { ...Object.fromEntries(names.map(name => [name, secret])), "X-Shown": "shown-header" },
          query: [...parameters.map(name => [name, secret] as const), ["page", "shown-page"]],
          body,
        });
        const text = JSON.stringify(response);
        expect([source, text.includes(secret)]).toEqual([source, false]);
        expect(text).toContain("shown-header");
        expect(text).toContain("shown-page");
        expect(text).toContain("name");
      }
    }
  });

  it("has no key that a gateway puts into its own part, and no variables of a stage", async () => {
    configure({ debug: true });
    const handler = pipeline([errors({ logger: false }), serialize()], () => {
      throw new Error("x");
    });
    const event = {
      httpMethod: "GET",
      path: "/x",
      headers: { referer: "https://app.example/?token=s3cr3t" },
      stageVariables: { backend: "s3cr3t" },
      authorizationToken: "s3cr3t",
      requestContext: {
        stage: "test",
        identity: { apiKey: "s3cr3t", apiKeyId: "s3cr3t", accessKey: "s3cr3t", sourceIp: "10.1.2.3" },
        authorizer: { principalId: "u1", accessToken: "s3cr3t", claims: { sub: "u1" } },
      },
    };
    const { body } = (await handler(event as never, {} as never)) as { body: string };
    expect(body).not.toContain("s3cr3t");
    for (const shown of ["10.1.2.3", "u1", "https://app.example/"]) expect(body).toContain(shown);
  });
});

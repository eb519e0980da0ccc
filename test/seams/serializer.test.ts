import middy from "@middy/core";
import httpSecurityHeaders from "@middy/http-security-headers";
import { describe, expect, it, vi } from "vitest";
import type { AnyMiddleware } from "../../src/core/middleware.ts";
import * as face from "../../src/index.ts";
import { memoryModel } from "../../src/models/memory/memoryModel.ts";
import { eventOf, received, sources } from "../support/events.ts";
import { getting } from "../support/getting.ts";

interface Row {
  id: string;
  email: string;
  password: string;
  statusCode?: number;
  headers?: object;
  body?: string;
}

const secret = "pbkdf2_sha256$secret";
const plain: Row = { id: "1", email: "a@b.c", password: secret };
/** Rows whose fields are called as those of a response, in every way in which one could be taken for it. */
const rows: [string, Row][] = [
  ["a plain object", plain],
  ["an object with a status", { ...plain, statusCode: 200 }],
  ["an object with a body", { ...plain, body: secret }],
  ["an object with headers", { ...plain, headers: { "x-secret": secret } }],
  ["an object with all of them", { ...plain, statusCode: 201, headers: { a: secret }, body: secret }],
];
const serializer = face.pick("id", "email");
const shown = { id: "1", email: "a@b.c" };
type Handler = (event: unknown, context: object) => Promise<unknown>;
const quiet = { logger: false } as const;

type Source = (typeof sources)[number];

async function send(handler: object, source: Source, request: object = {}, isBare = false) {
  const event = eventOf(source, { method: "GET", path: "/rows/1", pathParameters: { id: "1" }, ...request });
  const result = (await (handler as Handler)(event, { awsRequestId: "r" })) as object;
  // What stands outside of all that is ours may leave fields that the load balancer does not look at.
  const taken = isBare && source === "alb-multi" ? { ...result, headers: undefined } : result;
  const { status, headers, body } = received(source, taken);
  return { status, headers, text: body.toString() };
}

const json = { "content-type": "application/json" };
/** Each generic with its request, and what its body must be. */
const generics: [string, (row: Row, options: object) => object, object, number, unknown][] = [
  [
    "createHandler",
    (row, options) => face.createHandler(modelOf(row), { serializer, create: () => row, ...options }),
    { method: "POST", path: "/rows", headers: json, body: "{}" },
    201,
    shown,
  ],
  [
    "retrieveHandler",
    (row, options) => face.retrieveHandler(modelOf(row), { serializer, ...options }),
    {},
    200,
    shown,
  ],
  [
    "updateHandler",
    (row, options) => face.updateHandler(modelOf(row), { serializer, update: () => row, ...options }),
    { method: "PATCH", headers: json, body: "{}" },
    200,
    shown,
  ],
  [
    "listHandler",
    (row, options) => face.listHandler(modelOf(row), { serializer, list: () => [row], ...options }),
    { path: "/rows" },
    200,
    [shown],
  ],
  [
    "deleteHandler",
    (row, options) =>
      face.deleteHandler(modelOf(row), { serializer, status: 202, remove: () => row, ...options }),
    { method: "DELETE" },
    202,
    shown,
  ],
];

function modelOf(row: Row) {
  const model = memoryModel<Row>({ name: "Row" });
  return { ...model, objects: getting(model.objects, row) };
}

/** Where a middleware of another package can stand in a generic. */
const places: [string, (make: (options: object) => object, foreign: AnyMiddleware) => object][] = [
  ["use", (make, foreign) => make({ use: [foreign], errors: quiet })],
  ["around", (make, foreign) => make({ around: [foreign], errors: quiet })],
  [".use()", (make, foreign) => (make({ errors: quiet }) as face.LambdaHandler).use(foreign)],
  ["middy(handler).use()", (make, foreign) => middy(make({ errors: quiet }) as never).use(foreign as never)],
];

describe.each(generics)("%s", (_, make, request, status, body) => {
  it.each(places)(
    "lets no object go around its serializer with security headers in %s",
    async (place, put) => {
      for (const [what, row] of rows) {
        const handler = put(options => make(row, options), httpSecurityHeaders() as AnyMiddleware);
        for (const source of sources) {
          const got = await send(handler, source, request, !isSeen(place, source));
          expect(got.text, `${what} on ${source}`).not.toContain(secret);
          expect([got.status, JSON.parse(got.text)], `${what} on ${source}`).toEqual([status, body]);
          if (isSeen(place, source)) expect(got.headers["x-frame-options"], source).toBe("DENY");
        }
      }
    },
  );

  it.each(places)("sends security headers with errors from %s", async (_place, put) => {
    const failing = { create: fail, update: fail, remove: fail, list: fail };
    const name = Object.keys(failing).find(step => String(make).includes(`${step}:`));
    const handler = put(
      options => make(plain, name === undefined ? options : { ...options, [name]: fail }),
      httpSecurityHeaders() as AnyMiddleware,
    );
    if (name === undefined) return;
    const got = await send(handler, "rest", request);
    expect([got.status, got.headers["x-frame-options"]]).toEqual([409, "DENY"]);
    expect(JSON.parse(got.text)).toEqual({ code: 409, message: "no" });
  });

  it("takes a response of respond() and a web Response from its step, and nothing else", async () => {
    const name = ["create", "update", "remove", "list"].find(step => String(make).includes(`${step}:`));
    if (name === undefined) return;
    for (const [response, text] of [
      [() => face.respond({ status: 418, headers: { "x-own": "1" }, body: { own: true } }), '{"own":true}'],
      [() => new Response("own", { status: 418, headers: { "x-own": "1" } }), "own"],
    ] as const) {
      const got = await send(make(plain, { [name]: response }), "http", request);
      expect([got.status, got.headers["x-own"], got.text]).toEqual([418, "1", text]);
    }
  });
});

/** Outside of all that is ours nobody brings what Middy writes into the form of ALB's multi-value headers. */
function isSeen(place: string, source: string): boolean {
  return !(place === "middy(handler).use()" && source === "alb-multi");
}

function fail(): never {
  throw new face.Conflict("no");
}

describe("create behind security headers", () => {
  it.each(places)("keeps its Location in %s", async (place, put) => {
    const [[, make, request]] = generics as [(typeof generics)[number]];
    const handler = put(options => make(plain, options), httpSecurityHeaders() as AnyMiddleware);
    for (const source of sources.filter(name => isSeen(place, name))) {
      expect((await send(handler, source, request)).headers.location).toMatch(/\/rows\/1$/);
    }
  });
});

describe("delete behind security headers", () => {
  it.each(places)("stays 204 without a body in %s", async (_place, put) => {
    const make = (options: object): object =>
      face.deleteHandler(modelOf(plain), { remove: () => undefined, ...options });
    const got = await send(put(make, httpSecurityHeaders() as AnyMiddleware), "rest", { method: "DELETE" });
    expect([got.status, got.text, got.headers["x-frame-options"]]).toEqual([204, "", "DENY"]);
  });
});

describe("a pipeline with a serializer", () => {
  const chains: [string, AnyMiddleware[]][] = [
    ["outside", [httpSecurityHeaders() as AnyMiddleware, face.serialize(serializer as never)]],
    ["inside", [face.serialize(serializer as never), httpSecurityHeaders() as AnyMiddleware]],
  ];
  it.each(chains)("serializes every value with security headers %s of it, which stay", async (_, chain) => {
    for (const [what, row] of rows) {
      for (const source of sources) {
        const handler = face.pipeline([face.errors(quiet), ...chain] as never, () => row);
        const got = await send(handler, source);
        expect([got.status, JSON.parse(got.text)], `${what} on ${source}`).toEqual([200, shown]);
        expect(got.headers["x-frame-options"], `${what} on ${source}`).toBe("DENY");
      }
    }
  });

  it("sends nothing with security headers inside of it as null, not as Middy's own 500", async () => {
    for (const value of [undefined, null]) {
      const handler = face.pipeline([face.errors(quiet), ...(chains[1]?.[1] ?? [])] as never, () => value);
      const got = await send(handler, "http");
      expect([got.status, got.headers["x-frame-options"]]).toEqual([200, "DENY"]);
    }
  });

  it("keeps a status that a hook inside of it set", async () => {
    const teapot = {
      after(request: { response: unknown }) {
        request.response = { statusCode: 418, headers: { "x-a": "1" }, body: request.response };
      },
    };
    const handler = face.pipeline([face.serialize(serializer as never), teapot] as never, () => plain);
    const got = await send(handler, "rest");
    expect([got.status, got.headers["x-a"], JSON.parse(got.text)]).toEqual([418, "1", shown]);
  });

  it("answers 500, and logs what to do, when a hook inside of it made text of the value", async () => {
    const logger = vi.fn();
    const stringify = {
      after(request: { response: unknown }) {
        request.response = { statusCode: 200, headers: {}, body: JSON.stringify(request.response) };
      },
    };
    for (const handler of [
      face.pipeline(
        [face.errors({ logger }), face.serialize(serializer as never), stringify] as never,
        () => plain,
      ),
      middy(() => plain).use([
        face.errors({ logger }),
        face.serialize(serializer as never),
        stringify,
      ] as never),
    ]) {
      const got = await send(handler, "http");
      expect([got.status, got.text]).toEqual([500, '{"code":500,"message":"Internal Server Error"}']);
      expect(String(logger.mock.lastCall?.[0].cause)).toContain("respond({ status, headers, body })");
    }
  });

  it("never lets an object out of a plain middy() either", async () => {
    for (const [what, row] of rows) {
      for (const [, chain] of chains) {
        const handler = middy(() => ({ ...row })).use([face.errors(quiet), ...chain] as never);
        const got = await send(handler, "http");
        expect(got.text, what).not.toContain(secret);
      }
    }
  });
});

describe("what a hook responds early", () => {
  it("is a response in Lambda's plain form, and data in any other", async () => {
    for (const source of sources) {
      for (const [early, status, text] of [
        [{ statusCode: 404, body: "gone" }, 404, "gone"],
        [{ statusCode: "404", body: "gone" }, 404, "gone"],
        [face.respond({ status: 404, body: "gone" }), 404, "gone"],
        [plain, 200, JSON.stringify(shown)],
      ] as const) {
        const response = { before: () => early };
        for (const handler of [
          face.retrieveHandler(modelOf(plain), { serializer, use: [response] }),
          face.retrieveHandler(modelOf(plain), { serializer, around: [response] }),
          face.pipeline([response, face.serialize(serializer as never)] as never, () => plain),
          face.pipeline([face.serialize(serializer as never), response] as never, () => plain),
        ]) {
          const got = await send(handler, source);
          expect([got.status, got.text]).toEqual([status, text]);
        }
      }
    }
  });
});

describe("what a hook puts in place of the response", () => {
  const retrieve = (options: object): object =>
    face.retrieveHandler(modelOf(plain), { serializer, errors: quiet, ...options });
  const failing = (options: object): object =>
    face.updateHandler(modelOf(plain), { serializer, update: fail, errors: quiet, ...options });

  it.each(["use", "around"])(
    "goes through the serializer when it is data, from after and onError in %s",
    async place => {
      const given = () => ({ ...plain });
      const assigned = (request: { response: unknown }): void => {
        request.response = { ...plain };
      };
      for (const hook of [given, assigned, async () => ({ ...plain })]) {
        for (const source of sources) {
          const got = await send(retrieve({ [place]: [{ after: hook }] }), source);
          expect([got.status, JSON.parse(got.text)]).toEqual([200, shown]);
          const patch = { method: "PATCH", headers: json, body: "{}" };
          const failed = await send(failing({ [place]: [{ onError: hook }] }), source, patch);
          expect([failed.status, JSON.parse(failed.text)]).toEqual([200, shown]);
        }
      }
    },
  );

  it("goes through the serializer of a pipeline, on either side of it", async () => {
    const hook = { after: () => ({ ...plain }), onError: () => ({ ...plain }) };
    for (const chain of [
      [hook, face.serialize(serializer as never)],
      [face.serialize(serializer as never), hook],
    ]) {
      for (const fn of [() => 1, fail]) {
        const got = await send(face.pipeline([face.cors(), ...chain] as never, fn), "http");
        expect([got.status, JSON.parse(got.text)]).toEqual([200, shown]);
      }
    }
  });

  it("is a response when it is one, in the form of the source, without cors too", async () => {
    const own = face.defineMiddleware({
      name: "own",
      after: () => face.respond({ status: 418, body: { own: true } }),
    });
    for (const source of sources) {
      const got = await send(retrieve({ cors: false, use: [own] }), source);
      expect([got.status, got.text]).toEqual([418, '{"own":true}']);
    }
  });

  it("becomes JSON around an api, where no serializer stands", async () => {
    const api = face.api(
      { "GET /x": face.pipeline([face.serialize()], () => 1) },
      { around: [{ after: () => ({ a: 1 }) }] },
    );
    const got = await send(api.handler, "alb", { path: "/x" });
    expect([got.status, got.text]).toEqual([200, '{"a":1}']);
  });
});

describe("a ready response where no serializer stands", () => {
  it.each(sources)("may say its status as text, on %s", async source => {
    const handler = face.pipeline([face.errors(quiet), face.serialize()], () => ({
      statusCode: "404",
      body: "gone",
    }));
    expect(await send(handler, source)).toMatchObject({ status: 404, text: "gone" });
  });

  it("is 500, and never 200 with the object, when its status is none", async () => {
    for (const statusCode of ["nope", 99, 1000, "2e2", null]) {
      const handler = face.pipeline([face.errors(quiet), face.serialize()], () => ({
        statusCode,
        body: secret,
      }));
      const got = await send(handler, "rest");
      expect([got.status, got.text]).toEqual([500, '{"code":500,"message":"Internal Server Error"}']);
    }
  });
});

describe("around of an api", () => {
  const seen: number[] = [];
  const log: AnyMiddleware = {
    after: (request: { response: { statusCode: number } }) => void seen.push(request.response.statusCode),
  };
  const api = face.api(
    {
      rows: face.resource(modelOf(plain), { serializer, errors: quiet }),
      "GET /fails": async () => {
        throw new Error("no");
      },
    },
    { around: [log, httpSecurityHeaders() as AnyMiddleware], errors: quiet },
  );

  it.each(sources)("sees every response on %s: errors, 404, 405 and preflight requests", async source => {
    seen.length = 0;
    const cases: [object, number][] = [
      [{}, 200],
      [{ path: "/nowhere" }, 404],
      [{ method: "PUT", path: "/rows" }, 405],
      [{ path: "/fails" }, 500],
      [
        { method: "OPTIONS", headers: { origin: "https://a.b", "access-control-request-method": "GET" } },
        204,
      ],
      [{ method: "OPTIONS" }, 204],
      [{ method: "HEAD" }, 200],
    ];
    for (const [request, status] of cases) {
      const got = await send(api.handler, source, request);
      expect([got.status, got.headers["x-frame-options"]], JSON.stringify(request)).toEqual([status, "DENY"]);
      if (status !== 200) expect(got.text).not.toContain(secret);
    }
    expect(seen).toEqual(cases.map(([, status]) => status));
  });

  it("is where use() of its handler puts a middleware too", async () => {
    const again = face.api({ rows: face.resource(modelOf(plain), { serializer }) });
    again.handler.use(httpSecurityHeaders() as AnyMiddleware);
    const got = await send(again.handler, "http", { path: "/nowhere" });
    expect([got.status, got.headers["x-frame-options"]]).toEqual([404, "DENY"]);
  });
});

describe("a middleware of the name of one of ours", () => {
  it("is nothing special", async () => {
    const handler = face.pipeline(
      [
        face.defineMiddleware({ name: "serialize", before() {} }),
        face.defineMiddleware({ name: "cors", before() {} }),
      ],
      () => plain,
    );
    expect(await (handler as Handler)({}, {})).toBe(plain);
    expect(face.answersPreflights(handler)).toBe(false);
  });
});

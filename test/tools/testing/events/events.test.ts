import { describe, expect, it } from "vitest";
import { s3File } from "../../../../middlewares/s3File.ts";
import { sqsMessages } from "../../../../middlewares/sqsMessages.ts";
import { readBody } from "../../../../src/http/body.ts";
import { pathParameter, readPath } from "../../../../src/http/path.ts";
import { readQuery } from "../../../../src/http/query.ts";
import { readCookies, readHeader, readMethod } from "../../../../src/http/read.ts";
import { sourceOf } from "../../../../src/http/source.ts";
import { pipeline } from "../../../../src/pipeline/pipeline.ts";
import { context, type EventBuilder, events, type TestRequest } from "../../../../tools/testing/index.ts";

const builders: [name: string, build: EventBuilder<object>, source: string][] = [
  ["rest", events.rest, "rest"],
  ["http", events.http, "http"],
  ["httpV1", events.httpV1, "http-v1"],
  ["url", events.url, "http"],
  ["alb", events.alb, "alb"],
  ["albMulti", events.albMulti, "alb-multi"],
  ["latticeV1", events.latticeV1, "lattice-v1"],
  ["latticeV2", events.latticeV2, "lattice-v2"],
];

describe.each(builders)("events.%s", (name, build, source) => {
  it("is a request that the kernel reads back", () => {
    const event = build({
      method: "PUT",
      route: "/users/{id}/{file+}",
      path: "/users/a b%2F/ü/x?sort=name",
      query: { tag: ["x", 1], full: true, none: undefined },
      headers: { "X-Tenant": "acme", "X-Number": 5, "X-None": undefined },
      cookies: { session: "abc", theme: "dark" },
      body: { name: "Ann" },
    });
    expect(sourceOf(event)).toBe(source);
    expect(readMethod(event)).toBe("PUT");
    const encoded = name !== "http" && name !== "httpV1";
    expect(readPath(event)).toBe(encoded ? "/users/a%20b%2F/%C3%BC/x" : "/users/a%20b//%C3%BC/x");
    expect({ ...readQuery(event) }).toMatchObject({ sort: ["name"], full: ["true"] });
    expect(readQuery(event).tag?.at(-1)).toBe("1");
    expect(readQuery(event).none).toBeUndefined();
    expect(readHeader(event, "x-tenant")).toBe("acme");
    expect(readHeader(event, "x-number")).toBe("5");
    expect(readHeader(event, "x-none")).toBeUndefined();
    expect(readHeader(event, "content-type")).toBe("application/json");
    expect(readHeader(event, "content-length")).toBe("14");
    expect(readHeader(event, "x-forwarded-for")).toBe("192.0.2.1");
    expect(readHeader(event, "host")).toBe("api.example.com");
    expect({ ...readCookies(event) }).toEqual({ session: "abc", theme: "dark" });
    expect(readBody(event)).toBe('{"name":"Ann"}');
    if (name === "rest" || name === "http" || name === "httpV1") {
      expect([pathParameter(event, "id"), pathParameter(event, "file")]).toEqual(["a b/", "ü/x"]);
    }
  });

  it("takes a body as it is, or as JSON, and says its type", () => {
    const cases: [body: unknown, text: string, type: string | undefined][] = [
      ["hi", "hi", "text/plain;charset=UTF-8"],
      [Buffer.from("hi"), "hi", undefined],
      [new URLSearchParams({ a: "1 2" }), "a=1+2", "application/x-www-form-urlencoded;charset=UTF-8"],
      [null, "null", "application/json"],
      [[1, "a"], '[1,"a"]', "application/json"],
      [undefined, "", undefined],
    ];
    for (const [body, text, type] of cases) {
      const event = build({ body });
      expect([readBody(event), readHeader(event, "content-type")]).toEqual([text, type]);
      expect(readMethod(event)).toBe(body === undefined ? "GET" : "POST");
    }
    const own = build({ body: { a: 1 }, headers: { "content-TYPE": "application/vnd.api+json", Host: "h" } });
    expect(readHeader(own, "content-type")).toBe("application/vnd.api+json");
    expect(readHeader(own, "host")).toBe("h");
  });

  it("is whole without a request, and a new one each time", () => {
    const event = build();
    expect([readMethod(event), readPath(event), readBody(event)]).toEqual(["GET", "/", ""]);
    const other = build();
    expect(JSON.parse(JSON.stringify(other))).not.toBe(event);
    (event as { headers?: unknown }).headers = "changed";
    expect(readHeader(build(), "host")).toBe("api.example.com");
  });

  it("may have any field overridden, or taken away", () => {
    const overrides = { requestContext: { own: { deep: [1] } }, headers: undefined, more: "x" };
    const event = build({}, overrides as never) as Record<string, unknown>;
    expect(event).toMatchObject({ requestContext: { own: { deep: [1] } }, more: "x" });
    expect(event).not.toHaveProperty("headers");
    const { requestContext } = build() as { requestContext?: object };
    expect(Object.keys(event.requestContext as object)).toEqual([
      ...Object.keys(requestContext ?? {}),
      "own",
    ]);
  });

  it("is refused when something of it is wrong", () => {
    const cases: [request: unknown, message: string][] = [
      [{ methd: "GET" }, `events.${name}: unknown option "methd"; it takes method, path, route, `],
      [{ method: 1 }, `events.${name}: option "method" must be a string`],
      [{ path: "users" }, `events.${name}: path must begin with a slash`],
      [
        { route: "/users/{id}", path: "/posts/1" },
        `events.${name}: the path "/posts/1" does not fit the route`,
      ],
      [{ route: "users" }, `events.${name}: `],
      [{ authorizer: {} }, `events.${name}: option "authorizer" must have one of jwt, lambda and iam`],
    ];
    for (const [request, message] of cases) {
      expect(() => build(request as TestRequest)).toThrow(TypeError);
      expect(() => build(request as TestRequest)).toThrow(message);
    }
  });
});

describe("the route of an event", () => {
  it("gives REST and HTTP APIs their path parameters, and the path when there is none", () => {
    const request = { route: "/users/{id}/{rest+}", pathParameters: { id: "a b", rest: "c/ü" } };
    expect(events.rest(request)).toMatchObject({
      resource: "/users/{id}/{rest+}",
      path: "/users/a%20b/c/%C3%BC",
      pathParameters: { id: "a%20b" },
    });
    expect(events.http({ ...request, method: "PATCH" })).toMatchObject({
      routeKey: "PATCH /users/{id}/{rest+}",
      rawPath: "/users/a b/c/ü",
      pathParameters: { id: "a b", rest: "c/ü" },
    });
    expect(events.http({ route: "DELETE /users" })).toMatchObject({
      routeKey: "DELETE /users",
      rawPath: "/users",
      requestContext: { http: { method: "DELETE" } },
    });
    expect(events.http({ route: "ANY /users", method: "PUT" })).toMatchObject({
      routeKey: "ANY /users",
      requestContext: { http: { method: "PUT" } },
    });
    expect(events.http({ route: "ANY /users", body: "x" }).requestContext.http.method).toBe("POST");
    expect(events.rest({ route: "GET /users" })).toMatchObject({ resource: "/users", pathParameters: null });
  });

  it("is $default unless it is given, or path parameters are", () => {
    expect(events.http({ path: "/users/1" })).toMatchObject({ routeKey: "$default" });
    expect(events.http({ path: "/users/1", route: "$default" })).toMatchObject({ routeKey: "$default" });
    expect(events.http({ route: "$default" })).toMatchObject({ routeKey: "$default", rawPath: "/" });
    expect(events.rest({ path: "/users/1" })).toMatchObject({
      resource: "/{proxy+}",
      pathParameters: { proxy: "users/1" },
    });
    expect(events.http({ path: "/users/1", pathParameters: { id: "1" } })).toMatchObject({
      routeKey: "GET /users/1",
      pathParameters: { id: "1" },
    });
  });

  it("can't be made of a malformed path, which API Gateway refuses by itself; others pass it on", () => {
    const malformed = "the path is malformed; API Gateway would not invoke the function";
    expect(() => events.http({ path: "/%zz" })).toThrow(new TypeError(`events.http: ${malformed}`));
    expect(() => events.rest({ path: "/users/%zz", route: "/users/{id}" })).toThrow(
      new TypeError(`events.rest: ${malformed}`),
    );
    expect(events.alb({ path: "/%zz" }).path).toBe("/%zz");
  });
});

describe("the path of an event", () => {
  it("is encoded where it has to be, and nowhere twice", () => {
    expect(events.rest({ path: "/a b/ü/%2F?q=a b" })).toMatchObject({
      path: "/a%20b/%C3%BC/%2F",
      queryStringParameters: { q: "a b" },
    });
  });
});

describe("the stage and the authorizer", () => {
  it("of REST and HTTP APIs are where AWS has them", () => {
    expect(readPath(events.rest({ path: "/users", stage: "dev" }))).toBe("/dev/users");
    expect(events.rest({ path: "/users" }).requestContext).toMatchObject({ stage: "prod", path: "/users" });
    expect(events.http({ path: "/users", stage: "dev" })).toMatchObject({
      rawPath: "/dev/users",
      requestContext: { stage: "dev" },
    });
    expect(events.url({ path: "/users", stage: "dev" }).rawPath).toBe("/users");
    expect(events.http({ path: "/users", stage: "$default" })).toMatchObject({
      rawPath: "/users",
      requestContext: { stage: "$default" },
    });
    const authorizer = { jwt: { claims: { sub: "u1" } } };
    expect(events.http({ authorizer }).requestContext).toMatchObject({ authorizer: { jwt: {} } });
    expect(events.rest({ authorizer }).requestContext.authorizer).toEqual({ claims: { sub: "u1" } });
    expect(() => events.alb({ authorizer })).toThrow(
      new TypeError('events.alb: option "authorizer" can\'t be jwt: alb knows no such authorizer'),
    );
  });
});

describe("events.sqs", () => {
  it("is a batch of messages that sqsMessages reads", async () => {
    const event = events.sqs([
      "plain",
      { body: { orderId: "o1" }, messageId: "m1", queue: "orders", attributes: { tries: 2, kind: "a" } },
    ]);
    const handler = pipeline([sqsMessages()], (_event, { messages }) => messages);
    const region = "us-east-1";
    expect(await handler(event, {})).toEqual([
      {
        messageId: expect.stringMatching(/^[\da-f-]{36}$/),
        attributes: {},
        textMessage: "plain",
        queueSource: "arn:aws:sqs:us-east-1:000000000000:queue",
        region,
      },
      {
        messageId: "m1",
        attributes: {
          tries: { stringValue: "2", dataType: "Number" },
          kind: { stringValue: "a", dataType: "String" },
        },
        textMessage: '{"orderId":"o1"}',
        queueSource: "arn:aws:sqs:us-east-1:000000000000:orders",
        region,
      },
    ]);
    expect(event.Records[0]?.md5OfBody).toBe("ac7938d40cfc2307e2bf325d28e7884e");
  });

  it("says how often a message came, and its group", () => {
    const binary = { binaryValue: "aGk=", dataType: "Binary" };
    const [record] = events.sqs([{ receiveCount: 3, groupId: "g", attributes: { binary } }]).Records;
    expect(record).toMatchObject({
      body: "",
      attributes: { ApproximateReceiveCount: "3", MessageGroupId: "g", SequenceNumber: expect.any(String) },
      messageAttributes: { binary },
      eventSource: "aws:sqs",
    });
    expect(() => events.sqs([{ text: "x" } as never])).toThrow('events.sqs: unknown option "text"');
  });
});

describe("events.s3", () => {
  it("is a notification of files that s3File reads, keys encoded as S3 does it", async () => {
    const event = events.s3([
      "reports/für 2026+1.pdf",
      { key: "gone", bucket: "b", eventName: "ObjectRemoved:Delete", owner: "o", size: 5 },
    ]);
    expect(event.Records[0]?.s3.object.key).toBe("reports/f%C3%BCr+2026%2B1.pdf");
    const handler = pipeline([s3File()], (_event, { files }) => files);
    expect(await handler(event, {})).toEqual([
      {
        eventName: "ObjectCreated:Put",
        bucket: "bucket",
        owner: "owner",
        fileName: "reports/für 2026+1.pdf",
        size: 0,
      },
      { eventName: "ObjectRemoved:Delete", bucket: "b", owner: "o", fileName: "gone" },
    ]);
    expect(() => events.s3([{} as never])).toThrow(new TypeError('events.s3: a file must have a "key"'));
    expect(event.Records[1]?.s3.object).toEqual({ key: "gone", sequencer: expect.any(String) });
    expect(events.s3(["a"], { Records: [] })).toEqual({ Records: [] });
  });
});

describe("context", () => {
  it("is Lambda's, with what is overridden", () => {
    const made = context({ awsRequestId: "r1" });
    expect(made).toMatchObject({ awsRequestId: "r1", functionName: "test", functionVersion: "$LATEST" });
    expect(made.getRemainingTimeInMillis()).toBeGreaterThan(29_000);
    expect(context().awsRequestId).not.toBe(context().awsRequestId);
  });
});

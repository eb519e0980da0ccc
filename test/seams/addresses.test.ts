import { describe, expect, it } from "vitest";
import * as http from "../../src/http/index.ts";
import * as face from "../../src/index.ts";
import { memoryModel } from "../../src/models/memory/memoryModel.ts";
import * as testing from "../../tools/testing/index.ts";
import { decodesPaths, eventOf, received, sources } from "../support/events.ts";
import { send } from "../support/send.ts";

interface Row {
  id: string;
  name: string;
}

const rows = (): face.Model<Row> => memoryModel<Row>({ name: "Row", objects: [{ id: "1", name: "a" }] });
const writable = { required: ["name"], optional: ["id"] } as const;
const options = { ...writable, serializer: face.pick("id", "name") } as const;
const apiOf = (more: face.ApiOptions = {}) =>
  face.api({ rows: face.resource(rows(), { ...options, limit: 1 }) }, more);

describe("an HTTP API with payload format 1.0", () => {
  /** As AWS sends it, from its own domain, by way of `GET /rows/{id}` and a named stage. */
  const sent = {
    version: "1.0",
    resource: "/rows/{id}",
    path: "/prod/rows/a b",
    httpMethod: "GET",
    headers: { Host: "a1b2c3.execute-api.eu-west-1.amazonaws.com", accept: "*/*" },
    multiValueHeaders: { Host: ["a1b2c3.execute-api.eu-west-1.amazonaws.com"], accept: ["*/*"] },
    queryStringParameters: null,
    multiValueQueryStringParameters: null,
    requestContext: {
      accountId: "000000000000",
      apiId: "a1b2c3",
      authorizer: { claims: null, scopes: null },
      domainName: "a1b2c3.execute-api.eu-west-1.amazonaws.com",
      domainPrefix: "a1b2c3",
      extendedRequestId: "e8-T6jzPIAMEVrw=",
      httpMethod: "GET",
      identity: { sourceIp: "192.0.2.1", userAgent: "", userArn: null },
      path: "/prod/rows/a b",
      protocol: "HTTP/1.1",
      requestId: "e8-T6jzPIAMEVrw=",
      requestTime: "18/Jan/2026:19:10:16 +0000",
      requestTimeEpoch: 1768763416865,
      resourceId: "GET /rows/{id}",
      resourcePath: "/rows/{id}",
      stage: "prod",
    },
    pathParameters: { id: "a b" },
    stageVariables: null,
    body: null,
    isBase64Encoded: false,
  };
  const { version: _, ...unversioned } = sent;

  it("is a source of its own; a REST API says no version", () => {
    expect(http.sourceOf(sent)).toBe("http-v1");
    expect(http.sourceOf(unversioned)).toBe("rest");
    expect(http.sourceOf({ ...sent, requestContext: { elb: {} } })).toBe("alb-multi");
    expect(http.sourceOf({ ...sent, version: "2.0" })).toBe("http");
  });

  it("has its path and parameters decoded already, and is not decoded again", () => {
    expect(http.readPath(sent)).toBe("/prod/rows/a%20b");
    const encoded = { ...sent, path: "/prod/rows/%41", pathParameters: { id: "%41" } };
    expect(http.pathParameter(encoded, "id")).toBe("%41");
    expect(http.readPath(encoded)).toBe("/prod/rows/%2541");
    const rest = { ...unversioned, path: "/rows/%41", pathParameters: { id: "%41" } };
    expect(http.pathParameter(rest, "id")).toBe("A");
  });

  it("is routed without its stage, and answered in the form of payload format 1.0", async () => {
    const { handler } = apiOf();
    const created = await handler({
      ...sent,
      resource: "$default",
      path: "/prod/rows",
      httpMethod: "POST",
      pathParameters: null,
      body: '{"name":"b","id":"a b"}',
    });
    expect(created).toMatchObject({ statusCode: 201, headers: { Location: "/prod/rows/a%20b" } });
    expect(received("http-v1", await handler(sent))).toMatchObject({ status: 200 });
    const cookies = face.pipeline([face.serialize()], () => ({
      statusCode: 200,
      cookies: ["a=1", "b=2"],
      body: "",
    }));
    expect(await cookies(sent, {})).toMatchObject({ multiValueHeaders: { "Set-Cookie": ["a=1", "b=2"] } });
  });

  it("is among the sources that every test goes through", () => {
    expect(sources).toContain("http-v1");
    expect(eventOf("http-v1", { path: "/a%20b" })).toMatchObject({ version: "1.0", path: "/a b" });
  });
});

describe("ids", () => {
  const echo = face.pipeline([face.errors(), face.serialize()], event => ({
    id: http.pathParameter(event, "id"),
  }));
  const { handler } = face.api({ "GET /rows/{id}": echo, "GET /": echo, "GET /rows": echo });

  it.each(sources)("arrive as themselves on %s, or nowhere", async source => {
    const ids = [
      ".",
      "..",
      "...",
      "%2e%2e",
      "%2E.",
      "%2F",
      "..%2f..",
      "%252e",
      "a b",
      "é",
      "%",
      "a/b",
      "/a",
      ";",
      "?#",
      "+",
      "\\",
    ];
    for (const id of ids) {
      const path = `/rows/${encodeURIComponent(id)}`;
      for (const request of [
        { path, route: "/rows/{id}", pathParameters: { id } },
        { path, route: "$default" },
        { path, route: "$default", stage: "prod" },
      ]) {
        const { status, body } = await send(handler, source, request);
        const refused =
          status === 404 && decodesPaths(source) && request.route === "$default" && id.includes("/");
        expect([id, status, body], `${id} ${JSON.stringify(request)}`).toEqual(
          refused ? [id, 404, expect.anything()] : [id, 200, { id }],
        );
      }
    }
  });

  it.each(sources)("are never decoded twice on %s, whether the event is routed or not", async source => {
    for (const id of ["%2e%2e", "%252F", "%41"]) {
      const path = `/rows/${encodeURIComponent(id)}`;
      expect((await send(echo, source, { path, route: "/rows/{id}", pathParameters: { id } })).body).toEqual({
        id,
      });
    }
  });
});

const ownHost = { headers: { host: "a1b2c3.execute-api.eu-west-1.amazonaws.com" } };

/** What a gateway does with a path before the function gets it, what the option says, and what the client's path begins with. */
const places: [string, testing.TestRequest, string, string][] = [
  ["no mapping", {}, "", ""],
  ["AWS's own domain, where no mapping is", ownHost, "/shop", ""],
  ["this machine", { headers: { host: "localhost:3000" } }, "/shop", ""],
  ["an API mapping", { basePath: "/shop" }, "/shop", "/shop"],
  ["an API mapping of two levels", { basePath: "/shop/v1" }, "/shop/v1", "/shop/v1"],
  ["an API mapping to a named stage", { basePath: "/shop", stage: "prod" }, "/shop", "/shop"],
];

describe.each(places)("behind %s", (_, place, basePath, client) => {
  const all = testing.gatewaySources;
  /** Of a function URL only AWS's own domain is known, and it takes both paths. */
  const beforeOn = (source: testing.GatewaySource): string => (source === "url" ? basePath : client);

  it.each(all)("Location and Link lead back on %s", async source => {
    const before = beforeOn(source);
    const app = apiOf({ basePath, prefix: "/v2" });
    const ask = (method: string, path: string, more: object = {}) =>
      testing.invoke(app.handler, { ...place, method, path, ...more }, { source });
    const made = await ask("POST", "/v2/rows", { body: { name: "b", id: "x/y" } });
    expect([made.status, made.headers.get("location")]).toEqual([201, `${before}/v2/rows/x%2Fy`]);
    const page = await ask("GET", "/v2/rows?limit=1");
    expect(page.headers.get("link")).toMatch(
      new RegExp(`^<${before}/v2/rows\\?limit=1&cursor=[^>]+>; rel="next"`),
    );
    const location = made.headers.get("location") as string;
    const found = await ask("GET", location.slice(before.length), { route: "/v2/rows/{id}" });
    expect([found.status, found.body]).toEqual([200, { id: "x/y", name: "b" }]);
  });

  it.each(all)("generics alone take the base path on %s", async source => {
    const before = beforeOn(source);
    const model = rows();
    const handlers: [object, object, string][] = [
      [
        face.createHandler(model, { ...options, basePath }),
        { method: "POST", path: "/rows", body: { name: "b", id: "2" } },
        "/rows/2",
      ],
      [
        face.createHandler(model, { ...options, basePath, location: ({ id }) => `/v2/things/${id}` }),
        { method: "POST", path: "/rows", body: { name: "b", id: "3" } },
        "/v2/things/3",
      ],
      [
        face.updateHandler(model, { ...options, optional: [], basePath, upsert: true }),
        { method: "PUT", path: "/rows/4", route: "/rows/{id}", body: { name: "b" } },
        "/rows/4",
      ],
    ];
    for (const [handler, request, path] of handlers) {
      const { status, headers } = await testing.invoke(
        handler as never,
        { ...place, ...request },
        { source },
      );
      expect([status, headers.get("location")]).toEqual([201, `${before}${path}`]);
    }
    const list = face.listHandler(model, {
      serializer: face.pick("id"),
      basePath,
      limit: 1,
    });
    const listed = await testing.invoke(list, { ...place, path: "/rows" }, { source });
    expect(listed.headers.get("link")).toContain(`<${before}/rows?cursor=`);
    const many = face.bulkCreateHandler(model, {
      ...writable,
      basePath,
      location: ({ id }) => `/rows/${id}`,
    });
    const bulk = face.bulkCreateHandler(model, { ...writable, basePath });
    for (const [handler, id, path] of [
      [many, "5", "/rows/5"],
      [bulk, "6", "/rows/bulk/6"],
    ] as const) {
      const request = { ...place, method: "POST", path: "/rows/bulk", body: [{ name: "b", id }] };
      const { body } = await testing.invoke(handler, request, { source });
      expect(body).toEqual([{ status: 201, id, location: `${before}${path}` }]);
    }
  });
});

describe("an address", () => {
  const created = {
    version: "2.0",
    routeKey: "POST /rows",
    rawPath: "/prod/rows",
    body: '{"name":"b","id":"2"}',
  };
  const context = (domainName: string) => ({ domainName, stage: "prod", http: { method: "POST" } });

  it("has no stage that the client does not see, and one that it sees", async () => {
    for (const [domainName, basePath, location] of [
      ["a1b2c3.execute-api.eu-west-1.amazonaws.com", "", "/prod/rows/2"],
      ["a1b2c3.execute-api.eu-west-1.amazonaws.com", "/shop", "/prod/rows/2"],
      ["api.example.com", "", "/rows/2"],
      ["api.example.com", "/shop", "/shop/rows/2"],
    ] as const) {
      const event = { ...created, requestContext: context(domainName) };
      expect(await apiOf({ basePath }).handler(event)).toMatchObject({ headers: { Location: location } });
      const alone = face.createHandler(rows(), { ...options, basePath, location: ({ id }) => `/rows/${id}` });
      expect(await alone(event, {})).toMatchObject({ headers: { Location: location } });
    }
  });

  it("of the option location is left alone when it is whole, or has its place already", async () => {
    for (const [location, expected] of [
      ["https://example.com/rows/2", "https://example.com/rows/2"],
      ["//cdn.example.com/2", "//cdn.example.com/2"],
      ["2", "2"],
      ["/shop/rows/2", "/shop/rows/2"],
      ["/shopping/2", "/shop/shopping/2"],
      ["/shop", "/shop"],
    ] as const) {
      const resource = face.resource(rows(), { ...options, basePath: "/shop", location: () => location });
      const event = { ...created, requestContext: context("api.example.com") };
      expect(await resource.create(event, {})).toMatchObject({ headers: { Location: expected } });
    }
  });

  it("is not given to an object whose id would lead elsewhere", async () => {
    for (const id of [".", ".."]) {
      const { status, headers } = await send(apiOf().handler, "rest", {
        method: "POST",
        path: "/rows",
        body: { name: "b", id },
      });
      expect([status, headers.location]).toEqual([201, undefined]);
      const upsert = face.updateHandler(rows(), { ...options, optional: [], upsert: true });
      for (const segment of [id, id.replaceAll(".", "%2e")]) {
        const put = await send(upsert, "alb", {
          method: "PUT",
          path: `/rows/${segment}`,
          body: { name: "b" },
        });
        expect([put.status, put.headers.location]).toEqual([segment === id ? 201 : 200, undefined]);
      }
    }
  });

  it("is never where a client's header says", async () => {
    const headers = { "X-Forwarded-Prefix": "/evil", "X-Forwarded-Path": "/evil", "X-Original-URL": "/evil" };
    for (const source of sources) {
      const request = { method: "POST", path: "/rows", body: { name: "b", id: "2" }, headers };
      expect((await send(apiOf().handler, source, request)).headers.location).not.toContain("evil");
    }
  });

  it("is asked for by options that are checked when the factory runs", () => {
    const { createHandler, listHandler, updateHandler, bulkCreateHandler } = face;
    for (const [name, make] of Object.entries({
      createHandler,
      listHandler,
      updateHandler,
      bulkCreateHandler,
    })) {
      for (const basePath of ["shop", "/shop/", "/{x}", "/"]) {
        const serializer = name === "bulkCreateHandler" ? {} : { serializer: face.pick("id") };
        expect(() =>
          (make as (model: unknown, options: object) => unknown)(rows(), { ...serializer, basePath }),
        ).toThrow(new TypeError(`${name}: option "basePath" must be a path like "/shop"`));
      }
    }
    expect(() => createHandler(rows(), { location: "/rows" as never })).toThrow(
      new TypeError('createHandler: option "location" must be a function'),
    );
  });
});

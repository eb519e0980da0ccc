import { describe, expect, it } from "vitest";
import { eventOf } from "../../../tools/emulator/event.ts";
import { gatewaySources } from "../../../tools/emulator/sources.ts";
import type { GatewayRequest, GatewayRoute } from "../../../tools/emulator/types.ts";

const request: GatewayRequest = {
  method: "POST",
  path: "/users/a%20b%2Fc",
  query: "tag=x&tag=y%2Cz&q=a+b&flag&&__proto__=1",
  headers: [
    ["Host", "api.example.com:8080"],
    ["User-Agent", "test/1"],
    ["X-Many", "1"],
    ["x-many", "2"],
    ["X-Many", "3"],
    ["Cookie", "a=1; b=2"],
    ["cookie", "c=3"],
    ["Content-Type", "application/json"],
  ],
  body: Buffer.from('{"a":"ü"}'),
  client: { ip: "192.0.2.7", protocol: "HTTP/1.1" },
};

const route: GatewayRoute = {
  key: "POST /users/{id}",
  parameters: { id: "a%20b%2Fc" },
  stage: "prod",
  base: "/prod",
};

const accessTime = expect.stringMatching(/^\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d \+0000$/);
const requestId = expect.stringMatching(/^[\w+/]{15}=$/);
/** With an own property of that name, which `toEqual` distinguishes from none. */
const withProto = (record: object, value: unknown): object =>
  Object.fromEntries([...Object.entries(record), ["__proto__", value]]);

describe("the event of a REST API", () => {
  it("has path and parameters encoded, the query decoded, and names and values as they were sent", () => {
    expect(eventOf("rest", request, route)).toEqual({
      resource: "/users/{id}",
      path: "/users/a%20b%2Fc",
      httpMethod: "POST",
      headers: {
        Host: "api.example.com:8080",
        "User-Agent": "test/1",
        "X-Many": "3",
        "x-many": "2",
        Cookie: "a=1; b=2",
        cookie: "c=3",
        "Content-Type": "application/json",
      },
      multiValueHeaders: {
        Host: ["api.example.com:8080"],
        "User-Agent": ["test/1"],
        "X-Many": ["1", "3"],
        "x-many": ["2"],
        Cookie: ["a=1; b=2"],
        cookie: ["c=3"],
        "Content-Type": ["application/json"],
      },
      queryStringParameters: withProto({ tag: "y,z", q: "a b", flag: "" }, "1"),
      multiValueQueryStringParameters: withProto({ tag: ["x", "y,z"], q: ["a b"], flag: [""] }, ["1"]),
      pathParameters: { id: "a%20b%2Fc" },
      stageVariables: null,
      requestContext: {
        accountId: "000000000000",
        apiId: "local",
        domainName: "api.example.com",
        domainPrefix: "api",
        extendedRequestId: requestId,
        httpMethod: "POST",
        identity: {
          accessKey: null,
          accountId: null,
          apiKey: null,
          apiKeyId: null,
          caller: null,
          clientCert: null,
          cognitoAuthenticationProvider: null,
          cognitoAuthenticationType: null,
          cognitoIdentityId: null,
          cognitoIdentityPoolId: null,
          principalOrgId: null,
          sourceIp: "192.0.2.7",
          user: null,
          userAgent: "test/1",
          userArn: null,
        },
        path: "/prod/users/a%20b%2Fc",
        protocol: "HTTP/1.1",
        requestId: expect.stringMatching(/^[\da-f-]{36}$/),
        requestTime: accessTime,
        requestTimeEpoch: expect.any(Number),
        resourceId: "local",
        resourcePath: "/users/{id}",
        stage: "prod",
      },
      body: '{"a":"ü"}',
      isBase64Encoded: false,
    });
  });

  it("has null for what is not there, and a greedy resource for what has no route", () => {
    const bare = { ...request, query: "", body: Buffer.alloc(0) };
    expect(eventOf("rest", bare, { key: "$default" })).toMatchObject({
      resource: "/{proxy+}",
      pathParameters: { proxy: "users/a%20b%2Fc" },
      queryStringParameters: null,
      multiValueQueryStringParameters: null,
      body: null,
      requestContext: { stage: "prod", path: "/users/a%20b%2Fc", resourcePath: "/{proxy+}" },
    });
    expect(eventOf("rest", { ...bare, path: "/" }, { key: "$default" })).toMatchObject({
      resource: "/",
      pathParameters: null,
    });
  });

  it("has the bodies of the usual binary media types as base64, and no others", () => {
    const encoded = (type: string): boolean => {
      const headers = [["content-type", type]] as const;
      return eventOf("rest", { ...request, headers }, route).isBase64Encoded;
    };
    for (const type of ["image/png", "application/octet-stream", "multipart/form-data; boundary=x"]) {
      expect([type, encoded(type)]).toEqual([type, true]);
    }
    for (const type of ["application/x-www-form-urlencoded", "application/vnd.api+json", "", "text/plain"]) {
      expect([type, encoded(type)]).toEqual([type, false]);
    }
  });
});

describe("the event of an HTTP API", () => {
  it("has everything decoded, a named stage before the path, cookies apart, and repeats joined", () => {
    expect(eventOf("http", request, route)).toEqual({
      version: "2.0",
      routeKey: "POST /users/{id}",
      rawPath: "/prod/users/a b/c",
      rawQueryString: "tag=x&tag=y%2Cz&q=a+b&flag&&__proto__=1",
      cookies: ["a=1", "b=2", "c=3"],
      headers: {
        host: "api.example.com:8080",
        "user-agent": "test/1",
        "x-many": "1,2,3",
        "content-type": "application/json",
      },
      queryStringParameters: withProto({ tag: "x,y,z", q: "a b", flag: "" }, "1"),
      requestContext: {
        accountId: "000000000000",
        apiId: "local",
        domainName: "api.example.com",
        domainPrefix: "api",
        http: {
          method: "POST",
          path: "/prod/users/a b/c",
          protocol: "HTTP/1.1",
          sourceIp: "192.0.2.7",
          userAgent: "test/1",
        },
        requestId,
        routeKey: "POST /users/{id}",
        stage: "prod",
        time: accessTime,
        timeEpoch: expect.any(Number),
      },
      pathParameters: { id: "a b/c" },
      body: '{"a":"ü"}',
      isBase64Encoded: false,
    });
  });

  it("is none for a malformed path, which an HTTP API refuses by itself", () => {
    expect(() => eventOf("http", { ...request, path: "/%zz" }, route)).toThrow(URIError);
  });
});

describe("the event of an HTTP API with payload format 1.0", () => {
  it("is that of a REST API with its version, everything decoded, and the path that the client sees", () => {
    expect(eventOf("http-v1", request, route)).toEqual({
      version: "1.0",
      resource: "/users/{id}",
      path: "/prod/users/a b/c",
      httpMethod: "POST",
      headers: {
        Host: "api.example.com:8080",
        "User-Agent": "test/1",
        "x-many": "3",
        cookie: "c=3",
        "Content-Type": "application/json",
      },
      multiValueHeaders: {
        Host: ["api.example.com:8080"],
        "User-Agent": ["test/1"],
        "x-many": ["1", "2", "3"],
        cookie: ["a=1; b=2", "c=3"],
        "Content-Type": ["application/json"],
      },
      queryStringParameters: withProto({ tag: "y,z", q: "a b", flag: "" }, "1"),
      multiValueQueryStringParameters: withProto({ tag: ["x", "y,z"], q: ["a b"], flag: [""] }, ["1"]),
      pathParameters: { id: "a b/c" },
      stageVariables: null,
      requestContext: {
        accountId: "000000000000",
        apiId: "local",
        authorizer: { claims: null, scopes: null },
        domainName: "api.example.com",
        domainPrefix: "api",
        extendedRequestId: requestId,
        httpMethod: "POST",
        identity: {
          accessKey: null,
          accountId: null,
          caller: null,
          cognitoAmr: null,
          cognitoAuthenticationProvider: null,
          cognitoAuthenticationType: null,
          cognitoIdentityId: null,
          cognitoIdentityPoolId: null,
          principalOrgId: null,
          sourceIp: "192.0.2.7",
          user: null,
          userAgent: "test/1",
          userArn: null,
        },
        path: "/prod/users/a b/c",
        protocol: "HTTP/1.1",
        requestId,
        requestTime: accessTime,
        requestTimeEpoch: expect.any(Number),
        resourceId: "POST /users/{id}",
        resourcePath: "/users/{id}",
        stage: "prod",
      },
      body: '{"a":"ü"}',
      isBase64Encoded: false,
    });
  });

  it("has null for what is not there, and $default for what has no route", () => {
    const bare = { ...request, query: "", body: Buffer.alloc(0) };
    expect(eventOf("http-v1", bare, { key: "$default" })).toMatchObject({
      resource: "$default",
      pathParameters: null,
      queryStringParameters: null,
      multiValueQueryStringParameters: null,
      body: null,
      requestContext: { stage: "$default", path: "/users/a b/c", resourcePath: "$default" },
    });
  });

  it("can't be made of a malformed path, which an HTTP API answers by itself", () => {
    expect(() => eventOf("http-v1", { ...request, path: "/%ff" }, route)).toThrow(URIError);
  });
});

describe("the event of a function URL", () => {
  it("keeps the path encoded, and knows neither routes nor stages", () => {
    const { requestContext, ...event } = eventOf("url", request, { ...route, base: "" });
    expect(event).toEqual({
      ...{ version: "2.0", routeKey: "$default", rawPath: "/users/a%20b%2Fc" },
      rawQueryString: request.query,
      cookies: ["a=1", "b=2", "c=3"],
      headers: {
        host: "api.example.com:8080",
        "user-agent": "test/1",
        "x-many": "1,2,3",
        "content-type": "application/json",
      },
      queryStringParameters: withProto({ tag: "x,y,z", q: "a b", flag: "" }, "1"),
      body: '{"a":"ü"}',
      isBase64Encoded: false,
    });
    expect(requestContext).toMatchObject({
      domainName: "local.lambda-url.us-east-1.on.aws",
      domainPrefix: "local",
      routeKey: "$default",
      stage: "$default",
      http: { method: "POST", path: "/users/a%20b%2Fc" },
    });
  });
});

describe("the event of a load balancer", () => {
  const shared = {
    requestContext: {
      elb: { targetGroupArn: expect.stringMatching(/^arn:aws:elasticloadbalancing:.*:targetgroup\//) },
    },
    httpMethod: "POST",
    path: "/users/a%20b%2Fc",
    body: '{"a":"ü"}',
    isBase64Encoded: false,
  };
  const none = { ...route, base: "" };

  it("decodes nothing, and has the last of several values", () => {
    expect(eventOf("alb", request, none)).toEqual({
      ...shared,
      queryStringParameters: withProto({ tag: "y%2Cz", q: "a+b", flag: "" }, "1"),
      headers: {
        host: "api.example.com:8080",
        "user-agent": "test/1",
        "x-many": "3",
        cookie: "c=3",
        "content-type": "application/json",
      },
    });
  });

  it("has all values in other fields when the target group has multi-value headers", () => {
    expect(eventOf("alb-multi", request, none)).toEqual({
      ...shared,
      multiValueQueryStringParameters: withProto({ tag: ["x", "y%2Cz"], q: ["a+b"], flag: [""] }, ["1"]),
      multiValueHeaders: {
        host: ["api.example.com:8080"],
        "user-agent": ["test/1"],
        "x-many": ["1", "2", "3"],
        cookie: ["a=1; b=2", "c=3"],
        "content-type": ["application/json"],
      },
    });
  });

  it("has an empty body and empty maps where there is nothing", () => {
    const bare = { ...request, query: "", headers: [], body: Buffer.alloc(0) };
    expect(eventOf("alb", bare, none)).toEqual({
      ...shared,
      queryStringParameters: {},
      headers: {},
      body: "",
    });
  });
});

describe("the event of VPC Lattice", () => {
  it("of version 1 has the query in the path too, and joins headers", () => {
    expect(eventOf("lattice-v1", request, { key: "$default" })).toEqual({
      raw_path: `/users/a%20b%2Fc?${request.query}`,
      method: "POST",
      headers: {
        host: "api.example.com:8080",
        "user-agent": "test/1",
        "x-many": "1, 2, 3",
        cookie: "a=1; b=2, c=3",
        "content-type": "application/json",
      },
      query_string_parameters: withProto({ tag: "y,z", q: "a b", flag: "" }, "1"),
      body: '{"a":"ü"}',
      is_base64_encoded: false,
    });
    expect(eventOf("lattice-v1", { ...request, query: "" }, { key: "$default" }).raw_path).toBe(request.path);
  });

  it("of version 2 has lists", () => {
    const { requestContext, ...event } = eventOf("lattice-v2", request, { key: "$default" });
    expect(event).toEqual({
      version: "2.0",
      path: "/users/a%20b%2Fc",
      method: "POST",
      headers: {
        host: ["api.example.com:8080"],
        "user-agent": ["test/1"],
        "x-many": ["1", "2", "3"],
        cookie: ["a=1; b=2", "c=3"],
        "content-type": ["application/json"],
      },
      queryStringParameters: withProto({ tag: ["x", "y,z"], q: ["a b"], flag: [""] }, ["1"]),
      body: '{"a":"ü"}',
      isBase64Encoded: false,
    });
    expect(requestContext).toEqual({
      serviceNetworkArn: expect.stringMatching(/^arn:aws:vpc-lattice:.*:servicenetwork\/sn-/),
      serviceArn: expect.stringMatching(/^arn:aws:vpc-lattice:.*:service\/svc-/),
      targetGroupArn: expect.stringMatching(/^arn:aws:vpc-lattice:.*:targetgroup\/tg-/),
      identity: { sourceVpcArn: expect.stringMatching(/^arn:aws:ec2:.*:vpc\/vpc-/) },
      region: "us-east-1",
      timeEpoch: expect.stringMatching(/^\d{16}$/),
    });
  });
});

describe("the body", () => {
  const bodyOf = (source: (typeof gatewaySources)[number], sent: Partial<GatewayRequest>): unknown[] => {
    const event = eventOf(source, { ...request, ...sent }, { key: "$default" });
    const { body, isBase64Encoded, is_base64_encoded } = event as unknown as Record<string, unknown>;
    return [body, isBase64Encoded ?? is_base64_encoded];
  };
  const bytes = Buffer.from([0, 255, 128, 10]);

  it.each(gatewaySources)("on %s is base64 for binary types, to the byte", source => {
    const headers = [["CONTENT-TYPE", "image/png"]] as const;
    expect(bodyOf(source, { headers, body: bytes })).toEqual([bytes.toString("base64"), true]);
    const view = new Uint8Array([9, 0, 255, 128, 10, 9]).subarray(1, 5);
    expect(bodyOf(source, { headers, body: view })).toEqual([bytes.toString("base64"), true]);
  });

  it.each(gatewaySources)("on %s is what the request says, whatever its type", source => {
    const body = Buffer.from("hi");
    expect(bodyOf(source, { body, base64: true })).toEqual(["aGk=", true]);
    const headers = [["content-type", "image/png"]] as const;
    expect(bodyOf(source, { headers, body, base64: false })).toEqual(["hi", false]);
  });

  it("that is compressed is base64 to load balancers and VPC Lattice", () => {
    const headers = [
      ["Content-Type", "application/json"],
      ["Content-Encoding", "gzip"],
    ] as const;
    const encoded = gatewaySources.filter(source => bodyOf(source, { headers, body: bytes })[1]);
    expect(encoded).toEqual(["alb", "alb-multi", "lattice-v1", "lattice-v2"]);
  });
});

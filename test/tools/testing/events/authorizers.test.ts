import { describe, expect, it } from "vitest";
import { events } from "../../../../tools/testing/events/events.ts";

const request = {
  method: "POST",
  route: "/orders/{id}",
  path: "/orders/7",
  query: { full: "1" },
  headers: { Authorization: "Bearer x", Cookie: "a=1; b=2" },
  body: { secret: true },
} as const;

describe("the builders of authorizers' events", () => {
  const arn = "arn:aws:execute-api:us-east-1:000000000000:local";

  it("of a TOKEN have the credential and what is asked for, and no more", () => {
    expect(events.authorizer.restToken({ ...request, stage: "dev" })).toEqual({
      type: "TOKEN",
      methodArn: `${arn}/dev/POST/orders/7`,
      authorizationToken: "Bearer x",
    });
    expect(events.authorizer.restToken()).toEqual({
      type: "TOKEN",
      methodArn: `${arn}/prod/GET/`,
      authorizationToken: "",
    });
  });

  it("of a REST API's REQUEST are its event without a body, and nobody is named yet", () => {
    const event = events.authorizer.restRequest({ ...request, stage: "dev", basePath: "/shop" });
    expect(event).toMatchObject({
      type: "REQUEST",
      methodArn: `${arn}/dev/POST/orders/7`,
      resource: "/orders/{id}",
      path: "/shop/orders/7",
      httpMethod: "POST",
      headers: { Authorization: "Bearer x" },
      multiValueHeaders: { Authorization: ["Bearer x"] },
      queryStringParameters: { full: "1" },
      pathParameters: { id: "7" },
      stageVariables: {},
      requestContext: { stage: "dev", resourcePath: "/orders/{id}", identity: { sourceIp: "192.0.2.1" } },
    });
    expect(["body", "isBase64Encoded"].filter(name => name in event)).toEqual([]);
    expect("authorizer" in event.requestContext).toBe(false);
    expect(events.authorizer.restRequest().queryStringParameters).toEqual({});
  });

  it("of an HTTP API name the route and the identity sources, in both payload formats", () => {
    const http = events.authorizer.http({ ...request, stage: "dev" });
    expect(http).toMatchObject({
      version: "2.0",
      type: "REQUEST",
      routeArn: `${arn}/dev/POST/orders/7`,
      identitySource: ["Bearer x"],
      routeKey: "POST /orders/{id}",
      rawPath: "/dev/orders/7",
      rawQueryString: "full=1",
      cookies: ["a=1", "b=2"],
      headers: { authorization: "Bearer x" },
      requestContext: { stage: "dev", http: { method: "POST", path: "/dev/orders/7" } },
    });
    expect("body" in http).toBe(false);
    const v1 = events.authorizer.httpV1(request);
    expect(v1).toMatchObject({
      version: "1.0",
      type: "REQUEST",
      methodArn: `${arn}/$default/POST/orders/7`,
      identitySource: "Bearer x",
      authorizationToken: "Bearer x",
      httpMethod: "POST",
    });
    expect(["body" in v1, "authorizer" in v1.requestContext]).toEqual([false, false]);
  });

  it("of a WebSocket have neither method nor path", () => {
    const event = events.authorizer.webSocket({ ...request, stage: "live" });
    expect(event).toMatchObject({
      type: "REQUEST",
      methodArn: `${arn}/live/$connect`,
      headers: { Authorization: "Bearer x" },
      queryStringParameters: { full: "1" },
      requestContext: { routeKey: "$connect", eventType: "CONNECT", messageDirection: "IN", stage: "live" },
    });
    expect(["httpMethod", "path", "body"].filter(name => name in event)).toEqual([]);
  });

  it("take overrides, and no word of who calls", () => {
    const changed = events.authorizer.http({}, { requestContext: { stage: "x" }, identitySource: ["y"] });
    expect([changed.requestContext.stage, changed.identitySource]).toEqual(["x", ["y"]]);
    const lambda = { sub: "u1" };
    expect(() => events.authorizer.http({ authorizer: { lambda } })).toThrow(
      'events.authorizer.http: takes no option "authorizer"',
    );
    expect(() => events.authorizer.restToken({ base: "/" } as never)).toThrow(TypeError);
  });
});

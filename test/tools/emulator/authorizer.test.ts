import { describe, expect, it } from "vitest";
import { gatewayCaller } from "../../../src/auth/identity.ts";
import { type Authorizer, checkAuthorizer, knowsAuthorizer } from "../../../tools/emulator/authorizer.ts";
import { eventOf } from "../../../tools/emulator/event.ts";
import { type GatewaySource, gatewaySources } from "../../../tools/emulator/sources.ts";

const request = {
  method: "GET",
  path: "/",
  query: "",
  headers: [],
  body: Buffer.alloc(0),
  client: { ip: "192.0.2.1", protocol: "HTTP/1.1" },
};
type Source = Exclude<GatewaySource, "lattice-v1">;
const contextOf = (source: Source, authorizer: Authorizer): Record<string, unknown> =>
  eventOf(source, request, { key: "$default", authorizer }).requestContext as never;
const identityIn = (source: Source, authorizer: Authorizer): unknown =>
  gatewayCaller(eventOf(source, request, { key: "$default", authorizer }));

const arn = "arn:aws:iam::000000000000:user/ann";

describe("claims of a token", () => {
  const claims = { sub: "u1", exp: 1795499460, admin: true, "cognito:groups": ["a", "b"], at: { x: 1 } };

  it("are text under jwt on HTTP APIs, lists in brackets", () => {
    const text = { sub: "u1", exp: "1795499460", admin: "true", "cognito:groups": "[a b]", at: '{"x":1}' };
    expect(contextOf("http", { jwt: { claims } }).authorizer).toEqual({
      jwt: { claims: text, scopes: null },
    });
    expect(contextOf("http", { jwt: { claims: {}, scopes: ["read"] } }).authorizer).toEqual({
      jwt: { claims: {}, scopes: ["read"] },
    });
  });

  it("are text under claims on HTTP APIs with payload format 1.0, lists in brackets", () => {
    const text = { sub: "u1", exp: "1795499460", admin: "true", "cognito:groups": "[a b]", at: '{"x":1}' };
    expect(contextOf("http-v1", { jwt: { claims } }).authorizer).toEqual({ claims: text, scopes: null });
    expect(contextOf("http-v1", {}).authorizer).toEqual({ claims: null, scopes: null });
  });

  it("are text under claims on REST APIs, as a Cognito user pool has them", () => {
    const text = { sub: "u1", exp: "1795499460", admin: "true", "cognito:groups": "a,b", at: '{"x":1}' };
    expect(contextOf("rest", { jwt: { claims } }).authorizer).toEqual({ claims: text });
  });

  it("say who calls", () => {
    for (const source of ["rest", "http", "http-v1"] as const) {
      expect(identityIn(source, { jwt: { claims } })).toMatchObject({ id: "u1" });
    }
  });
});

describe("the context of a Lambda authorizer", () => {
  const lambda = { userId: "u1", level: 3, admin: false, team: null };

  it("is as it was given on HTTP APIs", () => {
    const deep = { ...lambda, tags: ["a"], at: { x: 1 } };
    expect(contextOf("http", { lambda: deep, principalId: "u1" }).authorizer).toEqual({ lambda: deep });
  });

  it("is flat and as it was given on HTTP APIs with payload format 1.0", () => {
    expect(contextOf("http-v1", { lambda, principalId: "u2" }).authorizer).toEqual({
      ...lambda,
      principalId: "u2",
      integrationLatency: 0,
    });
    expect(identityIn("http-v1", { lambda, principalId: "u2" })).toMatchObject({ id: "u2" });
  });

  it("is flat and text on REST APIs, with the principal", () => {
    const text = { userId: "u1", level: "3", admin: "false", team: null, integrationLatency: 0 };
    expect(contextOf("rest", { lambda, principalId: "u2" }).authorizer).toEqual({
      ...text,
      principalId: "u2",
    });
    expect(contextOf("rest", { lambda: { principalId: "u3" } }).authorizer).toEqual({
      principalId: "u3",
      integrationLatency: 0,
    });
    expect(identityIn("rest", { lambda, principalId: "u2" })).toMatchObject({ id: "u2" });
  });
});

describe("the caller of IAM", () => {
  it("is under iam in format 2.0", () => {
    for (const source of ["http", "url"] as const) {
      expect(contextOf(source, { iam: { userArn: arn, userId: "AIDA" } }).authorizer).toEqual({
        iam: {
          accessKey: null,
          accountId: null,
          callerId: null,
          cognitoIdentity: null,
          principalOrgId: null,
          userArn: arn,
          userId: "AIDA",
        },
      });
      expect(identityIn(source, { iam: { userArn: arn } })).toMatchObject({ id: arn });
    }
    const cognitoIdentity = { identityId: "us-east-1:1", identityPoolId: "us-east-1:2" };
    expect(contextOf("http", { iam: { cognitoIdentity } }).authorizer).toMatchObject({
      iam: { cognitoIdentity: { amr: ["authenticated"], ...cognitoIdentity } },
    });
  });

  it("is in the identity of REST APIs", () => {
    const iam = {
      accessKey: "AKIA",
      accountId: "000000000000",
      callerId: "AIDA",
      principalOrgId: "o-1",
      userArn: arn,
      userId: "AIDA",
      cognitoIdentity: { identityId: "us-east-1:1" },
    };
    const { authorizer, identity } = contextOf("rest", { iam });
    expect(authorizer).toBeUndefined();
    expect(identity).toMatchObject({
      accessKey: "AKIA",
      accountId: "000000000000",
      caller: "AIDA",
      cognitoAuthenticationType: "authenticated",
      cognitoIdentityId: "us-east-1:1",
      cognitoIdentityPoolId: null,
      principalOrgId: "o-1",
      sourceIp: "192.0.2.1",
      user: "AIDA",
      userArn: arn,
    });
    expect(identityIn("rest", { iam: { userArn: arn } })).toMatchObject({ id: arn });
  });

  it("is the principal of VPC Lattice, version 2", () => {
    expect(contextOf("lattice-v2", { iam: { userArn: arn, principalOrgId: "o-1" } }).identity).toEqual({
      sourceVpcArn: expect.any(String),
      type: "AWS_IAM",
      principal: arn,
      principalOrgID: "o-1",
    });
    expect(identityIn("lattice-v2", { iam: { userArn: arn } })).toMatchObject({ id: arn });
  });
});

describe("an authorizer", () => {
  it("is checked before any request comes", () => {
    const cases: [source: GatewaySource, authorizer: unknown, what: string][] = [
      ["http", {}, "must have one of jwt, lambda and iam"],
      ["http", { user: {} }, "must have one of jwt, lambda and iam"],
      ["http", { jwt: { claims: {} }, iam: {} }, "must have one of jwt, lambda and iam"],
      ["http", { jwt: "x" }, "must have an object as jwt"],
      ["http", { jwt: {} }, "must have an object as jwt.claims"],
      ["http", { lambda: [] }, "must have an object as lambda"],
      ["url", { jwt: { claims: {} } }, "can't be jwt: url knows no such authorizer"],
      ["alb", { iam: {} }, "can't be iam: alb knows no such authorizer"],
      ["rest", { lambda: {} }, "must have a principalId on REST APIs"],
      [
        "rest",
        { lambda: { tags: ["a"] }, principalId: "u1" },
        "must have text, numbers and booleans alone in its lambda context on REST APIs",
      ],
    ];
    for (const [source, authorizer, what] of cases) {
      expect(() => checkAuthorizer("f", source, authorizer as Authorizer)).toThrow(
        new TypeError(`f: option "authorizer" ${what}`),
      );
    }
    expect(() => checkAuthorizer("f", "rest", { lambda: { a: 1 }, principalId: "u1" })).not.toThrow();
  });

  it("is known to the sources that have such a one", () => {
    const known = (authorizer: Authorizer): GatewaySource[] =>
      gatewaySources.filter(source => knowsAuthorizer(source, authorizer));
    expect(known({ jwt: { claims: {} } })).toEqual(["rest", "http", "http-v1"]);
    expect(known({ lambda: {} })).toEqual(["rest", "http", "http-v1"]);
    expect(known({ iam: {} })).toEqual(["rest", "http", "http-v1", "url", "lattice-v2"]);
    expect(known({})).toEqual(gatewaySources);
  });
});

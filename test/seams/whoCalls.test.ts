import { describe, expect, it } from "vitest";
import * as face from "../../src/index.ts";
import { eventOf, received, sources } from "../support/events.ts";

const secret = "a secret of more than 32 bytes, for tests";
const users = { u1: { id: "u1" }, u2: { id: "u2" } } as Record<string, { id: string } | undefined>;
const loadUser = (id: string) => users[id];
const quiet = { logger: false } as const;

/** Who is found to call, or the status of the refusal. */
async function whoCalls(
  source: (typeof sources)[number],
  request: Parameters<typeof eventOf>[1],
  change: ((event: Record<string, never>) => object) | undefined = event => event,
  options: object = {},
  outside: object[] = [],
) {
  const handler = face.pipeline(
    [
      face.errors(quiet),
      ...outside,
      face.authUser({ loadUser, secret, ...options }),
      face.serialize(),
    ] as never,
    ((_event: unknown, { user, claims }: { user?: { id: string }; claims?: object }) => ({
      id: user?.id ?? null,
      claims,
    })) as never,
  ) as unknown as (event: unknown, context: object) => Promise<never>;
  const result = received(source, await handler(change(eventOf(source, request) as never), {}));
  return result.status === 200 ? JSON.parse(result.body.toString()) : { id: result.status };
}

const withContext = (context: object) => (event: Record<string, never>) => ({
  ...event,
  requestContext: { ...((event.requestContext ?? {}) as object), ...context },
});
const get = { method: "GET", path: "/x" };

describe("an authorizer block", () => {
  const passed = '{"claims":{"sub":"u1"}}';
  const blocks: [string, object, (typeof sources)[number][]][] = [
    ["a principalId", { authorizer: { principalId: "u1" } }, ["rest"]],
    ["Cognito claims", { authorizer: { claims: { sub: "u1" } } }, ["rest"]],
    ["JWT claims", { authorizer: { jwt: { claims: { sub: "u1" } } } }, ["http"]],
    ["a Lambda authorizer's context", { authorizer: { lambda: { sub: "u1" } } }, ["http"]],
    ["what authorizerHandler passes on", { authorizer: { principalId: "u1", tsverless: passed } }, ["rest"]],
    [
      "the same of an HTTP API",
      { authorizer: { lambda: { principalId: "u1", tsverless: passed } } },
      ["http"],
    ],
    ["an IAM caller", { authorizer: { iam: { userArn: "u1" } } }, ["http", "url"]],
    ["an identity", { identity: { userArn: "u1" } }, ["rest"]],
    ["a principal", { identity: { principal: "u1" } }, ["lattice-v2"]],
  ];
  it.each(blocks)("counts as %s on the sources that have one, and there alone", async (_, context, has) => {
    for (const source of sources.filter(name => name !== ("http-v1" as string))) {
      const { id } = await whoCalls(source, get, withContext(context));
      expect([source, id]).toEqual([source, has.includes(source) ? "u1" : 401]);
    }
  });

  it.each(blocks)("can be switched off: %s", async (_, context) => {
    for (const source of sources) {
      expect((await whoCalls(source, get, withContext(context), { gateway: false })).id).toBe(401);
    }
  });

  it("has to say what is asked of claims, and brings nobody where it has none", async () => {
    const rules = { issuer: "i", audience: "a", requiredClaims: ["org"] };
    const good = { sub: "u1", iss: "i", aud: "a", org: "o" };
    for (const [claims, id] of [
      [good, "u1"],
      [{ ...good, iss: "j" }, 401],
      [{ ...good, aud: "b" }, 401],
      [{ sub: "u1", iss: "i", aud: "a" }, 401],
    ] as const) {
      const onRest = await whoCalls("rest", get, withContext({ authorizer: { claims } }), rules);
      const onHttp = await whoCalls("http", get, withContext({ authorizer: { jwt: { claims } } }), rules);
      expect([onRest.id, onHttp.id]).toEqual([id, id]);
    }
    const signed = withContext({ authorizer: { iam: { userArn: "u1" } } });
    expect((await whoCalls("http", get, signed, { issuer: "i" })).id).toBe(401);
  });

  it("has what was passed on as its claims, when that is what authorizerHandler writes", async () => {
    const on = (tsverless: unknown, more: object = { principalId: "u1" }) =>
      whoCalls("http", get, withContext({ authorizer: { lambda: { ...more, tsverless } } }), { issuer: "i" });
    const claims = { sub: "u2", iss: "i", list: ["[a b]"] };
    expect(await on(JSON.stringify({ claims }))).toEqual({ id: "u1", claims });
    expect((await on(JSON.stringify({ claims }), {})).id).toBe(401);
    expect((await on(JSON.stringify({ claims: { sub: "u1" } }))).id).toBe(401);
    for (const other of ["{", "null", "{}", '{"claims":[]}', 5, { claims }]) {
      const context = { principalId: "u1", iss: "i", tsverless: other };
      const found = await whoCalls("http", get, withContext({ authorizer: { lambda: context } }));
      expect(found).toEqual({ id: "u1", claims: context });
    }
  });

  it("of a guest is nobody", async () => {
    const iam = { userArn: "u1", cognitoIdentity: { identityId: "u1", amr: ["unauthenticated"] } };
    expect((await whoCalls("http", get, withContext({ authorizer: { iam } }))).id).toBe(401);
    const identity = { userArn: "u1", cognitoIdentityId: "u1", cognitoAuthenticationType: "unauthenticated" };
    expect((await whoCalls("rest", get, withContext({ identity }))).id).toBe(401);
  });

  it("has its lists as lists", async () => {
    for (const [source, groups] of [
      ["http", "[admin user]"],
      ["rest", "admin,user"],
    ] as const) {
      const claims = { sub: "u1", "cognito:groups": groups };
      const context = source === "rest" ? { claims } : { jwt: { claims } };
      const found = await whoCalls(source, get, withContext({ authorizer: context }));
      expect(found.claims["cognito:groups"]).toEqual(["admin", "user"]);
    }
  });

  it("of an edge's signature does not hide whoever brings a token", async () => {
    const token = await face.signJwt({ sub: "u2" }, { secret });
    const signed = withContext({ authorizer: { iam: { userArn: "u1" } } });
    const cookie = { ...get, headers: { cookie: `session=${token}` } };
    expect((await whoCalls("url", cookie, signed, { cookie: "session" })).id).toBe("u2");
    const bearer = { ...get, headers: { authorization: `Bearer ${token}` } };
    expect((await whoCalls("url", bearer, signed)).id).toBe("u2");
    const sigV4 = { ...get, headers: { authorization: "AWS4-HMAC-SHA256 Credential=x" } };
    expect((await whoCalls("url", sigV4, signed)).id).toBe("u1");
  });
});

describe("nobody", () => {
  it("is every falsy value of loadUser", async () => {
    const token = await face.signJwt({ sub: "u1" }, { secret });
    const request = { ...get, headers: { authorization: `Bearer ${token}` } };
    for (const nothing of [undefined, null, false, 0, "", Number.NaN]) {
      for (const optional of [false, true]) {
        const options = { loadUser: () => nothing, optional };
        expect((await whoCalls("http", request, undefined, options)).id).toBe(401);
      }
    }
  });
});

describe("a cookie", () => {
  it.each(sources)(
    "identifies an unsafe request from the same origin, or an allowed one, alone, on %s",
    async source => {
      const token = await face.signJwt({ sub: "u1" }, { secret });
      const cors = face.cors({ origins: ["https://app.example"], credentials: true });
      const cases: [headers: Record<string, string>, id: unknown][] = [
        [{}, "u1"],
        [{ "sec-fetch-site": "same-origin" }, "u1"],
        [{ "sec-fetch-site": "none" }, "u1"],
        [{ "sec-fetch-site": "same-site", origin: "https://evil.example" }, 403],
        [{ "sec-fetch-site": "cross-site", origin: "https://evil.example" }, 403],
        [{ "sec-fetch-site": "cross-site", origin: "https://app.example" }, "u1"],
        [{ origin: "https://evil.example" }, 403],
        [{ origin: "null" }, 403],
        [{ origin: "https://own.example", host: "own.example" }, "u1"],
        [{ origin: "https://own.example.evil", host: "own.example" }, 403],
        [{ origin: "https://app.example" }, "u1"],
      ];
      for (const [more, id] of cases) {
        const headers = { cookie: `session=${token}`, ...more };
        const found = await whoCalls(
          source,
          { method: "POST", path: "/x", headers },
          undefined,
          { cookie: "session" },
          [cors],
        );
        expect([more, found.id]).toEqual([more, id]);
        const read = await whoCalls(source, { ...get, headers }, undefined, { cookie: "session" }, [cors]);
        expect([more, read.id]).toEqual([more, "u1"]);
      }
      const headers = { "sec-fetch-site": "cross-site", origin: "https://evil.example" };
      const own = { ...headers, authorization: `Bearer ${token}` };
      expect((await whoCalls(source, { method: "POST", path: "/x", headers: own })).id).toBe("u1");
    },
  );

  it("is never allowed by the origin *", async () => {
    const token = await face.signJwt({ sub: "u1" }, { secret });
    const headers = { cookie: `session=${token}`, "sec-fetch-site": "cross-site", origin: "*" };
    const request = { method: "POST", path: "/x", headers };
    expect((await whoCalls("http", request, undefined, { cookie: "session" }, [face.cors()])).id).toBe(403);
  });
});

describe("credentials beside the origin *", () => {
  it("are a TypeError in the factory, and at first use where the origin is a setting", async () => {
    const message = 'cors: option "credentials" can\'t stand beside the origin "*": name the origins';
    for (const options of [{ origin: "*" }, { origins: ["https://a.example", "*"] }]) {
      for (const credentials of [true, "true"]) {
        expect(() => face.cors({ ...options, credentials })).toThrow(new TypeError(message));
      }
    }
    const handler = face.pipeline(
      [face.errors(quiet), face.cors({ credentials: true }), face.serialize()],
      () => 1,
    );
    const event = eventOf("http", { ...get, headers: { origin: "https://evil.example" } });
    const result = received("http", (await handler(event, {})) as never);
    expect([result.status, result.headers["access-control-allow-origin"]]).toEqual([500, undefined]);
  });
});

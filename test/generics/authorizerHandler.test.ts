import { afterEach, describe, expect, it, vi } from "vitest";
import { type AuthorizerHandlerOptions, authorizerHandler } from "../../generics/authorizerHandler.ts";
import * as face from "../../src/index.ts";
import { events as kit } from "../../tools/testing/index.ts";
import { type Answer, type Asking, allows, askings, eventBehind } from "../support/authorizers.ts";

const asking = kit.authorizer;
const secret = "a secret of more than 32 bytes, for tests";
interface User {
  id: string;
  role: string;
  password: string;
}
const people: Record<string, User | undefined> = {
  u1: { id: "u1", role: "admin", password: "pbkdf2_sha256$secret" },
  u2: { id: "u2", role: "reader", password: "pbkdf2_sha256$other" },
};
const loadUser = (id: string): User | undefined => people[id];
const claims = {
  sub: "u1",
  scopes: ["read", "write"],
  level: 3,
  ratio: 0.5,
  admin: true,
  none: null,
  org: { id: 7, tags: ["a", { b: 1 }] },
  bracketed: "[a b]",
  "cognito:groups": "one,two",
  text: 'für "alle" \u{1f600}',
  numeric: "42",
};
const bearer = (token: string) => ({ headers: { Authorization: `Bearer ${token}` } });
const quiet = { errors: { logger: false } } as const;

const make = (options: AuthorizerHandlerOptions<User> = {}) =>
  authorizerHandler<User>({ loadUser, secret, ...quiet, ...options });

async function ask(
  api: Asking,
  request: Parameters<(typeof asking)["http"]>[0],
  options?: AuthorizerHandlerOptions<User>,
): Promise<Answer> {
  return (await make(options)(asking[api](request), {})) as Answer;
}

/** What the handler behind is given, or the status that it answers. */
async function behind(
  api: Asking,
  answer: Answer,
  request: object = {},
  options: object = {},
): Promise<unknown> {
  const handler = face.pipeline(
    [face.errors({ logger: false }), face.authUser({ loadUser, secret, ...options }), face.serialize()],
    (_event: unknown, { user, claims }) => ({ user, claims }),
  );
  const event = eventBehind(api, answer, request);
  const result = (await handler(event, {})) as unknown as { statusCode?: number; body?: string };
  return result.statusCode === 200 || result.statusCode === undefined
    ? JSON.parse(result.body ?? JSON.stringify(result))
    : result.statusCode;
}

const stage = "arn:aws:execute-api:us-east-1:000000000000:local";
const nameOfStage = (api: Asking): string => (api.startsWith("http") ? "$default" : "prod");

afterEach(() => {
  vi.useRealTimers();
});

describe("an authorizer of every API", () => {
  it.each(askings)("and authUser behind it have the same user and claims: %s", async api => {
    const token = await face.signJwt(claims, { secret });
    const signed = await face.verifyJwt(token, { secret });
    const answer = await ask(api, { method: "POST", path: "/orders", ...bearer(token) });
    expect(await behind(api, answer, { path: "/orders" })).toEqual({ user: people.u1, claims: signed });
    expect(await behind(api, answer, {}, { idClaim: "numeric" })).toBe(401);
    expect(await behind(api, answer, {}, { audience: "a" })).toBe(401);
  });

  it.each(askings)("answers what API Gateway takes, and nothing secret: %s", async api => {
    const token = await face.signJwt(claims, { secret });
    for (const simpleResponses of [false, true]) {
      const answer = await ask(api, bearer(token), { simpleResponses });
      expect(Object.values(answer.context ?? {}).every(value => typeof value === "string")).toBe(true);
      const isSimple = simpleResponses && api === "http";
      expect(Object.keys(answer).sort()).toEqual(
        isSimple ? ["context", "isAuthorized"] : ["context", "policyDocument", "principalId"],
      );
      expect(answer.principalId ?? answer.context?.principalId).toBe("u1");
      const text = JSON.stringify(answer);
      for (const hidden of [token, token.split(".")[2] as string, "pbkdf2", secret])
        expect(text).not.toContain(hidden);
    }
  });

  it.each(askings)("allows the whole stage, as the answer is kept for other requests: %s", async api => {
    const token = await face.signJwt(claims, { secret });
    const answer = await ask(api, { method: "GET", path: "/orders/1", ...bearer(token) });
    const own = `${stage}/${nameOfStage(api)}`;
    expect(answer.policyDocument).toEqual({
      Version: "2012-10-17",
      Statement: [
        {
          Action: "execute-api:Invoke",
          Effect: "Allow",
          Resource: [`${own}/${api === "webSocket" ? "*" : "*/*"}`],
        },
      ],
    });
    const routes = api === "webSocket" ? ["$connect", "chat.send"] : ["GET/", "POST/a/b", "DELETE/orders/1"];
    for (const route of routes) expect([route, allows(answer, `${own}/${route}`)]).toEqual([route, true]);
    expect(allows(answer, `${stage}/other/GET/orders/1`)).toBe(false);
    expect(allows(answer, `${own.replace(":local/", ":another/")}/GET/orders/1`)).toBe(false);
  });

  it.each(askings)("takes bad credentials of every kind for nobody: %s", async api => {
    const good = await face.signJwt({ sub: "u1" }, { secret });
    const [head, body, signature] = good.split(".") as [string, string, string];
    const none = Buffer.from('{"alg":"none"}').toString("base64url");
    const tokens = [
      "",
      "x",
      `${head}.${body}.`,
      `${head}.${body}.${signature.slice(1)}x`,
      `${none}.${body}.`,
      `${head}.${Buffer.from('{"sub":"u2","exp":9999999999}').toString("base64url")}.${signature}`,
      await face.signJwt({ sub: "u1" }, { secret: `another ${secret}` }),
      await face.signJwt({ sub: "u1" }, { secret, expiresIn: -3600 } as never),
      await face.signJwt({ sub: "u1", aud: "others" }, { secret }),
      await face.signJwt({ sub: "u1", nbf: 9_999_999_999 }, { secret }),
      await face.signJwt({ name: "nobody" }, { secret }),
      await face.signJwt({ sub: "gone" }, { secret }),
    ];
    const logger = vi.fn();
    for (const Authorization of [
      ...tokens.map(token => `Bearer ${token}`),
      `Basic ${good}`,
      `Bearer  ${good}`,
      good,
      `Bearer ${good}, Bearer ${tokens[6]}`,
      "AWS4-HMAC-SHA256 Credential=x",
    ]) {
      const failed = await ask(api, { headers: { Authorization } }, { errors: { logger } }).catch(
        (error: Error) => error,
      );
      expect([Authorization, String((failed as Error).message)]).toEqual([Authorization, "Unauthorized"]);
    }
    await expect(ask(api, {}, { errors: { logger } })).rejects.toThrow(/^Unauthorized$/);
    expect(logger).not.toHaveBeenCalled();
    expect(await ask(api, bearer(good))).toMatchObject({ principalId: "u1" });
  });

  it.each(askings)("says Unauthorized and no more, whatever loadUser says of it: %s", async api => {
    const token = await face.signJwt(claims, { secret });
    const revoked = () => {
      throw new face.Unauthorized("Token of u1 was revoked");
    };
    await expect(ask(api, bearer(token), { loadUser: revoked })).rejects.toThrow(/^Unauthorized$/);
  });

  it.each(askings)("denies the stage to whom the rules refuse: %s", async api => {
    const token = await face.signJwt({ sub: "u2" }, { secret });
    const own = `${stage}/${nameOfStage(api)}`;
    const isAdmin = (_event: unknown, { user }: { user: User }) => user.role === "admin";
    const block = () => {
      throw new face.Forbidden();
    };
    for (const options of [
      { permit: isAdmin },
      { permit: [isAdmin, () => true] },
      { permit: async () => "yes" as never },
      { permit: block },
      { loadUser: block },
    ]) {
      for (const simpleResponses of [false, true]) {
        const answer = await ask(api, bearer(token), { ...options, simpleResponses });
        if (simpleResponses && api === "http") {
          expect(answer).toEqual({ isAuthorized: false });
          continue;
        }
        expect(Object.keys(answer)).toEqual(["principalId", "policyDocument"]);
        expect(answer.policyDocument?.Statement.map(({ Effect }) => Effect)).toEqual(["Deny"]);
        expect(allows(answer, `${own}/GET/`)).toBe(false);
      }
    }
    const admin = await face.signJwt({ sub: "u1" }, { secret });
    expect(allows(await ask(api, bearer(admin), { permit: isAdmin }), `${own}/GET/x`)).toBe(true);
  });

  it.each(askings)("never allows when something fails, and logs it: %s", async api => {
    const token = await face.signJwt(claims, { secret });
    const fail = () => {
      throw new Error("the database is down");
    };
    for (const options of [
      { loadUser: fail },
      { permit: fail },
      { claims: fail },
      { usageIdentifierKey: fail },
      { resources: fail },
      { resources: () => "GET/*" as never },
      { claims: () => "u1" as never },
      { claims: () => ({ big: 1n }) },
      { usageIdentifierKey: () => 7 as never },
    ] as AuthorizerHandlerOptions<User>[]) {
      const logger = vi.fn();
      const failed = await ask(api, bearer(token), { ...options, errors: { logger } }).catch(
        (error: Error) => error,
      );
      expect(failed).toBeInstanceOf(Error);
      expect((failed as Error).message).not.toBe("Unauthorized");
      expect(logger.mock.calls).toEqual([[failed, { requestId: undefined }]]);
    }
  });

  it.each(askings)("allows nothing while the key server fails: %s", async api => {
    const logger = vi.fn();
    vi.stubGlobal("fetch", async () => new Response("", { status: 500 }));
    try {
      const token = await face.signJwt({ sub: "u1", iss: "i" }, { secret });
      const [, ...rest] = token.split(".");
      const rs256 = [Buffer.from('{"alg":"RS256","kid":"k"}').toString("base64url"), ...rest].join(".");
      const jwks = "https://id.example.com/failing-keys";
      const handler = authorizerHandler({
        loadUser,
        jwks,
        issuer: "i",
        audience: false,
        errors: { logger },
      });
      await expect(handler(asking[api](bearer(rs256)), {})).rejects.toMatchObject({ statusCode: 503 });
      expect(logger).toHaveBeenCalledTimes(1);
    } finally {
      vi.unstubAllGlobals();
    }
  });
});

describe("what an answer is kept for", () => {
  const token = face.signJwt(claims, { secret });

  it("rules that read the event allow nothing, unless resources say what it holds for", async () => {
    for (const permit of [
      (event: { httpMethod?: string }) => event.httpMethod !== "DELETE",
      (event: object) => !("path" in event),
      (event: object) => Object.keys(event).length === 0,
      (event: object) => !Object.hasOwn(event, "path"),
    ]) {
      await expect(ask("restRequest", bearer(await token), { permit })).rejects.toThrow(/reads the event/);
    }
    const permit = (event: { httpMethod?: string }) => event.httpMethod === "GET";
    const resources = () => ["GET/*"];
    const read = await ask("restRequest", bearer(await token), { permit, resources });
    expect(allows(read, `${stage}/prod/GET/a/b`)).toBe(true);
    expect(allows(read, `${stage}/prod/POST/a`)).toBe(false);
    const write = { method: "POST", ...bearer(await token) };
    expect(allows(await ask("restRequest", write, { permit, resources }), `${stage}/prod/GET/a`)).toBe(false);
  });

  it("resources are behind the stage, or whole ARNs, and none of them is a Deny", async () => {
    const own = `${stage}/$default`;
    const resources = ({
      user,
      claims: { level },
      event,
    }: {
      user: User;
      claims: object & Record<string, unknown>;
      event: object;
    }) =>
      user.role === "admin" && level === 3 && "routeArn" in event
        ? ["GET/*", `${stage}/$default/POST/orders`]
        : [];
    const answer = await ask("http", bearer(await token), { resources });
    const asked = ["GET/a", "GET/a/b", "POST/orders", "POST/orders/1", "DELETE/a"];
    expect(asked.filter(route => allows(answer, `${own}/${route}`))).toEqual([
      "GET/a",
      "GET/a/b",
      "POST/orders",
    ]);
    const nothing = await ask("restToken", bearer(await token), { resources });
    expect(nothing.policyDocument?.Statement[0]?.Effect).toBe("Deny");
    expect(nothing.context).toBeUndefined();
  });

  it("an answer does not outlive the token that it was made of", async () => {
    for (const api of askings) {
      vi.useFakeTimers({ now: Date.now() });
      const answer = await ask(api, bearer(await face.signJwt({ sub: "u1" }, { secret, expiresIn: 60 })));
      expect(await behind(api, answer)).toMatchObject({ user: people.u1 });
      vi.setSystemTime(Date.now() + 3_600_000);
      expect([api, await behind(api, answer)]).toEqual([api, 401]);
      expect([api, await behind(api, answer, {}, { optional: true })]).toEqual([api, 401]);
    }
  });
});

describe("a cookie", () => {
  const cookie = { cookie: "session" };
  const elsewhere = { "Sec-Fetch-Site": "cross-site", Origin: "https://evil.example" };

  it("identifies the caller, and each request behind it has to come from the same origin", async () => {
    const token = await face.signJwt({ sub: "u1" }, { secret });
    const headers = { Cookie: `session=${token}` };
    for (const api of ["restRequest", "http", "httpV1"] as const) {
      const answer = await ask(api, { headers }, cookie);
      const crossing = await ask(api, { method: "POST", headers: { ...headers, ...elsewhere } }, cookie);
      for (const kept of [answer, crossing]) {
        expect(await behind(api, kept, { method: "POST", headers: elsewhere })).toBe(403);
        expect(await behind(api, kept, { method: "POST" })).toMatchObject({ user: people.u1 });
        expect(await behind(api, kept, { headers: elsewhere })).toMatchObject({ user: people.u1 });
      }
      const own = await ask(api, { headers: { ...headers, Authorization: `Bearer ${token}` } }, cookie);
      expect(await behind(api, own, { method: "POST", headers: elsewhere })).toMatchObject({
        user: people.u1,
      });
      await expect(ask(api, { headers })).rejects.toThrow(/^Unauthorized$/);
    }
  });

  it("opens no WebSocket for a page of another site", async () => {
    const token = await face.signJwt({ sub: "u1" }, { secret });
    const headers = { Cookie: `session=${token}` };
    const crossing = await ask(
      "webSocket",
      { headers: { ...headers, Origin: "https://evil.example" } },
      cookie,
    );
    expect(allows(crossing, `${stage}/prod/$connect`)).toBe(false);
    for (const more of [{}, { Origin: "https://api.example.com", Host: "api.example.com" }]) {
      const opened = await ask("webSocket", { headers: { ...headers, ...more } }, cookie);
      expect(allows(opened, `${stage}/prod/$connect`)).toBe(true);
    }
  });
});

describe("options of authorizerHandler", () => {
  it("say what is passed on, and whose key a REST API counts for", async () => {
    const token = await face.signJwt({ ...claims, org: "secret plans" }, { secret });
    for (const api of askings) {
      const answer = await ask(api, bearer(token), {
        claims: async ({ user, claims: { sub } }) => ({ sub, role: user.role, since: new Date(0) }),
        usageIdentifierKey: ({ user }) => `key of ${user.id}`,
      });
      expect(answer.usageIdentifierKey).toBe(api.startsWith("http") ? undefined : "key of u1");
      expect(await behind(api, answer)).toEqual({
        user: people.u1,
        claims: { sub: "u1", role: "admin", since: "1970-01-01T00:00:00.000Z" },
      });
      expect(JSON.stringify(answer)).not.toContain("secret plans");
    }
  });

  it("find users as authUser does: by a model, by another claim, by the settings", async () => {
    const Users = { objects: { get: async (id: string) => people[id] }, create: async () => people.u1 };
    const token = await face.signJwt({ sub: "u2", uid: "u1", number: 7 }, { secret });
    const event = asking.http(bearer(token));
    const byModel = authorizerHandler({ model: Users as never, secret, idClaim: "uid" });
    expect(await byModel(event, {})).toMatchObject({ principalId: "u1" });
    const byNumber = authorizerHandler({ loadUser: id => ({ id }), secret, idClaim: "number" });
    expect(await byNumber(event, {})).toMatchObject({ principalId: "7" });
    await expect(authorizerHandler({ secret, ...quiet })(event, {})).rejects.toThrow(/settings.userModel/);
  });

  it("are checked in the factory", () => {
    const wrong: [object, RegExp][] = [
      [{ optional: true }, /^authorizerHandler: unknown option "optional"/],
      [{ gateway: true }, /unknown option "gateway"/],
      [{ alb: {} }, /unknown option "alb"/],
      [{ permit: true }, /option "permit"/],
      [{ permit: [] }, /option "permit"/],
      [{ permit: [1] }, /option "permit"/],
      [{ resources: ["GET/*"] }, /option "resources" must be a function/],
      [{ claims: {} }, /option "claims"/],
      [{ usageIdentifierKey: "k" }, /option "usageIdentifierKey"/],
      [{ simpleResponses: "yes" }, /option "simpleResponses"/],
      [{ simpleResponses: true, resources: () => [] }, /"simpleResponses" and "resources"/],
      [{ secret: undefined }, /option "secret" is undefined/],
      [{ secret: "short" }, /at least 32 bytes/],
      [{ errors: { logger: 1 } }, /option "logger"/],
      [{ jwks: "https://id.example.com/keys" }, /option "issuer"/],
    ];
    for (const [options, message] of wrong) {
      expect(() => authorizerHandler(options as never)).toThrow(TypeError);
      expect(() => authorizerHandler(options as never)).toThrow(message);
    }
  });

  it("answer warmups at once, and run what stands around", async () => {
    const seen: unknown[] = [];
    const note = { before: (request: { event: unknown }) => void seen.push(request.event) };
    const handler = authorizerHandler({ loadUser, secret, around: [note], ...quiet });
    expect(await handler({ source: "serverless-plugin-warmup" }, {})).toBe("warmup");
    const event = asking.http({});
    await expect(handler(event, {})).rejects.toThrow("Unauthorized");
    expect(seen).toEqual([event]);
  });
});

describe("an event that is none of an authorizer's", () => {
  it("is an error that says so, and allows nothing", async () => {
    const token = await face.signJwt(claims, { secret });
    const good = asking.restRequest(bearer(token));
    const simple = asking.restToken(bearer(token));
    const events: unknown[] = [
      undefined,
      null,
      "text",
      [],
      {},
      { type: "REQUEST" },
      { ...good, type: "OTHER" },
      { ...good, methodArn: undefined },
      { ...good, methodArn: 7 },
      { ...good, methodArn: "*" },
      { ...good, methodArn: "arn:aws:execute-api:us-east-1:000000000000:*/*/GET/" },
      { ...good, methodArn: "arn:aws:s3:::bucket/prod/GET/" },
      { ...good, routeArn: null },
      { ...good, headers: "x" },
      { ...good, multiValueHeaders: ["x"] },
      { ...good, cookies: [1] },
      { ...simple, authorizationToken: undefined },
      { ...simple, authorizationToken: ["x"] },
    ];
    for (const event of events) {
      const logger = vi.fn();
      const failed = await make({ errors: { logger } })(event, {}).catch((error: unknown) => error);
      expect(failed).toBeInstanceOf(TypeError);
      expect((failed as Error).message).toMatch(/^authorizerHandler: not an event of an authorizer: /);
      expect(logger).toHaveBeenCalledTimes(1);
      expect(String(failed)).not.toContain(token);
    }
    expect(
      await make()({ ...good, headers: null, multiValueHeaders: bearer(token).headers }, {}),
    ).toMatchObject({ principalId: "u1" });
  });
});

describe("recorded events", () => {
  // By swift-server/swift-aws-lambda-events and flexion/ef-cms, with a token of ours.
  it("of an HTTP API and of a WebSocket are read", async () => {
    const token = await face.signJwt({ sub: "u1" }, { secret });
    const http = {
      version: "2.0",
      type: "REQUEST",
      routeArn: "arn:aws:execute-api:eu-north-1:000000000000:0000000000/dev/GET/applications",
      identitySource: [`Bearer ${token}`],
      routeKey: "GET /applications",
      rawPath: "/dev/applications",
      rawQueryString: "",
      headers: { accept: "*/*", authorization: `Bearer ${token}`, "content-length": "0" },
      requestContext: {
        accountId: "000000000000",
        apiId: "0000000000",
        domainName: "0000000000.execute-api.eu-north-1.amazonaws.com",
        http: { method: "GET", path: "/dev/applications", protocol: "HTTP/1.1", sourceIp: "0.0.0.0" },
        routeKey: "GET /applications",
        stage: "dev",
      },
    };
    const socket = {
      type: "REQUEST",
      methodArn: "arn:aws:execute-api:us-east-1:515554424717:92hhs5f6r4/exp2/$connect",
      headers: { Authorization: `Bearer ${token}`, Connection: "upgrade", Upgrade: "websocket" },
      multiValueHeaders: { Authorization: [`Bearer ${token}`], Upgrade: ["websocket"] },
      queryStringParameters: {},
      requestContext: { routeKey: "$connect", eventType: "CONNECT", stage: "exp2", apiId: "92hhs5f6r4" },
    };
    const resources = async (event: object): Promise<unknown> =>
      ((await make()(event, {})) as Answer).policyDocument?.Statement[0]?.Resource;
    expect(await resources(http)).toEqual(["arn:aws:execute-api:eu-north-1:000000000000:0000000000/dev/*/*"]);
    expect(await resources(socket)).toEqual(["arn:aws:execute-api:us-east-1:515554424717:92hhs5f6r4/exp2/*"]);
  });
});

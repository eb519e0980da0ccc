import middy from "@middy/core";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type AuthUserOptions, authUser } from "../../middlewares/authUser.ts";
import { signJwt } from "../../src/auth/jwt.ts";
import { HttpError, Unauthorized } from "../../src/core/errors.ts";
import type { HookRequest } from "../../src/core/middleware.ts";
import { configure } from "../../src/core/settings.ts";
import { memoryModel } from "../../src/models/memory/memoryModel.ts";
import { forged, pem, rsa, secret } from "../src/auth/keysForTests.ts";
import { eventOf, sources } from "../support/events.ts";

interface User {
  id: string;
  name: string;
}

const arn = "arn:aws:iam::111122223333:user/ann";
const Users = memoryModel<User>({
  name: "User",
  objects: ["u1", "u2", "42", arn, "pool-id"].map(id => ({ id, name: `name of ${id}` })),
});
const u1 = { id: "u1", name: "name of u1" };
const token = await signJwt({ sub: "u1" }, { secret, expiresIn: "1h" });
const other = await signJwt({ sub: "u2" }, { secret, expiresIn: "1h" });

const run = async (event: unknown, options: object = {}, context: unknown = {}) => {
  const request = { event, context } as unknown as HookRequest;
  await authUser({ model: Users, ...options } as AuthUserOptions).before?.(request as never);
  return request.context as unknown as { user?: User; claims?: Record<string, unknown> };
};
const idOf = async (event: unknown, options: object = {}) =>
  run(event, options).then(
    ({ user }) => user?.id,
    error => (error instanceof Unauthorized ? 401 : error),
  );
const bearer = (value: string) => ({ headers: { Authorization: `Bearer ${value}` } });
const authorizedBy = (authorizer: unknown) => ({ requestContext: { authorizer } });

beforeEach(() => configure({ secretKey: secret }));
afterEach(() => {
  vi.useRealTimers();
  configure({ secretKey: undefined, userModel: undefined });
});

describe("authUser with a token", () => {
  it.each(sources)("takes it from the header of a %s event, and from the named cookie", async source => {
    const { user, claims } = await run(eventOf(source, { headers: { Authorization: `Bearer ${token}` } }));
    expect(user).toEqual(u1);
    expect(claims).toMatchObject({ sub: "u1", exp: expect.any(Number) });
    const byCookie = eventOf(source, { cookies: ["a=b", `session=${token}`] });
    expect(await idOf(byCookie, { cookie: "session" })).toBe("u1");
    expect(await idOf(byCookie)).toBe(401);
    expect(await idOf(byCookie, { cookie: "sess" })).toBe(401);
  });

  it.each(sources)("refuses two different credentials in one %s event", async source => {
    const authorization = { Authorization: `Bearer ${token}` };
    const cookie = { cookie: "session" };
    expect(
      await idOf(eventOf(source, { headers: authorization, cookies: [`session=${other}`] }), cookie),
    ).toBe(401);
    expect(
      await idOf(eventOf(source, { headers: authorization, cookies: [`session=${token}`] }), cookie),
    ).toBe("u1");
    expect(await idOf(eventOf(source, { cookies: [`session=${token}`, `session=${other}`] }), cookie)).toBe(
      401,
    );
    expect(await idOf(eventOf(source, { headers: authorization, cookies: ["session="] }), cookie)).toBe("u1");
    // An ALB without multi-value headers passes the last value on, and nobody can know of the first.
    if (source === "alb") return;
    const twice = (second: string) => ({ Authorization: [`Bearer ${token}`, second] });
    expect(await idOf(eventOf(source, { headers: twice(`Bearer ${other}`) }))).toBe(401);
    expect(await idOf(eventOf(source, { headers: twice("Basic YTpi") }))).toBe(401);
    expect(await idOf(eventOf(source, { headers: twice(`Bearer ${token}`) }))).toBe("u1");
  });

  it("refuses two that stand where no gateway would put them", async () => {
    const headers = { Authorization: `Bearer ${token}`, authorization: `Bearer ${other}` };
    expect(await idOf({ headers })).toBe(401);
    const multiValueHeaders = { authorization: [`Bearer ${other}`] };
    expect(await idOf({ ...bearer(token), multiValueHeaders })).toBe(401);
  });

  it("takes the scheme in any case, one space, and the token to the letter", async () => {
    for (const scheme of ["Bearer", "bearer", "BEARER", "bEaReR"]) {
      expect(await idOf({ headers: { aUTHORIZATION: `${scheme} ${token}` } })).toBe("u1");
    }
    const malformed = [
      ...[token, "Bearer", "Bearer ", "Bearer  ", `Bearer  ${token}`, `Bearer\t${token}`, ` Bearer ${token}`],
      ...[
        `Bearer ${token} `,
        `Bearer ${token}=`,
        `Bearer ${token}\n`,
        `Bearer "${token}"`,
        `Bearer: ${token}`,
      ],
      ...[`Bearer ${token} ${token}`, `Bearer ${token},`, `,Bearer ${token}`, `Bearer ${token},${token}`],
      ...[`Bearer ${token}, Basic YTpi`, `Basic ${token}`, "Basic YTpi", `Token ${token}`, `Bearer${token}`],
      ...[
        "Bearer null",
        "Bearer a.b",
        "Bearer a.b.c.d",
        `Bearer ${forged({ alg: "none" }, { sub: "u1" }, "")}`,
      ],
      ...[5, true, {}, [5], [["x"]], [`Bearer ${token}`, null, 5]],
    ];
    for (const authorization of malformed) {
      for (const options of [{}, { optional: true }]) {
        expect([authorization, await idOf({ headers: { authorization } }, options)]).toEqual([
          authorization,
          401,
        ]);
      }
    }
    for (const cookie of [`"${token}"`, ` ${token}x`, `${token}=`, "x"]) {
      expect(await idOf({ headers: { cookie: `session=${cookie}` } }, { cookie: "session" })).toBe(401);
    }
  });

  it("is 401 Unauthorized with WWW-Authenticate, and never says why", async () => {
    const expired = await signJwt({ sub: "u1" }, { secret, expiresIn: -3600 });
    const bad = [
      {},
      bearer(expired),
      bearer(await signJwt({ sub: "nobody" })),
      bearer(await signJwt({})),
      bearer(await signJwt({ sub: "u1" }, { secret: `another ${secret}` })),
      bearer(await signJwt({ sub: "u1" }, { notBefore: "1h" })),
    ];
    for (const event of bad) {
      const error = await run(event).catch(caught => caught);
      expect(error).toBeInstanceOf(Unauthorized);
      expect({ ...error, message: error.message, cause: error.cause }).toEqual({
        name: "Unauthorized",
        message: "Unauthorized",
        statusCode: 401,
        expose: true,
        headers: { "WWW-Authenticate": "Bearer" },
      });
    }
  });

  it("refuses a token from the second on that it expires, also when it was remembered", async () => {
    vi.useFakeTimers({ toFake: ["Date"], now: 1_800_000_000_000 });
    const event = bearer(await signJwt({ sub: "u1" }, { expiresIn: 100 }));
    for (const [seconds, wanted] of [
      [0, "u1"],
      [159, "u1"],
      [160, 401],
      [1000, 401],
      [100, "u1"],
    ] as const) {
      vi.setSystemTime(1_800_000_000_000 + seconds * 1000);
      expect(await idOf(event)).toBe(wanted);
    }
  });

  it("asks of the token what the options say", async () => {
    const event = bearer(
      await signJwt({ sub: "u1", org: "x" }, { issuer: "i", audience: "a", typ: "at+jwt" }),
    );
    for (const good of [
      { issuer: "i", audience: "a" },
      { audience: ["a"] },
      { typ: "at+jwt", audience: "a" },
      { requiredClaims: ["org"], audience: false as const },
    ]) {
      expect(await idOf(event, good)).toBe("u1");
    }
    for (const bad of [
      {},
      { issuer: "j" },
      { audience: ["b"] },
      { typ: "JWT" },
      { typ: "JWT", audience: "a" },
      { requiredClaims: ["team"], audience: "a" },
    ]) {
      expect(await idOf(event, bad)).toBe(401);
    }
  });

  it("takes the id from sub, else uid, else the claim that is named; a number becomes text", async () => {
    const cases: [claims: object, options: object, wanted: unknown][] = [
      [{ sub: "u1", uid: "u2" }, {}, "u1"],
      [{ uid: "u2" }, {}, "u2"],
      [{ sub: 42 }, {}, "42"],
      [{ sub: "u1", owner: "u2" }, { idClaim: "owner" }, "u2"],
      [{ sub: "u1" }, { idClaim: "owner" }, 401],
      [{ sub: "u1" }, { idClaim: "toString" }, 401],
    ];
    for (const sub of ["", null, true, 1.5, {}, ["u1"], { toString: "u1" }]) cases.push([{ sub }, {}, 401]);
    for (const [claims, options, wanted] of cases) {
      expect([claims, await idOf(bearer(await signJwt(claims as never)), options)]).toEqual([claims, wanted]);
    }
  });

  it("verifies with the key that it is given, and nothing else", async () => {
    const signed = bearer(await signJwt({ sub: "u1" }, { key: rsa.privateKey }));
    expect(await idOf(signed, { key: pem(rsa.publicKey) })).toBe("u1");
    expect(await idOf(signed)).toBe(401);
    expect(await idOf(bearer(token), { key: pem(rsa.publicKey) })).toBe(401);
    expect(await idOf(bearer(token), { secret })).toBe("u1");
  });

  it("follows the settings when they change", async () => {
    const { before } = authUser({ model: Users });
    const sign = async () => before?.({ event: bearer(token), context: {} } as never);
    await sign();
    configure({ secretKey: `another ${secret}` });
    await expect(sign()).rejects.toThrow(new Unauthorized());
    configure({ secretKey: secret });
    await sign();
  });

  it("is an Error, not 401, when there is no key to verify with", async () => {
    configure({ secretKey: undefined });
    const error = await run(bearer(token)).catch(caught => caught);
    expect([error.constructor, error.message]).toEqual([
      Error,
      "authUser: no key to verify tokens with; set settings.secretKey",
    ]);
    expect(await idOf({})).toBe(401);
    expect(await idOf(bearer("nonsense"))).toBe(401);
  });
});

describe("authUser behind a gateway's authorizer", () => {
  const v1Identity = {
    sourceIp: "1.2.3.4",
    userArn: null,
    caller: null,
    user: null,
    cognitoIdentityId: null,
  };
  const jwtClaims = { sub: "u1", scope: "read" };
  const iam = { accessKey: "A", callerId: "C", cognitoIdentity: null, userArn: arn, userId: "AIDA" };

  it.each<[string, unknown, string, object?]>([
    ["a REST principalId", { authorizer: { principalId: "u1", integrationLatency: 5 } }, "u1"],
    ["a numeric principalId", { authorizer: { principalId: 42 } }, "42"],
    [
      "the field of its context that is named",
      { authorizer: { principalId: "u1", owner: "u2" } },
      "u2",
      { idClaim: "owner" },
    ],
    ["Cognito claims", { authorizer: { claims: { ...jwtClaims } }, identity: v1Identity }, "u1"],
    [
      "the Cognito claim that is named",
      { authorizer: { claims: { sub: "u1", "custom:id": "u2" } } },
      "u2",
      { idClaim: "custom:id" },
    ],
    ["HTTP API JWT claims", { authorizer: { jwt: { claims: { ...jwtClaims }, scopes: null } } }, "u1"],
    ["a Lambda authorizer's sub", { authorizer: { lambda: { sub: "u1" } } }, "u1"],
    ["a Lambda authorizer's principalId", { authorizer: { lambda: { principalId: "u1", sub: "u2" } } }, "u1"],
    [
      "a Lambda authorizer's named field",
      { authorizer: { lambda: { owner: "u2", sub: "u1" } } },
      "u2",
      { idClaim: "owner" },
    ],
    [
      "an IAM caller of a REST API",
      { identity: { ...v1Identity, userArn: arn, caller: "C", user: "AIDA" } },
      arn,
    ],
    ["an IAM caller of an HTTP API or function URL", { authorizer: { iam } }, arn],
    [
      "a user of an identity pool",
      { identity: { ...v1Identity, userArn: arn, cognitoIdentityId: "pool-id" } },
      "pool-id",
    ],
    [
      "a user of an identity pool of an HTTP API",
      { authorizer: { iam: { ...iam, cognitoIdentity: { identityId: "pool-id" } } } },
      "pool-id",
    ],
    [
      "a VPC Lattice principal",
      { identity: { sourceVpcArn: "arn:vpc", type: "AWS_IAM", principal: arn } },
      arn,
    ],
  ])("knows %s", async (_title, requestContext, id, options = {}) => {
    configure({ secretKey: undefined });
    const { user, claims } = await run({ requestContext }, options);
    expect(user?.id).toBe(id);
    expect(Object.values(claims ?? {}).map(String)).toContain(
      id === "pool-id" && "authorizer" in (requestContext as object) ? "[object Object]" : id,
    );
  });

  it("lets nothing step in for a named field that is missing", async () => {
    for (const authorizer of [
      { principalId: "u1" },
      { claims: { sub: "u1" } },
      { jwt: { claims: { sub: "u1" } } },
      { lambda: { sub: "u1", principalId: "u1" } },
    ]) {
      expect(await idOf(authorizedBy(authorizer), { idClaim: "owner" })).toBe(401);
    }
  });

  it("believes the gateway rather than the request", async () => {
    expect(await idOf({ ...bearer(other), ...authorizedBy({ principalId: "u1" }) })).toBe("u1");
    expect(
      await idOf({ headers: { authorization: "Basic YTpi" }, ...authorizedBy({ principalId: "u1" }) }),
    ).toBe("u1");
  });

  it("looks at the token when the gateway says nothing of the caller", async () => {
    const silent = [
      null,
      undefined,
      {},
      [],
      "x",
      { lambda: null },
      { lambda: {} },
      { iam: null },
      { principalId: "" },
    ];
    for (const authorizer of silent) {
      expect(await idOf({ ...bearer(token), ...authorizedBy(authorizer) })).toBe("u1");
      expect(await idOf(authorizedBy(authorizer))).toBe(401);
    }
    expect(await idOf({ ...bearer(token), requestContext: { identity: v1Identity } })).toBe("u1");
    const offline = { authorizer: { principalId: "offlineContext_authorizer_principalId" } };
    expect(await idOf({ ...bearer(token), requestContext: offline })).toBe("u1");
  });

  it("is 401 when the gateway's claims name nobody, and nothing inherited is taken for an id", async () => {
    for (const claims of [{}, { sub: "" }, { sub: null }, { sub: {} }, { sub: ["u1"] }, { email: "u1" }]) {
      expect(await idOf({ ...bearer(token), ...authorizedBy({ claims }) })).toBe(401);
      expect(await idOf({ ...bearer(token), ...authorizedBy({ jwt: { claims } }) })).toBe(401);
    }
    expect(await idOf(authorizedBy(Object.create({ principalId: "u1" })))).toBe(401);
    expect(await idOf(authorizedBy({ claims: { sub: "nobody" } }))).toBe(401);
  });
});

describe("authUser", () => {
  it("finds the user with loadUser, at once or later", async () => {
    const seen: unknown[] = [];
    for (const found of [u1, Promise.resolve(u1)]) {
      const loadUser = (...given: unknown[]) => {
        seen.push(given);
        return found;
      };
      expect(await idOf(authorizedBy({ principalId: 42, role: "x" }), { model: undefined, loadUser })).toBe(
        "u1",
      );
    }
    expect(seen).toEqual([
      ["42", { principalId: 42, role: "x" }],
      ["42", { principalId: 42, role: "x" }],
    ]);
    for (const found of [undefined, null, Promise.resolve(undefined), Promise.resolve(null)]) {
      for (const optional of [false, true]) {
        const options = { model: undefined, loadUser: () => found, optional };
        expect(await idOf(bearer(token), options)).toBe(401);
      }
    }
  });

  it("finds the user in settings.userModel unless given another", async () => {
    configure({ userModel: Users });
    expect(await idOf(bearer(token), { model: undefined })).toBe("u1");
    configure({ userModel: undefined });
    const error = await run(bearer(token), { model: undefined }).catch(caught => caught);
    expect([error.constructor, error.message]).toEqual([
      Error,
      'authUser: give option "model" or "loadUser", or settings.userModel',
    ]);
  });

  it("lets a failing database be seen as one", async () => {
    const error = new Error("the database is gone");
    const loadUser = () => Promise.reject(error);
    await expect(run(bearer(token), { model: undefined, loadUser })).rejects.toBe(error);
  });

  it("lets strangers through when it is optional, but no bad credential", async () => {
    for (const event of [
      {},
      null,
      undefined,
      5,
      "x",
      [],
      { headers: null },
      { headers: { authorization: "" } },
    ]) {
      expect(await run(event, { optional: true }, { user: "stale" })).toEqual({
        user: undefined,
        claims: undefined,
      });
      expect(await idOf(event)).toBe(401);
    }
    for (const bad of ["x", forged({ alg: "none" }, {}), `${token}x`]) {
      expect(await idOf(bearer(bad), { optional: true })).toBe(401);
    }
    expect(await idOf(bearer(token), { optional: true })).toBe("u1");
  });

  it("makes a context where there is none", async () => {
    for (const context of [undefined, null, 5, "x"]) {
      expect(await run(bearer(token), {}, context)).toMatchObject({ user: u1, claims: { sub: "u1" } });
    }
  });

  it("works in an ordinary Middy handler", async () => {
    const handler = middy()
      .use(authUser({ model: Users }))
      .handler((_event, context) => context.user.name);
    expect(await handler(bearer(token) as never, {} as never)).toBe("name of u1");
  });

  it("names what it adds", () => {
    expect(authUser({ model: Users })).toMatchObject({
      name: "authUser",
      needs: [],
      adds: ["context.user", "context.claims"],
    });
  });

  it("checks its options when it is made", () => {
    const unfit = 'authUser: option "algorithms": "HS256" does not fit the key, which takes ';
    const cases: [object, string][] = [
      [{ secrets: secret }, 'authUser: unknown option "secrets"; it takes secret, key, jwks,'],
      [{ secret: "" }, 'authUser: option "secret" is empty'],
      [{ secret: undefined }, 'authUser: option "secret" is undefined'],
      [{ secret: 5 }, 'authUser: option "secret" must be a string or an object'],
      [{ secret, key: rsa.publicKey }, "authUser: takes one of the options secret, key"],
      [
        { key: pem(rsa.publicKey), algorithms: ["HS256"] },
        `${unfit}RS256, RS384, RS512, PS256, PS384, PS512`,
      ],
      [{ jwks: "https://example.com/keys", algorithms: ["HS256"] }, unfit],
      [{ jwks: "nonsense" }, 'authUser: option "jwks" must be a JSON Web Key Set or an https address'],
      [{ secret, algorithms: ["none"] }, 'authUser: option "algorithms": "none" does not fit the key'],
      [{ algorithms: "HS256" }, 'authUser: option "algorithms" must be an array of strings'],
      [{ audience: true }, 'authUser: option "audience" must be a string or an array of strings or false'],
      [{ issuer: 5 }, 'authUser: option "issuer" must be a string or an array of strings'],
      [{ requiredClaims: "sub" }, 'authUser: option "requiredClaims" must be an array of strings'],
      [{ optional: "yes" }, 'authUser: option "optional" must be true or false'],
      [{ model: {} }, 'authUser: option "model" must be a model'],
      [{ loadUser: {} }, 'authUser: option "loadUser" must be a function'],
      [{ model: Users, loadUser: () => u1 }, 'authUser: takes one of the options "model" and "loadUser"'],
    ];
    for (const [options, message] of cases) {
      expect(() => authUser(options as never), message).toThrow(TypeError);
      expect(() => authUser(options as never)).toThrow(message);
    }
  });

  it("answers any event with a user or 401, never with another error", async () => {
    const word = fc.oneof(
      fc.constantFrom("u1", "", token, `Bearer ${token}`, "Bearer x", `session=${token}`, "__proto__"),
      fc.anything(),
    );
    const names = [
      "principalId",
      "claims",
      "jwt",
      "lambda",
      "iam",
      "sub",
      "uid",
      "userArn",
      "cognitoIdentity",
    ];
    const bag = fc.dictionary(fc.oneof(fc.constantFrom(...names), fc.string()), word);
    const authorizer = fc.dictionary(fc.constantFrom(...names), fc.oneof(bag, word));
    const headers = fc.dictionary(
      fc.constantFrom("Authorization", "authorization", "cookie", "Cookie", "x"),
      fc.oneof(word, fc.array(word)),
    );
    const event = fc.oneof(
      fc.anything(),
      fc.record(
        {
          version: fc.constantFrom("1.0", "2.0", 5),
          headers: fc.oneof(headers, word),
          multiValueHeaders: fc.oneof(headers, word),
          cookies: fc.oneof(fc.array(word), word),
          requestContext: fc.oneof(
            fc.record(
              { authorizer: fc.oneof(authorizer, bag, word), identity: fc.oneof(bag, word) },
              { requiredKeys: [] },
            ),
            word,
          ),
        },
        { requiredKeys: [] },
      ),
    );
    await fc.assert(
      fc.asyncProperty(event, fc.anything(), fc.boolean(), async (given, context, optional) => {
        const outcome = await run(given, { optional, cookie: "session" }, context).catch(error => error);
        if (outcome instanceof Error) {
          expect(outcome).toBeInstanceOf(HttpError);
          expect((outcome as HttpError).statusCode).toBe(401);
        } else expect(outcome.user === undefined ? optional : typeof outcome.user.id === "string").toBe(true);
      }),
      { numRuns: 2000 },
    );
  });
});

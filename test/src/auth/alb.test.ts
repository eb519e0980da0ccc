import { generateKeyPairSync, sign } from "node:crypto";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import * as face from "../../../src/index.ts";
import { eventOf, received, sources } from "../../support/events.ts";
import { ed25519, jwk, p256, pem, rsa } from "./keysForTests.ts";

const region = "eu-west-1";
const signer = `arn:aws:elasticloadbalancing:${region}:123456789012:loadbalancer/app/shop/50dc6c495c0c9188`;
const other = signer.replace("shop", "evil");
const kid = "12345678-90ab-4def-8234-567890abcdef";
const start = 1_800_000_000_000;
const inTwoMinutes = start / 1000 + 120;
const usualHead = { alg: "ES256", kid, signer, iss: "https://idp.example", client: "us", exp: inTwoMinutes };
const usualClaims = { sub: "u1", email: "ann@example.com" };

/** As a load balancer writes it: padded. */
const encode = (value: unknown): string => {
  const text = Buffer.from(JSON.stringify(value)).toString("base64url");
  return text.padEnd(Math.ceil(text.length / 4) * 4, "=");
};
function dataOf(head: object = {}, claims: object = {}, key = p256.privateKey): string {
  const signed = `${encode({ ...usualHead, ...head })}.${encode({ ...usualClaims, ...claims })}`;
  const signature = sign("sha256", Buffer.from(signed), { key, dsaEncoding: "ieee-p1363" });
  return `${signed}.${signature.toString("base64url")}==`;
}

type Options = Parameters<typeof face.authUser>[0];

/** Who is found to call, or the status of the refusal. */
async function whoCalls(
  data: string | readonly string[],
  options: Options = {},
  {
    source = "alb",
    method = "GET",
    headers = {},
  }: { source?: string; method?: string; headers?: object } = {},
) {
  const handler = face.pipeline(
    [
      face.errors({ logger: false }),
      face.authUser({
        loadUser: id => ({ id }),
        secret: "a secret of more than 32 bytes, for tests",
        alb: { signer, key: p256.publicKey },
        ...options,
      }),
      face.serialize(),
    ],
    (_event, { user, claims }) => ({ user, claims }),
  );
  const request = { method, path: "/x", headers: { ...headers, "x-amzn-oidc-data": data } };
  const event = eventOf(source as "alb", request);
  const { status, body } = received(source as "alb", (await handler(event, {})) as never);
  return status === 200 ? JSON.parse(body.toString()) : status;
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date"], now: start });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe("a user whom the load balancer signed in", () => {
  it("is known by its sub, with all claims, issuer and audience", async () => {
    for (const source of ["alb", "alb-multi"]) {
      expect(await whoCalls(dataOf(), {}, { source })).toEqual({
        user: { id: "u1" },
        claims: { ...usualClaims, iss: "https://idp.example", aud: "us" },
      });
    }
    expect((await whoCalls(dataOf(), { idClaim: "email" })).user).toEqual({ id: "ann@example.com" });
    expect(await whoCalls(dataOf(), { idClaim: "username" })).toBe(401);
    expect(await whoCalls(dataOf({}, { sub: undefined }))).toBe(401);
  });

  it("counts on load balancers alone", async () => {
    for (const source of sources.filter(name => !name.startsWith("alb"))) {
      expect([source, await whoCalls(dataOf(), {}, { source })]).toEqual([source, 401]);
    }
    expect(await whoCalls(dataOf(), { alb: undefined } as never)).toBe(401);
  });

  it("does not count when anything of its token is wrong", async () => {
    const stranger = generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey;
    const good = dataOf();
    const [head = "", claims = "", signature = ""] = good.split(".");
    const wrong: [what: string, data: string][] = [
      ["another load balancer", dataOf({ signer: other })],
      ["no load balancer", dataOf({ signer: undefined })],
      ["a list of them", dataOf({ signer: [signer] })],
      ["another key", dataOf({}, {}, stranger)],
      ["another algorithm", dataOf({ alg: "HS256" })],
      ["no algorithm", dataOf({ alg: "none" })],
      ["what must be understood", dataOf({ crit: ["b64"], b64: false })],
      ["no key id", dataOf({ kid: undefined })],
      ["an end that is over", dataOf({ exp: start / 1000 - 61 })],
      ["an end of the claims that is over", dataOf({}, { exp: start / 1000 - 61 })],
      ["no end", dataOf({ exp: undefined })],
      ["an end that is text", dataOf({ exp: String(inTwoMinutes) })],
      ["a beginning that is not yet", dataOf({}, { nbf: inTwoMinutes })],
      ["other claims", `${head}.${encode({ sub: "admin" })}.${signature}`],
      ["another header", `${encode({ ...usualHead, client: "them" })}.${claims}.${signature}`],
      ["no signature", `${head}.${claims}.`],
      ["a part too many", `${good}.${claims}`],
      ["no token", "junk"],
      ["two of them", `${good}, ${dataOf({}, { sub: "u2" })}`],
    ];
    for (const [what, data] of wrong) {
      expect([what, await whoCalls(data)]).toEqual([what, 401]);
      expect([what, await whoCalls(data, { optional: true } as never)]).toEqual([what, 401]);
    }
    const lines = [good, dataOf({}, { sub: "u2" })];
    expect(await whoCalls(lines, {}, { source: "alb-multi" })).toBe(401);
  });

  it("may have the end in the header, the claims or both", async () => {
    expect((await whoCalls(dataOf({ exp: undefined }, { exp: inTwoMinutes }))).user).toEqual({ id: "u1" });
    expect((await whoCalls(dataOf({}, { exp: inTwoMinutes + 5 }))).user).toEqual({ id: "u1" });
  });

  it("has to say what is asked of claims", async () => {
    for (const [rules, isFound] of [
      [{ issuer: "https://idp.example", audience: "us" }, true],
      [{ issuer: "https://other.example" }, false],
      [{ audience: "them" }, false],
      [{ requiredClaims: ["email"] }, true],
      [{ requiredClaims: ["org"] }, false],
    ] as const) {
      const found = await whoCalls(dataOf(), rules);
      expect([rules, found.user?.id ?? found]).toEqual([rules, isFound ? "u1" : 401]);
    }
  });

  it("comes from the same origin with an unsafe request, since a cookie identifies the browser", async () => {
    const from = (site: string) =>
      whoCalls(dataOf(), {}, { method: "POST", headers: { "sec-fetch-site": site } });
    expect(await from("cross-site")).toBe(403);
    expect((await from("same-origin")).user).toEqual({ id: "u1" });
    expect((await whoCalls(dataOf(), {}, { method: "POST" })).user).toEqual({ id: "u1" });
  });

  it("leaves requests without it to tokens", async () => {
    const token = await face.signJwt({ sub: "u2" }, { secret: "a secret of more than 32 bytes, for tests" });
    const headers = { authorization: `Bearer ${token}` };
    expect((await whoCalls("", {}, { headers })).user).toEqual({ id: "u2" });
    expect((await whoCalls("", { optional: true } as never)).user).toBeUndefined();
  });
});

describe("the key", () => {
  it("may be text, a JWK, a key object, a CryptoKey, or found by its id", async () => {
    const cryptoKey = p256.publicKey.toCryptoKey({ name: "ECDSA", namedCurve: "P-256" }, true, ["verify"]);
    const asked: string[] = [];
    const find = async (id: string) => {
      asked.push(id);
      return pem(p256.publicKey);
    };
    for (const key of [pem(p256.publicKey), jwk(p256.publicKey), p256.publicKey, cryptoKey, find]) {
      const found = await whoCalls(dataOf(), { alb: { signer: [other, signer], key } as never });
      expect(found.user).toEqual({ id: "u1" });
    }
    expect(asked).toEqual([kid]);
    expect(await whoCalls(dataOf(), { alb: { signer, key: () => undefined } })).toBe(401);
  });

  it("is asked for only when all that was said is as it should be", async () => {
    const key = vi.fn(() => p256.publicKey);
    for (const data of ["junk", dataOf({ signer: other }), dataOf({ alg: "none" })]) {
      expect(await whoCalls(data, { alb: { signer, key } })).toBe(401);
    }
    expect(key).not.toHaveBeenCalled();
  });

  const served = (response: () => Response | Promise<Response>) => {
    const fetched: string[] = [];
    vi.stubGlobal("fetch", async (url: string) => {
      fetched.push(url);
      return response();
    });
    return fetched;
  };
  const of = (place: string) => `arn:aws:elasticloadbalancing:${place}:123456789012:loadbalancer/app/lb/1`;
  const by = (place: string, id = kid) =>
    whoCalls(dataOf({ signer: of(place), kid: id }), { alb: { signer: of(place) } });

  it("comes from the key server of the load balancer's region, once", async () => {
    const fetched = served(() => new Response(pem(p256.publicKey)));
    const found = await Promise.all([by("us-east-1"), by("us-east-1"), by("us-east-1")]);
    expect(found.map(({ user }) => user.id)).toEqual(["u1", "u1", "u1"]);
    expect((await by("us-east-1")).user.id).toBe("u1");
    expect(fetched).toEqual([`https://public-keys.auth.elb.us-east-1.amazonaws.com/${kid}`]);
    const gov = "arn:aws-us-gov:elasticloadbalancing:us-gov-west-1:123456789012:loadbalancer/app/lb/1";
    expect((await whoCalls(dataOf({ signer: gov }), { alb: { signer: gov } })).user.id).toBe("u1");
    expect(fetched[1]).toBe(
      `https://s3-us-gov-west-1.amazonaws.com/aws-elb-public-keys-prod-us-gov-west-1/${kid}`,
    );
  });

  it("of a server that fails is asked for once per cool-down, and is 503", async () => {
    let response = () => new Response("", { status: 500 });
    const fetched = served(() => response());
    for (let time = 0; time < 5; time++) expect(await by("us-east-2")).toBe(503);
    expect(fetched).toHaveLength(1);
    response = () => new Response(pem(p256.publicKey));
    vi.setSystemTime(start + 30_000);
    expect((await by("us-east-2")).user.id).toBe("u1");
    expect(fetched).toHaveLength(2);
  });

  it("that nobody knows is 401, asked for a few times alone, and only by an id that is one", async () => {
    const fetched = served(() => new Response("", { status: 403 }));
    for (let time = 10; time < 60; time++) {
      expect(await by("us-west-1", kid.replace("12345678", `123456${time}`))).toBe(401);
    }
    expect(fetched).toHaveLength(10);
    for (const id of ["../x", "", "x".repeat(36)]) expect(await by("us-west-2", id)).toBe(401);
    expect(fetched).toHaveLength(10);
  });
});

describe("the factory", () => {
  it("refuses options that are none", () => {
    const key = p256.publicKey;
    for (const [alb, message] of [
      [{ key }, 'authUser: option "alb" must have the load balancer\'s ARN as signer'],
      [{ signer: "", key }, 'authUser: option "alb" must have the load balancer\'s ARN as signer'],
      [{ signer: [], key }, 'authUser: option "alb" must have the load balancer\'s ARN as signer'],
      [{ signer, keys: key }, 'authUser: option "alb": unknown option "keys"; it takes signer, key'],
      [{ signer, key: undefined }, 'authUser: option "alb.key" is undefined'],
      [{ signer, key: rsa.publicKey }, 'authUser: option "alb.key" must be a P-256 key'],
      [{ signer, key: ed25519.publicKey }, 'authUser: option "alb.key" must be a P-256 key'],
      [
        { signer: "my-balancer" },
        'authUser: option "alb.signer" must be a load balancer\'s ARN of a region whose key server is known, or option "alb.key" be given',
      ],
    ] as const) {
      expect(() => face.authUser({ loadUser: () => 0, alb } as never)).toThrow(new TypeError(message));
    }
    const both = { loadUser: () => 0 as const, alb: { signer, key }, gateway: false };
    expect(() => face.authUser(both)).toThrow(
      'authUser: takes one of the options "alb" and "gateway: false"',
    );
  });
});

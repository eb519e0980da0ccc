import { createHmac, createSecretKey, generateKeyPairSync } from "node:crypto";
import fc from "fast-check";
import { decodeJwt, decodeProtectedHeader, exportJWK, generateKeyPair, jwtVerify, SignJWT } from "jose";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { authUser } from "../../../middlewares/authUser.ts";
import { isExpired, signJwt, verifyJwt } from "../../../src/auth/jwt.ts";
import { signatureCheckFor } from "../../../src/auth/tokens.ts";
import { Unauthorized } from "../../../src/core/errors.ts";
import { configure } from "../../../src/core/settings.ts";
import {
  certificate,
  certificateToken,
  ed25519,
  forged,
  jwk,
  p256,
  pem,
  rsa,
  secret,
} from "./keysForTests.ts";

const start = 1_800_000_000;
const at = (seconds: number) => vi.setSystemTime((start + seconds) * 1000);
const refused = (promise: Promise<unknown>) =>
  expect(promise).rejects.toSatisfy(
    error => error instanceof Unauthorized && error.message === "Unauthorized",
  );

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date"], now: start * 1000 });
  configure({ secretKey: secret });
});
afterEach(() => {
  vi.useRealTimers();
  configure({ secretKey: undefined, jwtAlgorithm: undefined, jwtExpiry: undefined, jwtLeeway: undefined });
});

describe("signJwt", () => {
  it("says when it was made and expires, by the settings", async () => {
    const token = await signJwt({ sub: "u1", role: "admin" });
    expect(decodeProtectedHeader(token)).toEqual({ alg: "HS256", typ: "JWT" });
    expect(decodeJwt(token)).toEqual({ sub: "u1", role: "admin", iat: start, exp: start + 300 });
    configure({ jwtExpiry: 60, jwtAlgorithm: "HS512", secretKey: secret.repeat(2) });
    const other = await signJwt({ sub: "u1" });
    expect(decodeProtectedHeader(other).alg).toBe("HS512");
    expect(decodeJwt(other).exp).toBe(start + 60);
    expect(await verifyJwt(other)).toEqual(decodeJwt(other));
  });

  it.each([
    [90, 90],
    ["2h", 7200],
    ["15 minutes", 900],
    [-10, -10],
    [0, 0],
  ])("takes %j as the time that it lives", async (expiresIn, seconds) => {
    expect(decodeJwt(await signJwt({ exp: 5 }, { expiresIn })).exp).toBe(start + seconds);
  });

  it("keeps the times of the payload, and leaves the payload as it was", async () => {
    const payload = { sub: "u1", iat: 5, exp: start + 5 };
    expect(decodeJwt(await signJwt(payload))).toEqual(payload);
    const empty = {};
    await signJwt(empty);
    expect(empty).toEqual({});
  });

  it("puts the claims and headers of its options where they belong", async () => {
    const token = await signJwt(
      {},
      { issuer: "i", audience: ["a", "b"], subject: "s", notBefore: 10, typ: "at+jwt", keyId: "k" },
    );
    expect(decodeProtectedHeader(token)).toEqual({ alg: "HS256", typ: "at+jwt", kid: "k" });
    const times = { iat: start, nbf: start + 10, exp: start + 300 };
    expect(decodeJwt(token)).toEqual({ iss: "i", aud: ["a", "b"], sub: "s", ...times });
  });

  it("is a TypeError without a key, or with one that cannot sign", async () => {
    configure({ secretKey: undefined });
    const unfit = (name: string, fits: string) =>
      `signJwt: option "algorithm": "${name}" does not fit the key, which takes ${fits}`;
    const rsaFits = "RS256, RS384, RS512, PS256, PS384, PS512";
    const cases: [object, string][] = [
      [{}, 'signJwt: no key to sign with; set settings.secretKey or give option "secret" or "key"'],
      [{ secret: undefined }, 'signJwt: option "secret" is undefined'],
      [{ secret: "" }, 'signJwt: option "secret" is empty'],
      [{ secret: {} }, 'signJwt: option "secret" must be a string or a Uint8Array'],
      [{ secret, key: pem(rsa.privateKey) }, "signJwt: takes one of the options secret, key"],
      [{ secret: pem(rsa.publicKey) }, 'signJwt: a PEM is not a secret; give it as option "key"'],
      [
        { secret: Buffer.from(pem(rsa.publicKey)) },
        'signJwt: a PEM is not a secret; give it as option "key"',
      ],
      [{ key: pem(rsa.publicKey) }, 'signJwt: option "key" cannot be read as an unencrypted private key'],
      [{ key: rsa.publicKey }, 'signJwt: option "key" must be a private key to sign with'],
      [{ key: pem(rsa.privateKey), algorithm: "HS256" }, unfit("HS256", rsaFits)],
      [{ key: pem(p256.privateKey), algorithm: "ES384" }, unfit("ES384", "ES256")],
      [{ secret, algorithm: "none" }, unfit("none", "HS256")],
      [{ secret, algorithm: "HS512" }, unfit("HS512", "HS256")],
      [{ secret, algorithm: "RS256" }, unfit("RS256", "HS256")],
      [{ secret, expiresIn: "soon" }, "Invalid time period format"],
      [{ secret, expiresIn: Number.NaN }, 'signJwt: option "expiresIn" must be a number or a string'],
    ];
    for (const [options, message] of cases) {
      await expect(signJwt({}, options), message).rejects.toThrow(new TypeError(message));
    }
    for (const payload of [undefined, null, "sub", 5, []]) {
      await expect(signJwt(payload as never, { secret })).rejects.toThrow(
        new TypeError("signJwt: payload must be an object"),
      );
    }
  });
});

describe("keys", () => {
  const hmac = { name: "HMAC", hash: "SHA-256" };
  const importHmac = () =>
    crypto.subtle.importKey("raw", Buffer.from(secret), hmac, false, ["sign", "verify"]);

  it.each<[string, () => object, () => object, string]>([
    ["a secret as text and as bytes", () => ({ secret }), () => ({ secret: Buffer.from(secret) }), "HS256"],
    [
      "a secret key object",
      () => ({ secret }),
      () => ({ key: createSecretKey(Buffer.from(secret)) }),
      "HS256",
    ],
    ["a secret JWK", () => ({ key: jwk(createSecretKey(Buffer.from(secret))) }), () => ({ secret }), "HS256"],
    ["an RSA PEM", () => ({ key: pem(rsa.privateKey) }), () => ({ key: pem(rsa.publicKey) }), "RS256"],
    [
      "a private PEM on both sides",
      () => ({ key: pem(p256.privateKey) }),
      () => ({ key: pem(p256.privateKey) }),
      "ES256",
    ],
    ["key objects", () => ({ key: ed25519.privateKey }), () => ({ key: ed25519.publicKey }), "EdDSA"],
    ["private key objects", () => ({ key: rsa.privateKey }), () => ({ key: rsa.privateKey }), "RS256"],
    ["JWKs", () => ({ key: jwk(p256.privateKey) }), () => ({ key: jwk(p256.publicKey) }), "ES256"],
    [
      "a private JWK on both sides",
      () => ({ key: jwk(rsa.privateKey) }),
      () => ({ key: jwk(rsa.privateKey) }),
      "RS256",
    ],
    [
      "JWKs with an alg",
      () => ({ key: jwk(rsa.privateKey, { alg: "PS384", use: "sig" }) }),
      () => ({ key: jwk(rsa.publicKey, { alg: "PS384" }) }),
      "PS384",
    ],
    [
      "a set",
      () => ({ key: jwk(p256.privateKey) }),
      () => ({ jwks: { keys: [jwk(p256.publicKey)] } }),
      "ES256",
    ],
  ])("of every form sign and verify: %s", async (_title, signing, verifying, alg) => {
    const token = await signJwt({ sub: "u1" }, signing());
    expect(decodeProtectedHeader(token).alg).toBe(alg);
    for (let time = 0; time < 2; time++) {
      expect(await verifyJwt(token, verifying())).toEqual({ sub: "u1", iat: start, exp: start + 300 });
    }
    await refused(verifyJwt(`${token.slice(0, -8)}AAAAAAAA`, verifying()));
  });

  it("may be CryptoKeys, extractable or not", async () => {
    const { privateKey, publicKey } = await generateKeyPair("EdDSA");
    const token = await signJwt({ sub: "u1" }, { key: privateKey });
    expect(await verifyJwt(token, { key: publicKey })).toMatchObject({ sub: "u1" });
    expect(
      await verifyJwt(await signJwt({ sub: "u2" }, { key: await importHmac() }), { secret }),
    ).toMatchObject({
      sub: "u2",
    });
    await expect(verifyJwt(token, { key: privateKey })).rejects.toThrow(
      new TypeError(
        'verifyJwt: option "key" is a CryptoKey of an unsupported algorithm, or not made to verify',
      ),
    );
  });

  it("may be a certificate", async () => {
    const signed = await signatureCheckFor("test", { key: certificate })(certificateToken);
    expect(JSON.parse(signed?.payload ?? "null")).toEqual({ sub: "u1" });
    expect(await signatureCheckFor("test", { key: p256.publicKey })(certificateToken)).toBeUndefined();
  });

  it("may be a PEM in the settings", async () => {
    configure({ secretKey: pem(p256.privateKey), jwtAlgorithm: "ES256" });
    const token = await signJwt({ sub: "u1" });
    expect(decodeProtectedHeader(token).alg).toBe("ES256");
    expect(await verifyJwt(token)).toMatchObject({ sub: "u1" });
    configure({ jwtAlgorithm: "HS256" });
    await expect(verifyJwt(token)).rejects.toThrow(
      new TypeError('settings.secretKey: a PEM is not a secret; give it as option "key"'),
    );
  });

  it("may be several in the settings: the first signs, all verify", async () => {
    const [older, newer, other] = ["older", "newer", "other"].map(name => name.repeat(8)) as [
      string,
      string,
      string,
    ];
    configure({ secretKey: older });
    const old = await signJwt({ sub: "u1" });
    configure({ secretKey: [newer, older] });
    const fresh = await signJwt({ sub: "u2" });
    expect([await verifyJwt(old), await verifyJwt(fresh)]).toMatchObject([{ sub: "u1" }, { sub: "u2" }]);
    configure({ secretKey: newer });
    await refused(verifyJwt(old));
    expect(await verifyJwt(fresh)).toMatchObject({ sub: "u2" });
    await refused(verifyJwt(await signJwt({ sub: "u1" }, { secret: other })));
  });

  it("find the right one of several that a token without kid may mean", async () => {
    const other = jwk(p256.publicKey, { kid: "other", x: jwk(p256.publicKey).x });
    const jwks = { keys: [jwk(rsa.publicKey), { kty: "new", crv: "X" }, other] };
    const { privateKey, publicKey } = await generateKeyPair("ES256", { extractable: true });
    const second = { ...(await exportJWK(publicKey)), kid: "second" };
    const token = await signJwt({ sub: "u1" }, { key: privateKey });
    expect(await verifyJwt(token, { jwks: { keys: [...jwks.keys, second] } })).toMatchObject({ sub: "u1" });
    await refused(verifyJwt(token, { jwks: { keys: [...jwks.keys, jwk(p256.publicKey, { kid: "3" })] } }));
    await refused(verifyJwt(await signJwt({}, { key: privateKey, keyId: "other" }), { jwks }));
  });

  it("that are unusable are a TypeError", async () => {
    const { privateKey: small } = generateKeyPairSync("rsa", { modulusLength: 1024 });
    const unsupported =
      'verifyJwt: option "key" must be an RSA key of at least 2048 bits, a P-256, P-384 or P-521 key, or an Ed25519 key';
    const form =
      'verifyJwt: option "key" must be a PEM, a JWK, a KeyObject or a CryptoKey; a shared secret goes into "secret"';
    const unfit = (name: string, fits: string) =>
      `verifyJwt: option "algorithms": "${name}" does not fit the key, which takes ${fits}`;
    const asymmetric = "RS256, RS384, RS512, PS256, PS384, PS512, ES256, ES384, ES512, EdDSA, Ed25519";
    const set = 'verifyJwt: option "jwks" must be a JSON Web Key Set';
    const cases: [object, string][] = [
      [{ key: small }, unsupported],
      [{ key: secret }, form],
      [{ key: Buffer.from(secret) }, form],
      [{ key: {} }, form],
      [{ key: undefined }, 'verifyJwt: option "key" is undefined'],
      [
        { key: "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----" },
        'verifyJwt: option "key" cannot be read as a public key, a certificate or a private key',
      ],
      [
        { key: jwk(rsa.publicKey, { alg: "ES256" }) },
        'verifyJwt: option "key" is a JWK whose alg does not fit it',
      ],
      [
        { key: jwk(rsa.publicKey, { use: "enc" }) },
        'verifyJwt: option "key" is a JWK whose use is not "sig"',
      ],
      [
        { key: pem(rsa.publicKey), algorithms: ["HS256"] },
        unfit("HS256", "RS256, RS384, RS512, PS256, PS384, PS512"),
      ],
      [{ key: pem(p256.publicKey), algorithms: ["ES256", "HS256"] }, unfit("HS256", "ES256")],
      [{ secret, algorithms: ["RS256"] }, unfit("RS256", "HS256")],
      [{ secret, algorithms: ["none"] }, unfit("none", "HS256")],
      [{ secret, algorithms: [] }, 'verifyJwt: option "algorithms" must name at least one'],
      [{ jwks: "https://example.com/keys", algorithms: ["HS256"] }, unfit("HS256", asymmetric)],
      [{ jwks: { keys: [jwk(p256.publicKey)] }, algorithms: ["RS256"] }, unfit("RS256", "ES256")],
      [{ jwks: "no address" }, `${set} or an https address`],
      [{ jwks: "file:///keys.json" }, `${set} or an https address`],
      [{ jwks: {} }, set],
      [{ jwks: { keys: [5] } }, set],
      [{ jwks: { keys: [] } }, 'verifyJwt: option "jwks" holds no key that is supported'],
      [{ jwks: { keys: [jwk(p256.privateKey)] } }, 'verifyJwt: option "jwks" must hold public keys alone'],
      [
        { jwks: { keys: [{ kty: "oct", k: "AAAA" }] } },
        'verifyJwt: option "jwks" must hold public keys alone',
      ],
      [{ secret, key: rsa.publicKey }, "verifyJwt: takes one of the options secret, key"],
      [{ leeway: -1 }, 'verifyJwt: option "leeway" must be a whole number of at least 0'],
      [{ clock: 1 }, "verifyJwt: unknown option"],
    ];
    for (const [options, message] of cases) {
      const error = await verifyJwt("a.b.c", options).catch(caught => caught);
      expect([error.constructor, error.message], message).toEqual([
        TypeError,
        expect.stringContaining(message),
      ]);
    }
  });
});

describe("verifyJwt", () => {
  it("is no 401 but an Error when there is no key, and does not show the secret", async () => {
    configure({ secretKey: undefined });
    const error = await verifyJwt(await signJwt({}, { secret })).catch(caught => caught);
    expect([error.constructor, error.message]).toEqual([
      Error,
      "verifyJwt: no key to verify tokens with; set settings.secretKey",
    ]);
  });

  it("refuses a secret of fewer than 32 bytes", async () => {
    for (const secret of ["s", "x".repeat(31), new Uint8Array(31)]) {
      const message = "a secret must have at least 32 bytes (RFC 7518 section 3.2)";
      await expect(signJwt({}, { secret })).rejects.toThrow(new TypeError(`signJwt: ${message}`));
      await expect(verifyJwt("a.b.c", { secret })).rejects.toThrow(new TypeError(`verifyJwt: ${message}`));
      expect(() => authUser({ secret, loadUser: id => ({ id }) })).toThrow(
        new TypeError(`authUser: ${message}`),
      );
    }
  });

  it("refuses what is meant for others: another audience, another type, no end", async () => {
    const good = { sub: "u1" };
    for (const options of [
      { audience: "another-client" },
      { audience: ["another-client"] },
      { typ: "logout+jwt" },
      { typ: "reset" },
      { typ: "application/secevent+jwt" },
    ]) {
      await refused(verifyJwt(await signJwt(good, options)));
    }
    const endless = await new SignJWT(good)
      .setProtectedHeader({ alg: "HS256" })
      .sign(new TextEncoder().encode(secret));
    await refused(verifyJwt(endless));
    for (const options of [{ typ: "at+jwt" }, { typ: "JWT" }, { typ: "application/JWT" }, {}]) {
      expect(await verifyJwt(await signJwt(good, options))).toMatchObject(good);
    }
    const reset = await signJwt(good, { typ: "reset" });
    expect(await verifyJwt(reset, { typ: "reset" })).toMatchObject(good);
    await refused(verifyJwt(await signJwt(good), { typ: "reset" }));
    const foreign = await signJwt(good, { audience: "x" });
    expect(await verifyJwt(foreign, { audience: false })).toMatchObject(good);
  });

  it("refuses a JWK that is not for verifying", async () => {
    for (const change of [{ key_ops: ["encrypt"] }, { key_ops: [] }, { use: "enc" }]) {
      const key = jwk(rsa.publicKey, change as never);
      await expect(verifyJwt("a.b.c", { key })).rejects.toThrow(TypeError);
      await expect(verifyJwt("a.b.c", { jwks: { keys: [key] } })).rejects.toThrow(TypeError);
    }
    const key = jwk(rsa.publicKey, { key_ops: ["verify"] } as never);
    const token = await signJwt({ sub: "u1" }, { key: rsa.privateKey });
    expect(await verifyJwt(token, { key })).toMatchObject({ sub: "u1" });
  });

  it("refuses whatever is not a token, to the letter", async () => {
    const token = await signJwt({ sub: "u1" });
    await verifyJwt(token);
    const [header, payload, signature] = token.split(".") as [string, string, string];
    const malformed: unknown[] = [
      ...[undefined, null, 5, {}, [token], "", ".", "..", "a.b", "a.b.c", "a.b.c.d"],
      ...[` ${token}`, `${token} `, `${token}\n`, `${token}=`, `${token}.`, `Bearer ${token}`, `"${token}"`],
      ...[
        `${header}=.${payload}.${signature}`,
        `${header}.${payload}=.${signature}`,
        `${header}.${payload}.`,
      ],
      `${header}.${payload}.${signature.slice(0, -1)}`,
      `${header}.${payload}.${signature}A`,
      token.toUpperCase(),
    ];
    for (const bad of malformed) await refused(verifyJwt(bad as never));
  });

  it("refuses every change of a token, also of one that was just verified", async () => {
    const token = await signJwt({ sub: "u1" });
    await verifyJwt(token);
    const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    for (let index = 0; index < token.length; index += 3) {
      const letter = token[index] as string;
      if (letter === ".") continue;
      // The highest bit of the six: a token's last character may have low bits that mean nothing.
      const changed = alphabet[alphabet.indexOf(letter) ^ 32];
      await refused(verifyJwt(token.slice(0, index) + changed + token.slice(index + 1)));
    }
  });

  it("knows no algorithm but those of its key", async () => {
    const key = pem(rsa.publicKey);
    const payload = { sub: "admin" };
    const confused = await new SignJWT(payload)
      .setProtectedHeader({ alg: "HS256" })
      .sign(new TextEncoder().encode(key));
    await refused(verifyJwt(confused, { key }));
    for (const alg of ["none", "None", "NONE", "", undefined, null, 5, ["HS256"], "HS1"]) {
      await refused(verifyJwt(forged({ alg }, payload)));
      await refused(verifyJwt(forged({ alg }, payload, "")));
    }
    const strong = secret.repeat(2);
    await refused(
      verifyJwt(await signJwt(payload, { secret: strong, algorithm: "HS512" }), { secret: strong }),
    );
    const pss = await signJwt(payload, { key: rsa.privateKey, algorithm: "PS256" });
    await refused(verifyJwt(pss, { key, algorithms: ["RS256"] }));
    expect(await verifyJwt(pss, { key, algorithms: ["PS256"] })).toMatchObject(payload);
  });

  it("refuses unencoded payloads, unknown critical headers, and payloads that are not objects", async () => {
    const sign = (header: object, payload: string | Uint8Array) => {
      const part = typeof payload === "string" ? payload : Buffer.from(payload).toString("base64url");
      const input = `${Buffer.from(JSON.stringify(header)).toString("base64url")}.${part}`;
      return `${input}.${createHmac("sha256", secret).update(input).digest("base64url")}`;
    };
    const alg = "HS256";
    expect(await verifyJwt(sign({ alg }, Buffer.from('{"sub":"u1","exp":4e9}')))).toEqual({
      sub: "u1",
      exp: 4e9,
    });
    for (const payload of ["[]", "5", "null", '"a"', "{", "\u0000", '{"a":1}}']) {
      await refused(verifyJwt(sign({ alg }, Buffer.from(payload))));
    }
    await refused(verifyJwt(sign({ alg }, Buffer.from([123, 34, 255, 34, 58, 49, 125]))));
    await refused(verifyJwt(sign({ alg, b64: false, crit: ["b64"] }, "eyJzdWIiOiJ1MSJ9")));
    await refused(verifyJwt(forged({ alg: "HS256", crit: ["x"], x: 1 }, {})));
  });

  it("holds from nbf to before exp, by the leeway", async () => {
    const token = await signJwt({ nbf: start + 100, exp: start + 200 });
    const times: [leeway: number, seconds: number, holds: boolean][] = [
      [0, 99, false],
      [0, 100, true],
      [0, 199, true],
      [0, 200, false],
      [60, 39, false],
      [60, 40, true],
      [60, 259, true],
      [60, 260, false],
    ];
    for (const [leeway, seconds, holds] of times) {
      at(seconds);
      for (const options of [{ leeway }, ...(leeway === 60 ? [{}] : [])]) {
        if (holds) expect(await verifyJwt(token, options)).toMatchObject({ nbf: start + 100 });
        else await refused(verifyJwt(token, options));
      }
      configure({ jwtLeeway: leeway });
      const response = await verifyJwt(token).then(
        () => true,
        () => false,
      );
      expect(response).toBe(holds);
      configure({ jwtLeeway: undefined });
    }
  });

  it("asks for issuer, audience, typ and required claims, as often as it is asked", async () => {
    const token = await signJwt({ org: null }, { issuer: "i", audience: ["a", "b"], typ: "at+jwt" });
    const good = [
      { issuer: "i", audience: "a" },
      { issuer: ["j", "i"], audience: false as const },
      { audience: "b" },
      { audience: ["c", "a"] },
      { typ: "AT+JWT", audience: "a" },
      { typ: "application/at+jwt", audience: "a" },
      { requiredClaims: ["org", "iss"], audience: "a" },
    ];
    const bad = [
      {},
      { issuer: "i" },
      { issuer: "j", audience: "a" },
      { issuer: [], audience: "a" },
      { audience: "c" },
      { audience: ["c"] },
      { typ: "JWT", audience: "a" },
      { requiredClaims: ["sub"], audience: "a" },
      { requiredClaims: ["toString"], audience: "a" },
      { issuer: "i", audience: "c" },
    ];
    for (let time = 0; time < 2; time++) {
      for (const options of good) expect(await verifyJwt(token, options)).toMatchObject({ iss: "i" });
      for (const options of bad) await refused(verifyJwt(token, options));
    }
    const bare = await signJwt({});
    for (const options of [{ issuer: "i" }, { audience: "a" }]) await refused(verifyJwt(bare, options));
  });

  it("does not let one caller change what the next one is given", async () => {
    const token = await signJwt({ sub: "u1", roles: ["reader"] });
    const first = await verifyJwt(token);
    (first.roles as string[]).push("admin");
    first.sub = "u2";
    expect(await verifyJwt(token)).toMatchObject({ sub: "u1", roles: ["reader"] });
  });

  it("binds what it remembers to the key and the algorithms", async () => {
    const other = `${secret} (another)`;
    const token = await signJwt({ sub: "u1" }, { secret });
    expect(await verifyJwt(token, { secret })).toMatchObject({ sub: "u1" });
    await refused(verifyJwt(token, { secret: other }));
    configure({ secretKey: secret });
    expect(await verifyJwt(token)).toMatchObject({ sub: "u1" });
    configure({ secretKey: other });
    await refused(verifyJwt(token));
    const bytes = new TextEncoder().encode(secret);
    expect(await verifyJwt(token, { secret: bytes })).toMatchObject({ sub: "u1" });
    bytes[0] = 0;
    await refused(verifyJwt(token, { secret: bytes }));
    const jwks = { keys: [jwk(p256.publicKey)] };
    const signed = await signJwt({ sub: "u1" }, { key: p256.privateKey });
    expect(await verifyJwt(signed, { jwks })).toMatchObject({ sub: "u1" });
    jwks.keys = [jwk(rsa.publicKey)];
    await refused(verifyJwt(signed, { jwks }));
  });

  it("takes of what jose takes that which ends and is meant for us, the first time and the second", async () => {
    const number = fc.oneof(
      fc.integer({ min: start - 200, max: start + 200 }),
      fc.constantFrom("5", null, true, 0.5),
    );
    const text = fc.constantFrom("a", "b", "A", "application/a", 5, null, [], ["a"], ["a", 5], ["c"], "");
    const type = fc.oneof(text, fc.constantFrom("JWT", "at+jwt", "application/at+JWT", "jwt"));
    const claims = fc.record(
      { exp: number, nbf: number, iat: number, iss: text, aud: text, sub: text },
      { requiredKeys: [] },
    );
    const names = fc.constantFrom("a", ["a", "b"], "c", []);
    const options = fc.record(
      {
        leeway: fc.integer({ min: 0, max: 100 }),
        issuer: names,
        audience: names,
        typ: fc.constantFrom("a", "application/A", "c"),
        requiredClaims: fc.subarray(["sub", "iat", "x"]),
      },
      { requiredKeys: ["leeway"] },
    );
    const key = new TextEncoder().encode(secret);
    await fc.assert(
      fc.asyncProperty(claims, type, options, async (payload, typ, rules) => {
        const token = await new SignJWT(payload as never)
          .setProtectedHeader({ alg: "HS256", typ: typ as never })
          .sign(key);
        const { leeway, ...rest } = rules;
        const joseOptions = { ...rest, clockTolerance: leeway, algorithms: ["HS256"] };
        const isForUs =
          payload.exp !== undefined &&
          (payload.aud === undefined || rules.audience !== undefined) &&
          (rules.typ !== undefined || /^(application\/)?(at\+)?jwt$/i.test(String(typ)));
        const wanted = await jwtVerify(token, key, joseOptions as never).then(
          result => (isForUs ? result.payload : "refused"),
          () => "refused",
        );
        for (let time = 0; time < 2; time++) {
          const response = await verifyJwt(token, { secret, ...rules } as never).catch(error => {
            expect(error).toBeInstanceOf(Unauthorized);
            return "refused";
          });
          expect(response).toEqual(wanted);
        }
      }),
      { numRuns: 1000 },
    );
  });
});

describe("isExpired", () => {
  it("is true from the second of exp on, plus the leeway", () => {
    for (const claims of [start + 10, { exp: start + 10 }]) {
      at(9);
      expect(isExpired(claims)).toBe(false);
      at(10);
      expect(isExpired(claims)).toBe(true);
      expect(isExpired(claims, { leeway: 1 })).toBe(false);
      at(11);
      expect(isExpired(claims, { leeway: 1 })).toBe(true);
    }
  });

  it("is false for claims without exp, and true for an exp that is not a number", () => {
    expect(isExpired({})).toBe(false);
    for (const exp of [Number.NaN, "9999999999", null, undefined]) expect(isExpired(exp as never)).toBe(true);
    expect(isExpired({ exp: "9999999999" as never })).toBe(true);
    expect(() => isExpired(5, { leeway: -1 })).toThrow(
      new TypeError('isExpired: option "leeway" must be a whole number of at least 0'),
    );
  });
});

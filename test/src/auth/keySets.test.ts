import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { exportJWK, generateKeyPair, type JWK } from "jose";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { authUser } from "../../../middlewares/authUser.ts";
import { signJwt, verifyJwt } from "../../../src/auth/jwt.ts";
import { HttpError, Unauthorized } from "../../../src/core/errors.ts";

interface TestKey {
  kid: string;
  privateKey: Parameters<typeof exportJWK>[0];
  jwk: JWK;
}

async function makeKey(kid: string): Promise<TestKey> {
  const { privateKey, publicKey } = await generateKeyPair("ES256", { extractable: true });
  return { kid, privateKey, jwk: { ...(await exportJWK(publicKey)), kid, alg: "ES256", use: "sig" } };
}

const [first, second] = await Promise.all([makeKey("first"), makeKey("second")]);
const start = 1_800_000_000_000;
const minutes = 60_000;

/** A key server that counts its visitors. */
let server: Server;
let jwks: string;
let served: unknown;
let status: number;
let fetches: number;

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ["Date"], now: start });
  status = 200;
  fetches = 0;
  served = { keys: [first.jwk] };
  server = createServer((_request, response) => {
    fetches++;
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(served));
  });
  await new Promise<void>(done => server.listen(0, "127.0.0.1", done));
  jwks = `http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks.json`;
});
afterEach(async () => {
  vi.useRealTimers();
  server.closeAllConnections();
  await new Promise(done => server.close(done));
});

const rules = { issuer: "https://issuer.example", audience: "us" };
const sign = ({ privateKey, kid }: TestKey) =>
  signJwt({ sub: "u1" }, { key: privateKey as never, keyId: kid, expiresIn: "10h", ...rules });
const outcome = (token: string) =>
  verifyJwt(token, { jwks, ...rules }).then(
    claims => claims.sub,
    error => (error instanceof HttpError ? error.statusCode : error),
  );

describe("a remote key set", () => {
  it("is fetched once for many tokens, by all who verify with it", async () => {
    const { before } = authUser({ jwks, ...rules, loadUser: id => ({ id }) });
    expect(fetches).toBe(0);
    const token = await sign(first);
    const tokens = [token, token, await sign(first), token];
    expect(await Promise.all(tokens.map(outcome))).toEqual(["u1", "u1", "u1", "u1"]);
    const context = {};
    await before?.({ event: { headers: { authorization: `Bearer ${token}` } }, context } as never);
    expect(context).toMatchObject({ user: { id: "u1" } });
    expect(await verifyJwt(token, { jwks: new URL(jwks), ...rules })).toMatchObject({ sub: "u1" });
    expect(fetches).toBe(1);
  });

  it("is fetched again for a key that it does not know, but not at every wrong token", async () => {
    expect(await outcome(await sign(first))).toBe("u1");
    served = { keys: [first.jwk, second.jwk] };
    const token = await sign(second);
    for (let time = 0; time < 5; time++) expect(await outcome(token)).toBe(401);
    expect(fetches).toBe(1);
    vi.setSystemTime(start + 31_000);
    expect(await outcome(token)).toBe("u1");
    expect(await outcome(token)).toBe("u1");
    expect(fetches).toBe(2);
  });

  it("no longer lets remembered tokens through once their key is withdrawn", async () => {
    const token = await sign(first);
    for (let time = 0; time < 3; time++) expect(await outcome(token)).toBe("u1");
    served = { keys: [second.jwk] };
    vi.setSystemTime(start + 10 * minutes - 1);
    expect(await outcome(token)).toBe("u1");
    vi.setSystemTime(start + 11 * minutes);
    expect(await outcome(token)).toBe(401);
    expect(await outcome(await sign(second))).toBe("u1");
    expect(fetches).toBe(2);
  });

  it("no longer lets them through when another token's key made it fetch, or a key changed under its name", async () => {
    const token = await sign(first);
    expect(await outcome(token)).toBe("u1");
    served = { keys: [second.jwk, { ...second.jwk, kid: "first" }] };
    vi.setSystemTime(start + minutes);
    expect(await outcome(token)).toBe("u1");
    expect(await outcome(await sign(second))).toBe("u1");
    expect(await outcome(token)).toBe(401);
  });

  it("that cannot be had is 503, not the token's fault", async () => {
    const token = await sign(first);
    for (const [code, body] of [
      [500, { keys: [first.jwk] }],
      [302, { keys: [first.jwk] }],
      [200, { keys: "none" }],
      [200, null],
    ] as const) {
      [status, served] = [code, body];
      vi.setSystemTime(Date.now() + 31_000);
      const error = await verifyJwt(token, { jwks, ...rules }).catch(caught => caught);
      expect(error).toBeInstanceOf(HttpError);
      expect([error.statusCode, error.message, error.expose]).toEqual([503, "Service Unavailable", false]);
    }
    [status, served] = [200, { keys: [first.jwk] }];
    vi.setSystemTime(Date.now() + 31_000);
    expect(await outcome(token)).toBe("u1");
  });

  it("whose server fails is asked once per cool-down, whatever tokens come", async () => {
    status = 500;
    for (const token of [await sign(first), await sign(second), await sign(first)]) {
      expect(await outcome(token)).toBe(503);
    }
    expect(fetches).toBe(1);
    vi.setSystemTime(start + 31_000);
    expect(await outcome(await sign(second))).toBe(503);
    expect(fetches).toBe(2);
  });

  it("needs to be given whose tokens for whom it verifies", () => {
    for (const [options, missing] of [
      [{}, "issuer"],
      [{ audience: "us" }, "issuer"],
      [{ issuer: "i" }, "audience"],
    ] as const) {
      expect(() => authUser({ jwks, ...options, loadUser: id => ({ id }) })).toThrow(
        `authUser: a remote key set needs option "${missing}"`,
      );
    }
    expect(() => authUser({ jwks, issuer: "i", audience: false, loadUser: id => ({ id }) })).not.toThrow();
  });

  it("comes over https, or from this very machine", () => {
    for (const address of [
      "http://keys.example/jwks.json",
      "http://127.0.0.1.example/",
      "ftp://127.0.0.1/",
      "http://10.0.0.1/",
    ]) {
      expect(() => authUser({ jwks: address, ...rules, loadUser: id => ({ id }) }), address).toThrow(
        TypeError,
      );
    }
    for (const address of [
      "https://keys.example/jwks.json",
      "http://localhost:1/",
      "http://[::1]:1/",
      "http://127.9.0.1/",
    ]) {
      expect(() => authUser({ jwks: address, ...rules, loadUser: id => ({ id }) }), address).not.toThrow();
    }
  });

  it("never takes a shared secret for a key", async () => {
    const secret = "a secret of more than 32 bytes for tests";
    served = { keys: [{ kty: "oct", k: Buffer.from(secret).toString("base64url"), kid: "s" }, first.jwk] };
    await expect(
      verifyJwt(await signJwt({ sub: "u1" }, { secret, keyId: "s", ...rules }), { jwks, ...rules }),
    ).rejects.toThrow(new Unauthorized());
  });
});

import { describe, expect, it } from "vitest";
import * as face from "../../../src/index.ts";
import { eventOf, received, sources } from "../../support/events.ts";

const { sessionCookie, clearSessionCookie } = face;

describe("a session cookie", () => {
  it("is for this host, over https, hidden from scripts and from other sites", () => {
    expect(sessionCookie("a.b.c")).toBe("__Host-session=a.b.c; Path=/; HttpOnly; Secure; SameSite=Lax");
    expect(sessionCookie("a", { name: "id", maxAge: 3600, sameSite: "Strict" })).toBe(
      "__Host-id=a; Path=/; Max-Age=3600; HttpOnly; Secure; SameSite=Strict",
    );
    expect(sessionCookie("a", { name: "__Host-id" })).toBe(sessionCookie("a", { name: "id" }));
  });

  it("is taken back under the same name", () => {
    expect(clearSessionCookie()).toBe("__Host-session=; Path=/; Max-Age=0; HttpOnly; Secure; SameSite=Lax");
    expect(clearSessionCookie({ name: "id" })).toMatch(/^__Host-id=; Path=\/; Max-Age=0; /);
  });

  it("takes nothing that would make another cookie of it, and shows no value", () => {
    for (const value of [
      "",
      "a b",
      "a;Domain=x",
      "a,b",
      'a"',
      "a\\b",
      "a\r\nb",
      "é",
      "\u0000",
      undefined,
      5,
    ]) {
      const attempt = () => sessionCookie(value as string);
      expect(attempt).toThrow(TypeError);
      expect(attempt).not.toThrow(/Domain=x/);
    }
    for (const [options, message] of [
      [{ name: "a b" }, 'sessionCookie: option "name" must be the name of a cookie'],
      [{ name: "" }, 'sessionCookie: option "name" must be the name of a cookie'],
      [{ name: "a=b" }, 'sessionCookie: option "name" must be the name of a cookie'],
      [{ sameSite: "None" }, 'sessionCookie: option "sameSite" must be "Lax" or "Strict"'],
      [{ maxAge: -1 }, 'sessionCookie: option "maxAge" must be a whole number of at least 0'],
      [{ domain: "x" }, 'sessionCookie: unknown option "domain"; it takes name, maxAge, sameSite'],
    ] as const) {
      expect(() => sessionCookie("a", options as never)).toThrow(new TypeError(message));
    }
    expect(() => sessionCookie("a".repeat(4096))).toThrow("have more than 4096 characters");
    expect(() => clearSessionCookie({ maxAge: 5 } as never)).toThrow(TypeError);
  });

  it.each(sources)("signs a browser in and out on %s", async source => {
    const secret = "a secret of more than 32 bytes, for tests";
    const login = face.pipeline([face.serialize()], async () =>
      face.respond({
        status: 204,
        cookies: [sessionCookie(await face.signJwt({ sub: "u1" }, { secret }), { maxAge: 60 })],
      }),
    );
    const me = face.pipeline(
      [
        face.errors({ logger: false }),
        face.authUser({ secret, cookie: "__Host-session", loadUser: id => ({ id }) }),
        face.serialize(),
      ],
      (_event, { user }) => user,
    );
    const sent = received(source, (await login(eventOf(source, { method: "POST" }), {})) as never);
    expect([sent.status, sent.headers["cache-control"]]).toEqual([204, "no-store"]);
    const cookies = sent.cookies.map(cookie => cookie.split(";")[0] as string);
    const ask = async (own: string[]) =>
      received(source, (await me(eventOf(source, { cookies: own }), {})) as never);
    expect(JSON.parse((await ask(cookies)).body.toString())).toEqual({ id: "u1" });
    expect((await ask([clearSessionCookie().split(";")[0] as string])).status).toBe(401);
  });
});

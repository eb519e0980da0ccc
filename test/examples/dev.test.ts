import { afterEach, expect, it } from "vitest";
import { startDev, stopAll } from "../support/cli.ts";

afterEach(stopAll);

it("tsverless dev serves the example, with its documentation, on every source", async () => {
  for (const source of ["v1", "v2", "alb", "url"]) {
    const dev = await startDev(["examples/blog", "--source", source], { env: { BLOG_DB: ":memory:" } });
    const post = (path: string, body: object, headers: Record<string, string> = {}) =>
      dev.get(path, {
        method: "POST",
        headers: { "content-type": "application/json", ...headers },
        body: JSON.stringify(body),
      });
    const ann = { email: "ann@example.com", password: "correct horse" };
    expect((await post("/users", ann)).status).toBe(201);
    const { token } = (await post("/login", ann)).body as { token: string };
    const made = await post(
      "/posts",
      { title: "Hello", text: "First" },
      { authorization: `Bearer ${token}` },
    );
    expect([source, made.status]).toEqual([source, 201]);
    expect((await dev.get("/posts")).body).toMatchObject([{ title: "Hello", text: "First" }]);
    expect((await post("/posts", {})).body).toEqual({ code: 401, message: "Unauthorized" });
    expect((await dev.get("/docs")).body).toContain("<title>");
    const { body: document } = await dev.get("/openapi.json");
    expect(Object.keys((document as { paths: object }).paths)).toContain("/posts/{id}");
    expect(await dev.stop()).toBe(0);
  }
});

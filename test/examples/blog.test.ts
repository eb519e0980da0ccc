import { once } from "node:events";
import { mkdtemp } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { failingBlog, startBlog } from "../support/blog.ts";
import { provesBlog } from "../support/blogScenario.ts";

async function newPath(): Promise<string> {
  return join(await mkdtemp(join(tmpdir(), "tsverless-blog-")), "data", "blog.sqlite");
}

provesBlog("SQLite", async () => startBlog({ BLOG_DB: await newPath() }));

describe("starting the blog", () => {
  it("keeps the data across a restart", async () => {
    const database = await newPath();
    const user = { email: "ann@example.com", password: "correct horse" };
    const post = (url: string, path: string) =>
      fetch(url + path, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(user),
      });
    const first = await startBlog({ BLOG_DB: database });
    expect((await post(first.url, "/users")).status).toBe(201);
    expect(await first.stop()).toEqual({ code: 0, errors: "" });
    const second = await startBlog({ BLOG_DB: database });
    expect((await post(second.url, "/login")).status).toBe(200);
    expect(await second.stop()).toEqual({ code: 0, errors: "" });
  });

  it("says in one line that the port is busy", async () => {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as { port: number };
    const expected = { code: 1, errors: `Port ${port} is in use; set PORT to another\n` };
    expect(await failingBlog({ PORT: String(port), BLOG_DB: await newPath() })).toEqual(expected);
    server.close();
  });

  it("says in one line that the database cannot be opened", async () => {
    const { code, errors } = await failingBlog({ PORT: "0", BLOG_DB: "/dev/null/blog.sqlite" });
    expect(code).toBe(1);
    expect(errors).toMatch(/^sqlite: can't open \/dev\/null\/blog\.sqlite: .+\n$/);
  });

  it("says in one line that PORT is not a port", async () => {
    const expected = { code: 1, errors: 'PORT must be a number from 0 to 65535, not "many"\n' };
    expect(await failingBlog({ PORT: "many" })).toEqual(expected);
  });
});

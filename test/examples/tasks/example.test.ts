import { readdirSync, readFileSync } from "node:fs";
import { afterEach, expect, it } from "vitest";
import { startDev, stopAll } from "../../support/cli.ts";
import { valid, validateOpenApi } from "../../support/validateOpenApi.ts";
import { loadTasks } from "./world.ts";

afterEach(stopAll);

const folder = new URL("../../../examples/tasks/", import.meta.url);

it("is less than 400 lines of code", () => {
  const lines = readdirSync(folder).flatMap(name => readFileSync(new URL(name, folder), "utf8").split("\n"));
  const code = lines.filter(line => !/^\s*($|\/\/|\/?\*)/.test(line));
  expect(code.length).toBeGreaterThan(200);
  expect(code.length).toBeLessThan(400);
});

it("has a document that is right, and says what may be asked", async () => {
  const { app, models } = await loadTasks({ TASKS_DB: ":memory:" });
  const document = await app.openapi();
  expect(await validateOpenApi(document)).toEqual(valid);
  const tasks = "/orgs/{orgId}/projects/{projectId}/tasks";
  const { get, post } = document.paths[tasks] as Record<string, { parameters: { name: string }[] }>;
  const names = get?.parameters.map(({ name }) => name);
  expect(names).toEqual(
    expect.arrayContaining(["orgId", "projectId", "include", "status", "order", "deleted", "format"]),
  );
  expect(post?.parameters.map(({ name }) => name)).toEqual(
    expect.arrayContaining(["orgId", "Idempotency-Key"]),
  );
  expect(Object.keys(document.paths)).toEqual(
    expect.arrayContaining([`${tasks}/bulk`, `${tasks}/{id}/restore`, `${tasks}/{taskId}/comments/{id}`]),
  );
  await models.db.destroy();
});

it("is served by tsverless dev", async () => {
  const dev = await startDev(["examples/tasks"], { env: { TASKS_DB: ":memory:" } });
  const post = (path: string, body: object, token = "") =>
    dev.get(path, {
      method: "POST",
      headers: { "content-type": "application/json", ...(token && { authorization: `Bearer ${token}` }) },
      body: JSON.stringify(body),
    });
  const ann = { email: "ann@example.com", password: "correct horse", name: "Ann" };
  expect((await post("/users", ann)).status).toBe(201);
  const { token } = (await post("/login", ann)).body as { token: string };
  expect(await post("/orgs", { name: "Acme" }, token)).toMatchObject({ status: 201, body: { name: "Acme" } });
  expect((await dev.get("/docs")).body).toContain("<title>");
});

import { sql } from "kysely";
import { afterAll, beforeAll, describe, expect, vi } from "vitest";
import { type TestClient, testClient } from "../../../tools/testing/index.ts";
import { startPostgres } from "../../support/postgres.ts";

export type App = typeof import("../../../examples/tasks/api.ts")["app"];
export type Models = typeof import("../../../examples/tasks/models.ts");

/** The example on one engine, with people who signed up. */
export interface TasksWorld {
  app: App;
  models: Models;
  /** Without a token. */
  nobody: TestClient;
  /** Signs up, and in. */
  join(name: string): Promise<Person>;
}

export interface Person {
  id: string;
  client: TestClient;
}

/** Loads the example anew, on the database that these variables lead to. */
export async function loadTasks(env: { TASKS_DB?: string; DATABASE_URL?: string }): Promise<TasksWorld> {
  vi.stubEnv("TSVERLESS_SECRET_KEY", "s".repeat(32));
  vi.stubEnv("TASKS_DB", env.TASKS_DB);
  vi.stubEnv("DATABASE_URL", env.DATABASE_URL);
  vi.resetModules();
  const models = await import("../../../examples/tasks/models.ts");
  const { app } = await import("../../../examples/tasks/api.ts");
  const nobody = testClient(app);
  async function join(name: string): Promise<Person> {
    const body = { email: `${name}@example.com`, password: "correct horse", name };
    const { id } = (await nobody.post("/users", { body })).body as { id: string };
    const { token } = (await nobody.post("/login", { body })).body as { token: string };
    return { id, client: nobody.with({ authorization: `Bearer ${token}` }) };
  }
  return { app, models, nobody, join };
}

/** Runs tests on the example as it is on each engine. */
export function onEachEngine(tests: (world: () => TasksWorld) => void): void {
  const engines = {
    SQLite: async () => ({ env: { TASKS_DB: ":memory:" }, stop: async () => undefined }),
    async PostgreSQL() {
      const { url, db, stop } = await startPostgres();
      const others = sql<{ pid: number }>`select pid from pg_stat_activity
        where backend_type = 'client backend' and pid <> pg_backend_pid()`;
      async function stopped(): Promise<void> {
        // A pool that has ended still closes its connections, which the server must not cut off.
        await vi.waitFor(async () => expect((await others.execute(db)).rows).toEqual([]));
        await stop();
      }
      return { env: { DATABASE_URL: url }, stop: stopped };
    },
  };
  describe.each(Object.entries(engines))("the tasks on %s", (_name, start) => {
    let world: TasksWorld;
    let stop: () => Promise<void>;
    beforeAll(async () => {
      const started = await start();
      stop = started.stop;
      world = await loadTasks(started.env);
    });
    afterAll(async () => {
      await world.models.db.destroy();
      await stop();
    });
    tests(() => world);
  });
}

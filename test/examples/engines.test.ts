import { afterAll } from "vitest";
import { blogOn, startBlog } from "../support/blog.ts";
import { type BlogCapabilities, provesBlog } from "../support/blogScenario.ts";
import { startDynamo, type TableShape } from "../support/dynamo.ts";
import { startMysql } from "../support/mysql.ts";
import { startPostgres } from "../support/postgres.ts";

/** A server, and the variables that lead the example to it. */
interface Store {
  env: Record<string, string>;
  stop?(): Promise<void>;
}

function provesEngine(engine: string, store: () => Promise<Store>, capabilities?: BlogCapabilities): void {
  const ends: (() => unknown)[] = [];
  // The hooks of a file come after those of its blocks: the blog has ended by now.
  afterAll(async () => {
    for (const end of ends) await end();
  });
  const start = async () => {
    const { env, stop } = await store();
    if (stop) ends.push(stop);
    const { folder, remove } = blogOn(engine);
    ends.push(remove);
    return startBlog(env, folder);
  };
  provesBlog(engine, start, capabilities);
}

/** As `examples/blog/engines/dynamo.ts` wants it. */
const table: TableShape = {
  partition: ["pk", "S"],
  indexes: {
    byEmail: { partition: ["email", "S"] },
    byAuthor: { partition: ["author", "S"], sort: ["createdAt", "S"] },
    recent: { partition: ["type", "S"], sort: ["createdAt", "S"] },
  },
};

provesEngine("memory", async () => ({ env: {} }));

provesEngine("postgres", async () => {
  const { url, stop } = await startPostgres();
  return { env: { DATABASE_URL: url }, stop };
});

provesEngine(
  "dynamo",
  async () => {
    const { endpoint, createTable, stop } = await startDynamo();
    const env = {
      BLOG_TABLE: await createTable(table),
      AWS_ENDPOINT_URL_DYNAMODB: endpoint,
      AWS_REGION: "eu-west-1",
      AWS_ACCESS_KEY_ID: "local",
      AWS_SECRET_ACCESS_KEY: "local",
    };
    return { env, stop };
  },
  { anyOrder: false },
);

const { MYSQL_URL } = process.env;
if (MYSQL_URL !== undefined) {
  provesEngine("mysql", async () => {
    const { url, stop } = await startMysql(MYSQL_URL);
    return { env: { MYSQL_URL: url }, stop };
  });
}

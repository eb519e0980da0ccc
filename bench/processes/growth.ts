/** Prints what lists, chains and routes take as they grow: microseconds for each size. */
import middy from "@middy/core";
import { api, listHandler, type Model, omit, pipeline, retrieveHandler } from "tsverless";
import { memoryModel } from "tsverless/models/memory";
import { get, httpEvent } from "../common/events.ts";
import { errorBody, makeStore, seen, shared } from "../common/tasks.ts";
import type { User } from "../common/users.ts";
import type { Handler } from "../contenders/contender.ts";
import { measure, type Runner } from "../measure.ts";

const [, , kind = "", given = "1"] = process.argv;
const budget = Number(given);

/** What is measured at one size; the first is what all are compared with. */
interface Grown {
  readonly size: number;
  readonly handlers: Readonly<Record<string, Handler>>;
  event(): object;
}

const nothing = (): void => {};

function userAt(index: number): User {
  const id = `user-${String(index).padStart(5, "0")}`;
  return {
    id,
    email: `user${index}@example.com`,
    name: `User ${index}`,
    age: index % 100,
    password: "hidden",
  };
}

function listOf(size: number): Grown {
  const objects = Array.from({ length: size }, (_, index) => userAt(index));
  const Users: Model<User> = memoryModel<User>({ name: "User", objects });
  const byHand: Handler = async () => ({
    statusCode: 200,
    headers: { ...shared, "Content-Type": "application/json" },
    body: JSON.stringify(objects.map(seen)),
  });
  const ours = listHandler(Users, { serializer: omit("password"), limit: size, maxLimit: size });
  const event = () => httpEvent({ method: "GET", path: "/users" });
  return { size, handlers: { raw: byHand, tsverless: ours as unknown as Handler }, event };
}

function chainOf(size: number): Grown {
  const hooks = { before: nothing, after: nothing };
  const middlewares = Array.from({ length: size }, () => ({ ...hooks }));
  const fn = async (): Promise<object> => ({ statusCode: 200, body: "{}" });
  return {
    size,
    handlers: {
      middy: middy(fn).use(middlewares as never) as unknown as Handler,
      tsverless: pipeline(middlewares as never, fn as never) as unknown as Handler,
    },
    event: () => httpEvent({ method: "GET", path: "/" }),
  };
}

function routesOf(size: number): Grown {
  const Users: Model<User> = memoryModel<User>({ name: "User", objects: [...makeStore().values()] });
  const retrieve = retrieveHandler(Users, { serializer: omit("password") });
  const names = Array.from({ length: size }, (_, index) => `kind${index}`);
  const entries = Object.fromEntries(names.map(name => [`GET /${name}/{id}`, retrieve]));
  const { handler } = api(entries as never);
  const users = makeStore();
  const table = new Map<string, Handler>(
    names.map(name => [
      name,
      async event => {
        const id = (event as { rawPath: string }).rawPath.split("/")[2] ?? "";
        const user = users.get(id);
        const body = user === undefined ? errorBody(404, "Resource Not Found") : seen(user);
        return { statusCode: user === undefined ? 404 : 200, headers: shared, body: JSON.stringify(body) };
      },
    ]),
  );
  const byHand: Handler = async (event, context) => {
    const handle = table.get((event as { rawPath: string }).rawPath.split("/")[1] ?? "");
    if (handle === undefined) throw new Error("no route");
    return handle(event, context);
  };
  const path = `/${names.at(-1)}/user-07`;
  const event = (): object => {
    const { routeKey: _, pathParameters: __, ...rest } = get("user-07") as Record<string, object>;
    const { requestContext } = rest as { requestContext: { http: object } };
    const http = { ...requestContext.http, path };
    return {
      ...rest,
      routeKey: "$default",
      rawPath: path,
      requestContext: { ...requestContext, http, routeKey: "$default" },
    };
  };
  return { size, handlers: { raw: byHand, tsverless: handler as unknown as Handler }, event };
}

const growths: Readonly<Record<string, { sizes: readonly number[]; of(size: number): Grown }>> = {
  lists: { sizes: [10, 100, 1000, 10_000], of: listOf },
  chains: { sizes: [1, 2, 5, 10, 20, 50], of: chainOf },
  routes: { sizes: [10, 30, 100, 300, 1000], of: routesOf },
};

const growth = growths[kind];
if (growth === undefined) throw new Error(`nothing grows that is called "${kind}"`);
const figures: Record<string, number>[] = [];
for (const size of growth.sizes) {
  const { handlers, event } = growth.of(size);
  const runners = Object.entries(handlers).map(
    ([name, handle]): Runner => ({ name, handle, forget: nothing }),
  );
  for (const { handle } of runners) {
    const { statusCode } = await handle(event(), { getRemainingTimeInMillis: () => 3000 });
    if (statusCode !== 200) throw new Error(`${kind} of ${size}: ${statusCode}`);
  }
  const batch = kind === "lists" ? Math.max(1, Math.min(200, 5000 / size)) : 200;
  const timings = await measure(runners, { batch, event }, budget / growth.sizes.length);
  figures.push({
    size,
    ...Object.fromEntries(Object.entries(timings).map(([name, { micros }]) => [name, micros])),
  });
}
console.log(JSON.stringify(figures));

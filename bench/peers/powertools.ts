import { BatchProcessor, EventType, processPartialResponse } from "@aws-lambda-powertools/batch";
import { Router } from "@aws-lambda-powertools/event-handler/http";
import {
  addUser,
  checkNewUser,
  errorBody,
  findUser,
  firstUsers,
  forgetCreated,
  type Guard,
  makeStore,
  malformedMessage,
  Refused,
  rename,
  seen,
  shared,
  signIn,
  type Validate,
} from "../common/tasks.ts";
import type { Handler, Parts } from "../contenders/contender.ts";

const users = makeStore();

function appOf(guard: Guard | undefined): Router {
  const app = new Router();
  app.use(async ({ reqCtx, next }) => {
    await next();
    for (const [name, value] of Object.entries(shared)) reqCtx.res.headers.set(name, value);
  });
  if (guard !== undefined) {
    app.use(async ({ reqCtx, next }) => {
      await signIn(users, guard, reqCtx.req.headers.get("authorization") ?? undefined);
      await next();
    });
  }
  app.errorHandler(Refused as never, async (error: Error) => {
    const { statusCode, message, more } = error as Refused;
    const headers = { ...shared, "content-type": "application/json" };
    return { statusCode, headers, body: JSON.stringify(errorBody(statusCode, message, more)) };
  });
  return app;
}

const handlerOf =
  (app: Router): Handler =>
  async (event, context) =>
    (await app.resolve(event, context as never)) as never;

export function create({ guard, check }: Parts<Guard, Validate>): Handler {
  const app = appOf(guard);
  app.post("/users", async ({ req }) => {
    const body: unknown = await req.json().catch(() => {
      throw new Refused(400, malformedMessage);
    });
    const user = addUser(users, checkNewUser(body, check as Validate));
    const headers = { location: `/users/${user.id}`, "content-type": "application/json" };
    return { statusCode: 201, headers, body: JSON.stringify(seen(user)) };
  });
  return handlerOf(app);
}

export function retrieve({ guard, etag = false }: Parts<Guard>): Handler | undefined {
  if (etag) return undefined;
  const app = appOf(guard);
  app.get("/users/:id", async ({ params }) => seen(findUser(users, params.id)) as never);
  return handlerOf(app);
}

export function list({ guard }: Parts<Guard>): Handler {
  const app = appOf(guard);
  app.get("/users", async ({ req }) => {
    const limit = new URL(req.url).searchParams.get("limit") ?? undefined;
    return firstUsers(users, limit) as never;
  });
  return handlerOf(app);
}

export function queue({ check }: Parts<unknown, Validate>): Handler {
  const processor = new BatchProcessor(EventType.SQS);
  const take = async ({ body }: { body: string }): Promise<void> => rename(users, body, check as Validate);
  return async (event, context) =>
    (await processPartialResponse(event as never, take, processor, {
      context: context as never,
      throwOnFullBatchFailure: false,
    })) as never;
}

export const forget = (): void => forgetCreated(users);

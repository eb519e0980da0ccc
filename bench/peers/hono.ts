import { Hono } from "hono";
import { handle, type LambdaEvent } from "hono/aws-lambda";
import { HTTPException } from "hono/http-exception";
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
  seen,
  shared,
  signIn,
  type Validate,
} from "../common/tasks.ts";
import type { Handler, Parts } from "../contenders/contender.ts";

const users = makeStore();

function appOf(guard: Guard | undefined): Hono {
  const app = new Hono();
  app.use(async (c, next) => {
    for (const [name, value] of Object.entries(shared)) c.header(name, value);
    await next();
  });
  if (guard !== undefined) {
    app.use(async (c, next) => {
      await signIn(users, guard, c.req.header("authorization"));
      await next();
    });
  }
  app.onError((error, c) => {
    if (error instanceof Refused) {
      return c.json(errorBody(error.statusCode, error.message, error.more), error.statusCode as 400);
    }
    if (error instanceof HTTPException) return error.getResponse();
    throw error;
  });
  return app;
}

const handlerOf = (app: Hono): Handler => {
  const handler = handle(app);
  return (event, context) => handler(event as LambdaEvent, context as never) as never;
};

export function create({ guard, check }: Parts<Guard, Validate>): Handler {
  const app = appOf(guard);
  app.post("/users", async c => {
    const body: unknown = await c.req.json().catch(() => {
      throw new Refused(400, malformedMessage);
    });
    const user = addUser(users, checkNewUser(body, check as Validate));
    return c.json(seen(user), 201, { Location: `${c.req.path}/${user.id}` });
  });
  return handlerOf(app);
}

export function retrieve({ guard, etag = false }: Parts<Guard>): Handler | undefined {
  if (etag) return undefined;
  const app = appOf(guard);
  app.get("/users/:id", c => c.json(seen(findUser(users, c.req.param("id")))));
  return handlerOf(app);
}

export function list({ guard }: Parts<Guard>): Handler {
  const app = appOf(guard);
  app.get("/users", c => c.json(firstUsers(users, c.req.query("limit"))));
  return handlerOf(app);
}

export const forget = (): void => forgetCreated(users);

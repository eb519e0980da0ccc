import awsLambdaFastify from "@fastify/aws-lambda";
import createFastify, { type FastifyError, type FastifyInstance } from "fastify";
import {
  addUser,
  errorBody,
  findUser,
  firstUsers,
  forgetCreated,
  type Guard,
  invalidMessage,
  makeStore,
  malformedMessage,
  Refused,
  seen,
  shared,
  signIn,
} from "../common/tasks.ts";
import type { User } from "../common/users.ts";
import type { Handler, Parts } from "../contenders/contender.ts";

const users = makeStore();

function errorOf(error: FastifyError | Refused): object {
  if (error instanceof Refused) return errorBody(error.statusCode, error.message, error.more);
  if (error.validation === undefined) return errorBody(400, malformedMessage);
  const errors = error.validation.map(({ instancePath, message }) => ({
    field: instancePath.slice(1).replaceAll("/", "."),
    message,
  }));
  return errorBody(400, invalidMessage, { errors });
}

function appOf(guard: Guard | undefined): FastifyInstance {
  const app = createFastify({
    logger: false,
    ajv: { customOptions: { allErrors: true, coerceTypes: false, removeAdditional: false } },
  });
  app.addHook("onRequest", async (request, reply) => {
    reply.headers(shared);
    if (guard !== undefined) await signIn(users, guard, request.headers.authorization);
  });
  app.setErrorHandler<FastifyError | Refused>((error, _request, reply) =>
    reply.status(error.statusCode ?? 500).send(errorOf(error)),
  );
  return app;
}

const handlerOf = (app: FastifyInstance): Handler => {
  const handle = awsLambdaFastify(app);
  return (event, context) => handle(event, context as never) as never;
};

export function create({ guard, check }: Parts<Guard, object>): Handler {
  const app = appOf(guard);
  app.post("/users", { schema: { body: check } }, async (request, reply) => {
    const user = addUser(users, request.body as User);
    reply.status(201).header("Location", `${request.url}/${user.id}`);
    return seen(user);
  });
  return handlerOf(app);
}

export function retrieve({ guard, etag = false }: Parts<Guard>): Handler | undefined {
  if (etag) return undefined;
  const app = appOf(guard);
  app.get<{ Params: { id: string } }>("/users/:id", async ({ params }) => seen(findUser(users, params.id)));
  return handlerOf(app);
}

export function list({ guard }: Parts<Guard>): Handler {
  const app = appOf(guard);
  app.get<{ Querystring: { limit?: string } }>("/users", async ({ query }) => firstUsers(users, query.limit));
  return handlerOf(app);
}

export const forget = (): void => forgetCreated(users);

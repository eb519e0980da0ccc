/** The same, composed from the official Middy packages, with code of one's own where they have none. */
import middy, { type MiddlewareObj } from "@middy/core";
import httpCors from "@middy/http-cors";
import httpErrorHandler from "@middy/http-error-handler";
import httpJsonBodyParser from "@middy/http-json-body-parser";
import validator from "@middy/validator";
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
  problemsOf,
  seen,
  shared,
  signIn,
  type Validate,
} from "../common/tasks.ts";
import type { User } from "../common/users.ts";
import type { Handler, LambdaResult, Parts, RawEvent } from "./contender.ts";

const users = makeStore();

const json = (statusCode: number, body: unknown, headers?: Record<string, string>): LambdaResult => ({
  statusCode,
  headers: { ...headers, "Content-Type": "application/json" },
  body: JSON.stringify(body),
});

interface Failed extends Error {
  statusCode?: number;
  more?: object;
  cause?: { package?: string; data?: Validate["errors"] };
}

/** Puts errors into words before the official handler sends them. */
const jsonErrors = (): MiddlewareObj => ({
  onError({ error }) {
    const failed = error as Failed;
    const { statusCode, cause } = failed;
    if (statusCode === undefined) return;
    if (statusCode === 422) Object.assign(failed, { statusCode: 400, message: malformedMessage });
    if (cause?.package === "@middy/validator") {
      const more = problemsOf({ errors: cause.data } as Validate);
      Object.assign(failed, { message: invalidMessage, more });
    }
    failed.message = JSON.stringify(errorBody(failed.statusCode as number, failed.message, failed.more));
  },
});

const nosniff = (): MiddlewareObj => {
  const add = ({ response }: { response: { headers: Record<string, string> } }): void => {
    response.headers["X-Content-Type-Options"] = shared["X-Content-Type-Options"] as string;
  };
  return { after: add as never, onError: add as never };
};

const signedIn = (guard: Guard): MiddlewareObj => ({
  async before({ event, context }) {
    const { headers } = event as RawEvent;
    const user = await signIn(users, guard, headers.authorization ?? headers.Authorization);
    Object.assign(context, { user });
  },
});

function stack(
  guard: Guard | undefined,
  more: readonly MiddlewareObj[],
  fn: (event: RawEvent) => Promise<LambdaResult>,
): Handler {
  return middy(fn as never).use([
    httpCors({ origin: "*" }),
    nosniff(),
    httpErrorHandler({ logger: false }),
    ...(guard === undefined ? [] : [signedIn(guard)]),
    ...more,
    jsonErrors(),
  ]) as unknown as Handler;
}

export function create({ guard, check }: Parts<Guard, Validate>): Handler {
  const more = [httpJsonBodyParser(), validator({ eventSchema: check as never })] as MiddlewareObj[];
  return stack(guard, more, async function createUser(event) {
    const user = addUser(users, event.body as unknown as User);
    return json(201, seen(user), { Location: `${event.rawPath ?? event.path}/${user.id}` });
  });
}

/** Middy's packages make no entity tags. */
export function retrieve({ guard, etag = false }: Parts<Guard>): Handler | undefined {
  if (etag) return undefined;
  return stack(guard, [], async function retrieveUser(event) {
    return json(200, seen(findUser(users, event.pathParameters?.id)));
  });
}

export function list({ guard }: Parts<Guard>): Handler {
  return stack(guard, [], async function listUsers(event) {
    return json(200, firstUsers(users, event.queryStringParameters?.limit));
  });
}

export const forget = (): void => forgetCreated(users);

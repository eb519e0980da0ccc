/** Written by hand on jose and Ajv, as one would: what is refused is thrown, and caught in one place. */
import {
  addUser,
  checkNewUser,
  errorBody,
  etagOf,
  findUser,
  firstUsers,
  forgetCreated,
  type Guard,
  makeStore,
  parseBody,
  Refused,
  rename,
  seen,
  shared,
  signIn,
  type Validate,
} from "../work/work.ts";
import type { Handler, LambdaResult, Parts, QueueEvent, RawEvent } from "./contender.ts";

const users = makeStore();

const send = (statusCode: number, body: string, more?: Record<string, string>): LambdaResult => ({
  statusCode,
  headers: { ...shared, ...more, "Content-Type": "application/json" },
  body,
});

function handle(guard: Guard | undefined, respond: (event: RawEvent) => LambdaResult): Handler {
  return async function handleRequest(given) {
    const event = given as RawEvent;
    try {
      const { headers } = event;
      if (guard !== undefined) await signIn(users, guard, headers.authorization ?? headers.Authorization);
      return respond(event);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      const { statusCode, message, more } = error;
      return send(statusCode, JSON.stringify(errorBody(statusCode, message, more)));
    }
  };
}

export function create({ guard, check }: Parts<Guard, Validate>): Handler {
  return handle(guard, function createUser(event) {
    const user = addUser(users, checkNewUser(parseBody(event.body), check as Validate));
    const Location = `${event.rawPath ?? event.path}/${user.id}`;
    return send(201, JSON.stringify(seen(user)), { Location });
  });
}

export function retrieve({ guard, etag = false }: Parts<Guard>): Handler {
  return handle(guard, function retrieveUser(event) {
    const body = JSON.stringify(seen(findUser(users, event.pathParameters?.id)));
    if (!etag) return send(200, body);
    const ETag = etagOf(body);
    if (event.headers["if-none-match"] !== ETag) return send(200, body, { ETag });
    return { statusCode: 304, headers: { ...shared, ETag }, body: "" };
  });
}

export function list({ guard }: Parts<Guard>): Handler {
  return handle(guard, function listUsers(event) {
    return send(200, JSON.stringify(firstUsers(users, event.queryStringParameters?.limit)));
  });
}

export function queue({ check }: Parts<unknown, Validate>): Handler {
  return async function takeMessages(event) {
    const batchItemFailures: { itemIdentifier: string }[] = [];
    for (const { messageId, body } of (event as QueueEvent).Records) {
      try {
        rename(users, body, check as Validate);
      } catch {
        batchItemFailures.push({ itemIdentifier: messageId });
      }
    }
    return { batchItemFailures };
  };
}

export const forget = (): void => forgetCreated(users);

/** Written by hand on jose and Ajv, as one would: what is refused is thrown, and caught in one place. */
import { refuse, send, sendTagged } from "../common/responses.ts";
import {
  addUser,
  checkNewUser,
  findUser,
  firstUsers,
  forgetCreated,
  type Guard,
  makeStore,
  parseBody,
  Refused,
  rename,
  seen,
  signIn,
  type Validate,
} from "../common/tasks.ts";
import type { Handler, LambdaResult, Parts, QueueEvent, RawEvent } from "./contender.ts";

const users = makeStore();

function handle(guard: Guard | undefined, respond: (event: RawEvent) => LambdaResult): Handler {
  return async function handleRequest(given) {
    const event = given as RawEvent;
    try {
      const { headers } = event;
      if (guard !== undefined) await signIn(users, guard, headers.authorization ?? headers.Authorization);
      return respond(event);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      return refuse(error.statusCode, error.message, error.more);
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
    return etag ? sendTagged(event, body) : send(200, body);
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

/** Written by hand without any dependency, and without an exception: what is left is the work. */
import { refuse, send, sendTagged } from "../common/responses.ts";
import {
  addUser,
  forgetCreated,
  invalidMessage,
  makeStore,
  malformedMessage,
  problemsOf,
  seen,
  type Validate,
} from "../common/tasks.ts";
import type { User } from "../common/users.ts";
import type { Handler, Parts, QueueEvent, RawEvent } from "./contender.ts";
import type { LimitGuard } from "./limitGuard.ts";

const users = makeStore();

function isStranger(guard: LimitGuard | undefined, { headers }: RawEvent): boolean {
  return guard !== undefined && !users.has(guard(headers.authorization ?? headers.Authorization) ?? "");
}

function parse(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? "");
  } catch {
    return undefined;
  }
}

export function create({ guard, check }: Parts<LimitGuard, Validate>): Handler {
  return async function createUser(given) {
    const event = given as RawEvent;
    if (isStranger(guard, event)) return refuse(401, "Unauthorized");
    const body = parse(event.body);
    if (body === undefined) return refuse(400, malformedMessage);
    if (!check?.(body)) return refuse(400, invalidMessage, check && problemsOf(check));
    const user = addUser(users, body as Omit<User, "id">);
    const Location = `${event.rawPath ?? event.path}/${user.id}`;
    return send(201, JSON.stringify(seen(user)), { Location });
  };
}

export function retrieve({ guard, etag = false }: Parts<LimitGuard>): Handler {
  return async function retrieveUser(given) {
    const event = given as RawEvent;
    if (isStranger(guard, event)) return refuse(401, "Unauthorized");
    const user = users.get(event.pathParameters?.id ?? "");
    if (user === undefined) return refuse(404, "Resource Not Found");
    const body = JSON.stringify(seen(user));
    return etag ? sendTagged(event, body) : send(200, body);
  };
}

export function list(): Handler {
  return async function listUsers(given) {
    const limit = Number((given as RawEvent).queryStringParameters?.limit ?? 50);
    if (Number.isInteger(limit) && limit >= 1) {
      return send(200, JSON.stringify([...users.values()].slice(0, Math.min(limit, 100)).map(seen)));
    }
    return refuse(400, "limit must be a whole number of at least 1", { field: "limit" });
  };
}

function isTaken(text: string, check: Validate): boolean {
  const message = parse(text);
  const user = check(message) ? users.get((message as User).id) : undefined;
  if (user !== undefined) user.name = (message as User).name;
  return user !== undefined;
}

export function queue({ check }: Parts<unknown, Validate>): Handler {
  return async function takeMessages(event) {
    const batchItemFailures: { itemIdentifier: string }[] = [];
    for (const { messageId, body } of (event as QueueEvent).Records) {
      if (!isTaken(body, check as Validate)) batchItemFailures.push({ itemIdentifier: messageId });
    }
    return { batchItemFailures };
  };
}

export const forget = (): void => forgetCreated(users);

/** Written by hand, without any framework: the least code that gives the same responses. */
import { hash, randomUUID } from "node:crypto";
import { seeds, type User } from "../users.ts";
import type { Handler, LambdaResult } from "./contender.ts";

/** The parts of an event that are read here. */
export interface RawEvent {
  rawPath: string;
  headers: Record<string, string | undefined>;
  pathParameters?: { id?: string };
  queryStringParameters?: { limit?: string };
  body?: string;
}

/** Finds out who calls; where nobody does, the request is refused. */
export type RawGuard = (event: RawEvent, users: ReadonlyMap<string, User>) => Promise<User | undefined>;

const users = new Map<string, User>(seeds.map(user => [user.id, { ...user }]));

const cors: Readonly<Record<string, string>> = {
  "Access-Control-Allow-Origin": "*",
  "Access-Control-Allow-Headers": "*",
  "Access-Control-Allow-Methods": "*",
  "X-Content-Type-Options": "nosniff",
};
/** What somebody has to sign in for is nothing for a cache. */
const guarded: Readonly<Record<string, string>> = { ...cors, "Cache-Control": "no-store" };

/** Makes responses. */
export interface Say {
  readonly shared: Readonly<Record<string, string>>;
  json(statusCode: number, body: string, more?: Record<string, string>): LambdaResult;
  failure(code: number, message: string, more?: Record<string, string>): LambdaResult;
}

export function sayOf(guard: RawGuard | undefined): Say {
  const shared = guard === undefined ? cors : guarded;
  const json: Say["json"] = (statusCode, body, more) => ({
    statusCode,
    headers: { ...shared, ...more, "Content-Type": "application/json" },
    body,
  });
  return {
    shared,
    json,
    failure: (code, message, more) => json(code, JSON.stringify({ code, message }), more),
  };
}

export const seen = ({ id, email, name, age }: User): Partial<User> => ({ id, email, name, age });

const unauthorized = ({ failure }: Say): LambdaResult =>
  failure(401, "Unauthorized", { "WWW-Authenticate": "Bearer" });

export function parse(text: string | undefined): unknown {
  try {
    return JSON.parse(text || "{}") ?? {};
  } catch {
    return undefined;
  }
}

export function create(guard?: RawGuard): Handler {
  const say = sayOf(guard);
  const { json, failure } = say;
  return async function createUser(given) {
    const event = given as RawEvent;
    if (guard !== undefined && (await guard(event, users)) === undefined) return unauthorized(say);
    const body = parse(event.body) as Partial<User> | undefined;
    if (body === undefined) return failure(400, "Malformed body");
    if (typeof body !== "object" || Array.isArray(body)) return failure(400, "The body must be an object");
    const missing = ["email", "name", "password"].filter(key => !Object.hasOwn(body, key));
    if (missing.length > 0) return failure(400, `Missing key(s): ${missing.join(", ")}`);
    const { email, name, age, password } = body as User;
    const user: User = { id: randomUUID(), email, name, password, ...(age !== undefined && { age }) };
    users.set(user.id, user);
    return json(201, JSON.stringify(seen(user)), { Location: `${event.rawPath}/${user.id}` });
  };
}

export function retrieve(guard?: RawGuard): Handler {
  const say = sayOf(guard);
  const { json, failure, shared } = say;
  return async function retrieveUser(given) {
    const event = given as RawEvent;
    if (guard !== undefined && (await guard(event, users)) === undefined) return unauthorized(say);
    const user = users.get(event.pathParameters?.id ?? "");
    if (user === undefined) return failure(404, "Resource Not Found");
    const body = JSON.stringify(seen(user));
    const ETag = `"${hash("sha1", body, "base64url")}"`;
    if (event.headers["if-none-match"] !== ETag) return json(200, body, { ETag });
    return { statusCode: 304, headers: { ...shared, ETag }, body: "" };
  };
}

export function list(guard?: RawGuard): Handler {
  const say = sayOf(guard);
  const { json } = say;
  return async function listUsers(given) {
    const event = given as RawEvent;
    if (guard !== undefined && (await guard(event, users)) === undefined) return unauthorized(say);
    const limit = Number(event.queryStringParameters?.limit ?? 50);
    if (!(Number.isInteger(limit) && limit >= 1)) {
      const message = "limit must be a whole number of at least 1";
      return json(400, JSON.stringify({ code: 400, message, field: "limit" }));
    }
    return json(200, JSON.stringify([...users.values()].slice(0, Math.min(limit, 100)).map(seen)));
  };
}

export function queue(): Handler {
  return async function takeMessages(event) {
    const batchItemFailures: { itemIdentifier: string }[] = [];
    for (const { messageId, body } of (event as { Records: { messageId: string; body: string }[] }).Records) {
      try {
        await take(JSON.parse(body) as User);
      } catch {
        batchItemFailures.push({ itemIdentifier: messageId });
      }
    }
    return { batchItemFailures };
  };
}

/** What a message asks for. */
async function take({ id, name }: User): Promise<void> {
  const user = users.get(id);
  if (user === undefined) throw new Error("unknown user");
  user.name = name;
}

export async function forget(): Promise<void> {
  const ids = new Set(seeds.map(({ id }) => id));
  for (const id of users.keys()) if (!ids.has(id)) users.delete(id);
}

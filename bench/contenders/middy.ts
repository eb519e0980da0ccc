/** The same stack, composed by hand from the official Middy packages, with code of one's own where they have none. */
import { hash, randomUUID } from "node:crypto";
import middy, { type MiddlewareObj } from "@middy/core";
import httpCors from "@middy/http-cors";
import httpErrorHandler from "@middy/http-error-handler";
import httpJsonBodyParser from "@middy/http-json-body-parser";
import warmup from "@middy/warmup";
import { seeds, type User } from "../users.ts";
import type { Handler, LambdaResult } from "./contender.ts";
import type { RawEvent, RawGuard } from "./raw.ts";

const users = new Map<string, User>(seeds.map(user => [user.id, { ...user }]));

interface Problem extends Error {
  statusCode?: number;
  field?: string;
  headers?: Record<string, string>;
}

const problem = (statusCode: number, message: string, more?: Partial<Problem>): Problem =>
  Object.assign(new Error(message), { statusCode, ...more });

const json = (statusCode: number, body: string, headers?: Record<string, string>): LambdaResult => ({
  statusCode,
  headers: { ...headers, "Content-Type": "application/json" },
  body,
});

const seen = ({ id, email, name, age }: User): Partial<User> => ({ id, email, name, age });

/** Puts errors into words before the official handler sends them. */
const jsonErrors = (): MiddlewareObj => ({
  onError({ error }) {
    const failed = error as Problem;
    if (failed.statusCode === 422) Object.assign(failed, { statusCode: 400, message: "Malformed body" });
    const { statusCode: code, message, field } = failed;
    if (code !== undefined) failed.message = JSON.stringify({ code, message, ...(field && { field }) });
  },
});

/** No type is guessed, and what somebody has to sign in for is nothing for a cache. */
function protect(isGuarded: boolean): MiddlewareObj {
  const add = ({ response }: { response: { headers?: Record<string, string> } }): void => {
    response.headers ??= {};
    response.headers["X-Content-Type-Options"] = "nosniff";
    if (isGuarded) response.headers["Cache-Control"] = "no-store";
  };
  return { after: add as never, onError: add as never };
}

const signIn = (guard: RawGuard): MiddlewareObj => ({
  async before({ event, context }) {
    const user = await guard(event as RawEvent, users);
    if (user === undefined) {
      throw problem(401, "Unauthorized", { headers: { "WWW-Authenticate": "Bearer" } });
    }
    Object.assign(context, { user });
  },
});

const requireBody = (required: readonly string[]): MiddlewareObj => ({
  before({ event }) {
    const { body } = event as { body: unknown };
    if (typeof body !== "object" || body === null || Array.isArray(body)) {
      throw problem(400, "The body must be an object");
    }
    const missing = required.filter(key => !Object.hasOwn(body, key));
    if (missing.length > 0) throw problem(400, `Missing key(s): ${missing.join(", ")}`);
  },
});

function stack(
  guard: RawGuard | undefined,
  more: readonly MiddlewareObj[],
  fn: (event: RawEvent) => Promise<LambdaResult>,
): Handler {
  return middy(fn as never).use([
    warmup(),
    httpCors({ origin: "*", headers: "*", methods: "*" }),
    protect(guard !== undefined),
    httpErrorHandler({ logger: false }),
    ...(guard === undefined ? [] : [signIn(guard)]),
    ...more,
    jsonErrors(),
  ]) as unknown as Handler;
}

export function create(guard?: RawGuard): Handler {
  const more = [httpJsonBodyParser(), requireBody(["email", "name", "password"])] as MiddlewareObj[];
  return stack(guard, more, async function createUser(event) {
    const { email, name, age, password } = event.body as unknown as User;
    const user: User = { id: randomUUID(), email, name, password, ...(age !== undefined && { age }) };
    users.set(user.id, user);
    return json(201, JSON.stringify(seen(user)), { Location: `${event.rawPath}/${user.id}` });
  });
}

export function retrieve(guard?: RawGuard): Handler {
  return stack(guard, [], async function retrieveUser(event) {
    const user = users.get(event.pathParameters?.id ?? "");
    if (user === undefined) throw problem(404, "Resource Not Found");
    const body = JSON.stringify(seen(user));
    const ETag = `"${hash("sha1", body, "base64url")}"`;
    if (event.headers["if-none-match"] !== ETag) return json(200, body, { ETag });
    return { statusCode: 304, headers: { ETag }, body: "" };
  });
}

export function list(guard?: RawGuard): Handler {
  return stack(guard, [], async function listUsers(event) {
    const limit = Number(event.queryStringParameters?.limit ?? 50);
    if (!(Number.isInteger(limit) && limit >= 1)) {
      throw problem(400, "limit must be a whole number of at least 1", { field: "limit" });
    }
    return json(200, JSON.stringify([...users.values()].slice(0, Math.min(limit, 100)).map(seen)));
  });
}

export function queue(): Handler {
  return middy(async (event: { Records: { messageId: string; body: string }[] }) => {
    const taken = await Promise.allSettled(event.Records.map(({ body }) => take(body)));
    const failed = event.Records.filter((_, index) => taken[index]?.status === "rejected");
    return { batchItemFailures: failed.map(({ messageId }) => ({ itemIdentifier: messageId })) };
  }).use(warmup()) as unknown as Handler;
}

/** What a message asks for. */
async function take(body: string): Promise<void> {
  const { id, name } = JSON.parse(body) as User;
  const user = users.get(id);
  if (user === undefined) throw new Error("unknown user");
  user.name = name;
}

export async function forget(): Promise<void> {
  const ids = new Set(seeds.map(({ id }) => id));
  for (const id of users.keys()) if (!ids.has(id)) users.delete(id);
}

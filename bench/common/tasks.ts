/** The work itself, which all contenders but ours do with the same code: they differ in what is around it. */
import { hash, randomUUID } from "node:crypto";
import { seeds, type User } from "./users.ts";

/** What a generated validator is: its problems are on itself. */
export interface Validate {
  (value: unknown): boolean;
  errors?: readonly { instancePath: string; message?: string }[] | null;
}

/** Who calls, by the header `Authorization`. */
export type Guard = (authorization: string | undefined) => Promise<string | undefined> | string | undefined;

/** What every response carries. */
export const shared: Readonly<Record<string, string>> = {
  "Access-Control-Allow-Origin": "*",
  "X-Content-Type-Options": "nosniff",
};

/** A request that is refused. */
export class Refused extends Error {
  readonly statusCode: number;
  readonly more: object;

  constructor(statusCode: number, message: string, more: object = {}) {
    super(message);
    this.statusCode = statusCode;
    this.more = more;
  }
}

/** The body of an error. */
export const errorBody = (code: number, message: string, more?: object): object => ({
  code,
  message,
  ...more,
});

/** Users in memory. */
export type Store = Map<string, User>;

export const makeStore = (): Store => new Map(seeds.map(user => [user.id, { ...user }]));

/** Deletes what was created. */
export function forgetCreated(users: Store): void {
  const ids = new Set(seeds.map(({ id }) => id));
  for (const id of users.keys()) if (!ids.has(id)) users.delete(id);
}

/** What goes out. */
export function seen({ password: _, ...rest }: User): Omit<User, "password"> {
  return rest;
}

export const etagOf = (text: string): string => `"${hash("sha1", text, "base64url")}"`;

export const invalidMessage = "Validation failed";
export const malformedMessage = "Malformed body";

/** What was wrong with a value, in Ajv's words. */
export const problemsOf = ({ errors }: Validate): object => ({
  errors: (errors ?? []).map(({ instancePath, message }) => ({
    field: instancePath.slice(1).replaceAll("/", "."),
    message,
  })),
});

export function parseBody(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? "");
  } catch {
    throw new Refused(400, malformedMessage);
  }
}

/** @throws Refused when the body is not a new user */
export function checkNewUser(body: unknown, validate: Validate): Omit<User, "id"> {
  if (!validate(body)) throw new Refused(400, invalidMessage, problemsOf(validate));
  return body as Omit<User, "id">;
}

export function addUser(users: Store, { email, name, age, password }: Omit<User, "id">): User {
  const user: User = { id: randomUUID(), email, name, password, ...(age !== undefined && { age }) };
  users.set(user.id, user);
  return user;
}

/** @throws Refused when there is none */
export function findUser(users: Store, id: string | undefined): User {
  const user = users.get(id ?? "");
  if (user === undefined) throw new Refused(404, "Resource Not Found");
  return user;
}

/** @throws Refused when the limit is none */
export function firstUsers(users: Store, text: string | undefined): object[] {
  const limit = text === undefined ? 50 : Number(text);
  if (!(Number.isInteger(limit) && limit >= 1)) {
    throw new Refused(400, "limit must be a whole number of at least 1", { field: "limit" });
  }
  return [...users.values()].slice(0, Math.min(limit, 100)).map(seen);
}

/** @throws Refused when nobody calls whom we know */
export async function signIn(users: Store, guard: Guard, authorization: string | undefined): Promise<User> {
  const user = users.get((await guard(authorization)) ?? "");
  if (user === undefined) throw new Refused(401, "Unauthorized");
  return user;
}

/** Renames whom a message names. */
export function rename(users: Store, text: string, validate: Validate): void {
  const message: unknown = JSON.parse(text);
  if (!validate(message)) throw new Error(invalidMessage);
  const { id, name } = message as User;
  const user = users.get(id);
  if (user === undefined) throw new Error("unknown user");
  user.name = name;
}

/** Written by hand on the SQLite of Node: each statement is prepared once, and no request makes any SQL. */
import { randomUUID } from "node:crypto";
import { DatabaseSync, type SQLOutputValue } from "node:sqlite";
import { refuse, send, sendTagged } from "../common/responses.ts";
import { malformedMessage, seen } from "../common/tasks.ts";
import { seeds, type User } from "../common/users.ts";
import type { Handler, LambdaResult, RawEvent } from "../contenders/contender.ts";
import type { Users } from "./storeContender.ts";

const db = new DatabaseSync(":memory:");
db.exec(
  "create table users (id text not null primary key, email text, name text, age integer, password text)",
);
const columns = "id, email, name, age, password";
const byId = db.prepare(`select ${columns} from users where id = ?`);
const first = db.prepare(`select ${columns} from users order by id limit ?`);
const insert = db.prepare(`insert into users (${columns}) values (?, ?, ?, ?, ?) returning ${columns}`);
const removeMade = db.prepare("delete from users where id not like 'user-%'");

function userOf(row: Record<string, SQLOutputValue>): User {
  const { id, email, name, age, password } = row as unknown as User;
  return { id, email, name, age, password };
}

function find(id: string): User | undefined {
  const row = byId.get(id);
  return row && userOf(row);
}

function add(id: string, { email, name, age, password }: Omit<User, "id">): User {
  const row = insert.get(id, email, name, age ?? null, password);
  return userOf(row as Record<string, SQLOutputValue>);
}

for (const { id, ...data } of seeds) add(id, data);

export const users: Users = {
  get: async id => find(id),
  create: async data => add(randomUUID(), data),
  async page({ limit }) {
    const items = first.all(limit + 1).map(userOf);
    return items.length > limit ? { items: items.slice(0, limit) } : { items, total: items.length };
  },
};

function parse(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? "");
  } catch {
    return undefined;
  }
}

export function create(): Handler {
  return async function createUser(given) {
    const event = given as RawEvent;
    const body = parse(event.body) as Partial<User> | undefined;
    if (body === undefined) return refuse(400, malformedMessage);
    if (typeof body !== "object" || Array.isArray(body)) return refuse(400, "The body must be an object");
    const missing = ["email", "name", "password"].filter(key => !Object.hasOwn(body, key));
    if (missing.length > 0) return refuse(400, `Missing key(s): ${missing.join(", ")}`);
    const user = add(randomUUID(), body as User);
    return send(201, JSON.stringify(seen(user)), { Location: `${event.rawPath}/${user.id}` });
  };
}

export function retrieve(): Handler {
  return async function retrieveUser(given): Promise<LambdaResult> {
    const event = given as RawEvent;
    const user = find(event.pathParameters?.id ?? "");
    if (user === undefined) return refuse(404, "Resource Not Found");
    const body = JSON.stringify(seen(user));
    return sendTagged(event, body);
  };
}

export function list(): Handler {
  return async function listUsers(given) {
    const limit = Number((given as RawEvent).queryStringParameters?.limit ?? 50);
    if (!(Number.isInteger(limit) && limit >= 1)) {
      return refuse(400, "limit must be a whole number of at least 1", { field: "limit" });
    }
    return send(200, JSON.stringify(first.all(Math.min(limit, 100)).map(row => seen(userOf(row)))));
  };
}

export async function forget(): Promise<void> {
  removeMade.run();
}

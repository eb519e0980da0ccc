import { createHmac } from "node:crypto";

/** What every contender stores. */
export interface User {
  id: string;
  email: string;
  name: string;
  age?: number;
  password: string;
}

/** The users that are there from the start: a page of them, in the order of their ids. */
export const seeds: readonly User[] = Array.from({ length: 50 }, (_, index) => ({
  id: `user-${String(index).padStart(2, "0")}`,
  email: `user${index}@example.com`,
  name: `User ${index}`,
  age: 20 + index,
  password: "never goes out",
}));

/** What a body must be. */
export const newUserSchema = {
  type: "object",
  properties: {
    email: { type: "string", minLength: 3, maxLength: 254, pattern: "^[^@\\s]+@[^@\\s]+$" },
    name: { type: "string", minLength: 1, maxLength: 100 },
    age: { type: "integer", minimum: 0, maximum: 150 },
    password: { type: "string", minLength: 8, maxLength: 200 },
  },
  required: ["email", "name", "password"],
  additionalProperties: false,
} as const;

/** What a message of the queue must be. */
export const renameSchema = {
  type: "object",
  properties: {
    id: { type: "string", maxLength: 40 },
    name: { type: "string", minLength: 1, maxLength: 100 },
  },
  required: ["id", "name"],
} as const;

export const secret = "a secret for benchmarks, 32 bytes and longer";

const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url");

const header: string = encode({ alg: "HS256", typ: "JWT" });
const signedIn = (seeds[0] as User).id;

/** A token of the first user, valid for an hour; another `serial` makes another token. */
export function tokenOf(serial: number): string {
  const now = Math.floor(Date.now() / 1000);
  const signed = `${header}.${encode({ sub: signedIn, iat: now, exp: now + 3600, jti: `${serial}` })}`;
  return `${signed}.${createHmac("sha256", secret).update(signed).digest("base64url")}`;
}

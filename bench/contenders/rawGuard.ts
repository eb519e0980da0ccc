import { jwtVerify } from "jose";
import { secret, type User } from "../users.ts";
import type { RawEvent } from "./raw.ts";

const key = new TextEncoder().encode(secret);

/** Verifies the Bearer token with jose, each time, and looks its user up. */
export async function guard(event: RawEvent, users: ReadonlyMap<string, User>): Promise<User | undefined> {
  const token = /^bearer (.+)$/i.exec(event.headers.authorization ?? "")?.[1];
  if (token === undefined) return undefined;
  try {
    const { payload } = await jwtVerify(token, key, { algorithms: ["HS256"], clockTolerance: 60 });
    return users.get(payload.sub ?? "");
  } catch {
    return undefined;
  }
}

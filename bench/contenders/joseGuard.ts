import { jwtVerify } from "jose";
import type { Guard } from "../common/tasks.ts";
import { secret } from "../common/users.ts";

const key = new TextEncoder().encode(secret);

/** Verifies the Bearer token with jose, each time. */
export const guard: Guard = async authorization => {
  const token = /^bearer (.+)$/i.exec(authorization ?? "")?.[1];
  if (token === undefined) return undefined;
  try {
    const { payload } = await jwtVerify(token, key, { algorithms: ["HS256"], clockTolerance: 60 });
    return payload.sub;
  } catch {
    return undefined;
  }
};

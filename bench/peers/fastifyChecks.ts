/** Fastify compiles schemas itself. */
import { newUserSchema } from "../common/users.ts";

export const newUser = (): object => newUserSchema;
export const rename = (): undefined => undefined;

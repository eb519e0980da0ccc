/** Compiles schemas with Middy's own Ajv when the function starts. */
import { transpileSchema } from "@middy/validator/transpile";
import type { Validate } from "../common/tasks.ts";
import { renameSchema } from "../common/users.ts";
import { newUserEventSchema } from "./middySchema.ts";

const compile = (schema: object): Validate =>
  transpileSchema(schema, { coerceTypes: false }) as unknown as Validate;

export const newUser = (): Validate => compile(newUserEventSchema);
export const rename = (): Validate => compile(renameSchema);

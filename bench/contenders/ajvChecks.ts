/** Compiles schemas with Ajv when the function starts. */
import { Ajv2020 } from "ajv/dist/2020.js";
import type { Validate } from "../common/tasks.ts";
import { newUserSchema, renameSchema } from "../common/users.ts";

const compile = (schema: object): Validate => new Ajv2020({ allErrors: true }).compile(schema) as Validate;

export const newUser = (): Validate => compile(newUserSchema);
export const rename = (): Validate => compile(renameSchema);

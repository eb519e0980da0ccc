/** Compiles schemas with Ajv when the function starts. */
import { Ajv2020 } from "ajv/dist/2020.js";
import { newUserSchema, renameSchema } from "../work/users.ts";
import type { Validate } from "../work/work.ts";

const compile = (schema: object): Validate => new Ajv2020({ allErrors: true }).compile(schema) as Validate;

export const newUser = (): Validate => compile(newUserSchema);
export const rename = (): Validate => compile(renameSchema);

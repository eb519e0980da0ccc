/** Where nothing is bundled, validators are compiled here, so that they are there before anything is measured. */
import { Ajv2020 } from "ajv/dist/2020.js";
import type { Validate } from "../common/tasks.ts";
import { newUserSchema, renameSchema } from "../common/users.ts";
import { newUserEventSchema } from "./middySchema.ts";

/** The schemas, by the names that their code is exported by. */
export const schemas: Readonly<Record<"newUserCode" | "renameCode" | "newUserEventCode", object>> = {
  newUserCode: newUserSchema,
  renameCode: renameSchema,
  /** Of a whole event, for Middy's validator. */
  newUserEventCode: newUserEventSchema,
};

const compile = (name: keyof typeof schemas): Validate =>
  new Ajv2020({ allErrors: true }).compile(schemas[name]) as Validate;

export const newUserCode: Validate = compile("newUserCode");
export const renameCode: Validate = compile("renameCode");
export const newUserEventCode: Validate = compile("newUserEventCode");

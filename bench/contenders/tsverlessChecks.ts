/** Schemas as users write them: compiled when the function starts, unless `tsverless build` did it before. */
import { jsonSchema } from "tsverless";
import type { JsonSchema } from "tsverless/schema";
import { newUserSchema, renameSchema } from "../common/users.ts";

export const newUser = (): JsonSchema<typeof newUserSchema> => jsonSchema(newUserSchema);
export const rename = (): JsonSchema<typeof renameSchema> => jsonSchema(renameSchema);

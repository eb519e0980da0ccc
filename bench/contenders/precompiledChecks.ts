/** Validators that were generated before: Ajv is not in a bundle, where `precompiled.ts` is replaced by their code. */
import type { Validate } from "../common/tasks.ts";
import { newUserCode, renameCode } from "./precompiled.ts";

export const newUser = (): Validate => newUserCode;
export const rename = (): Validate => renameCode;

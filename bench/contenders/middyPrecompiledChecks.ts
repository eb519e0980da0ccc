/** The validators of `precompiled.ts`, for Middy. */
import type { Validate } from "../common/tasks.ts";
import { newUserEventCode, renameCode } from "./precompiled.ts";

export const newUser = (): Validate => newUserEventCode;
export const rename = (): Validate => renameCode;

import { listHandler } from "tsverless/generics/listHandler";
import { updateHandler } from "tsverless/generics/updateHandler";
import { authUser } from "tsverless/middlewares/authUser";
import { errors } from "tsverless/middlewares/errors";
import { jsonBody } from "tsverless/middlewares/jsonBody";
import { memoryModel } from "tsverless/models/memory";
import { pipeline } from "tsverless/pipeline";

import { pick } from "tsverless/serializers";
export const parse = jsonBody<{ a: 1 }>();
export const caller = authUser({ loadUser: () => ({ a: 1 }) });
export const Notes = memoryModel<{ id: string; a: number }>({ name: "A" });
export const list = listHandler(Notes, { serializer: pick("id"), filters: ["a"] });
export const update = updateHandler(Notes, { serializer: pick("id"), optional: ["a"], upsert: true });
export const echo = pipeline([errors(), parse], e => e.body);
export const named = { ...errors(), name: "x" };
export const parsing = { ...parse, name: "x" };

import { newUserSchema } from "../common/users.ts";

/** Of a whole event, as Middy's validator takes it. */
export const newUserEventSchema: object = {
  type: "object",
  properties: { body: newUserSchema },
  required: ["body"],
};

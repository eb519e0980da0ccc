import {
  authenticate,
  authUser,
  createHandler,
  hashPassword,
  httpPreset,
  operation,
  pick,
  pipeline,
  signJwt,
  validate,
} from "tsverless";
import * as z from "zod";
import { auth } from "./access.ts";
import { Users } from "./models.ts";

const email = z.string().toLowerCase().pipe(z.email().max(200));
const account = z.object({ email, password: z.string().min(8).max(200) });
const self = pick("id", "email", "name");

/** POST /users */
export const signUp = createHandler(Users, {
  body: account.extend({ name: z.string().trim().min(1).max(200) }),
  serializer: self,
  create: async ({ password, ...data }) => Users.create({ ...data, password: await hashPassword(password) }),
});

/** POST /login */
export const login = pipeline(
  [
    operation({ summary: "Log in", response: z.object({ token: z.string() }) }),
    ...httpPreset(),
    validate({ body: account }),
  ],
  async ({ body }) => {
    const user = await authenticate(body.email, body.password, { model: Users });
    return { token: await signJwt({ sub: user.id }, { expiresIn: "8h" }) };
  },
);

/** GET /me */
export const me = pipeline(
  [
    operation({ summary: "Who is signed in", response: Users }),
    ...httpPreset({ serialize: { serializer: self } }),
    authUser(auth),
  ],
  (_event, { user }) => user,
);

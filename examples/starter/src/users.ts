import {
  authenticate,
  authUser,
  createHandler,
  hashPassword,
  httpPreset,
  jsonSchema,
  pick,
  pipeline,
  requireKeys,
  signJwt,
} from "tsverless";
import { Users } from "./models.ts";

const publicUser = pick("id", "email");

const newUser = jsonSchema({
  type: "object",
  properties: {
    email: { type: "string", format: "email", maxLength: 200 },
    password: { type: "string", minLength: 12, maxLength: 200 },
  },
  required: ["email", "password"],
});

/** POST /users */
export const signUp = createHandler(Users, {
  required: ["email", "password"],
  body: newUser,
  serializer: publicUser,
  create: async ({ email, password }) =>
    Users.create({ email: email.toLowerCase(), password: await hashPassword(password) }),
});

/** POST /login */
export const login = pipeline(
  [...httpPreset<{ email: string; password: string }>(), requireKeys(["email", "password"])],
  async ({ body }) => {
    const user = await authenticate(String(body.email).toLowerCase(), body.password, { model: Users });
    return { token: await signJwt({ sub: user.id }, { expiresIn: "8h" }) };
  },
);

/** GET /me */
export const me = pipeline(
  [...httpPreset({ serialize: { serializer: publicUser } }), authUser({ model: Users })],
  (_event, { user }) => user,
);

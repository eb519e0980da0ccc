import {
  authenticate,
  authUser,
  cors,
  createHandler,
  errors,
  hashPassword,
  httpPreset,
  jsonSchema,
  pick,
  pipeline,
  requireKeys,
  retrieveHandler,
  serialize,
  signJwt,
} from "tsverless";
import { Users } from "./models.ts";

const publicUser = pick("id", "name", "createdAt");
const ownUser = pick("id", "email", "name", "createdAt");

const newUser = jsonSchema({
  type: "object",
  properties: {
    email: { type: "string", format: "email", maxLength: 200 },
    password: { type: "string", minLength: 8, maxLength: 200 },
    name: { type: "string", minLength: 1, maxLength: 100 },
  },
  required: ["email", "password"],
});

/** POST /users */
export const signUp = createHandler(Users, {
  required: ["email", "password"],
  optional: ["name"],
  body: newUser,
  serializer: ownUser,
  create: async data =>
    Users.create({
      ...data,
      email: data.email.toLowerCase(),
      password: await hashPassword(data.password),
      createdAt: new Date().toISOString(),
    }),
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
  [errors(), cors(), serialize(ownUser), authUser({ model: Users })],
  (_event, { user }) => user,
);

/** GET /users/{id} */
export const retrieveUser = retrieveHandler(Users, { auth: { model: Users }, serializer: publicUser });

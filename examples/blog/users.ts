import {
  authenticate,
  authUser,
  cors,
  createHandler,
  errors,
  hashPassword,
  httpPreset,
  jsonSchema,
  operation,
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

/** What the document shows as an example. */
const ann = { email: "ann@example.com", password: "correct horse", name: "Ann" };
const token = jsonSchema({ type: "object", properties: { token: { type: "string" } }, required: ["token"] });

/** POST /users */
export const signUp = createHandler(Users, {
  operation: { summary: "Sign up", tags: ["account"], example: { body: ann } },
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
  [
    operation({
      summary: "Log in",
      description: "The token goes into the `Authorization` header: `Bearer …`. It is good for eight hours.",
      tags: ["account"],
      response: token,
      responses: { 401: { description: "No such user, or another password" } },
      example: { body: { email: ann.email, password: ann.password } },
    }),
    ...httpPreset<{ email: string; password: string }>(),
    requireKeys(["email", "password"]),
  ],
  async ({ body }) => {
    const user = await authenticate(String(body.email).toLowerCase(), body.password, { model: Users });
    return { token: await signJwt({ sub: user.id }, { expiresIn: "8h" }) };
  },
);

/** GET /me */
export const me = pipeline(
  [
    operation({ summary: "Who is signed in", tags: ["account"], response: Users }),
    errors(),
    cors(),
    serialize(ownUser),
    authUser({ model: Users }),
  ],
  (_event, { user }) => user,
);

/** GET /users/{id} */
export const retrieveUser = retrieveHandler(Users, { auth: { model: Users }, serializer: publicUser });

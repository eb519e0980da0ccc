import {
  and,
  authUser,
  cors,
  defineMiddleware,
  errors,
  explain,
  formBody,
  httpPreset,
  idempotent,
  isAuthenticated,
  jsonBody,
  loadObject,
  loadQueryset,
  middyPreset,
  multipart,
  not,
  operation,
  or,
  permit,
  pick,
  pipeline,
  queryParams,
  requireKeys,
  respond,
  s3File,
  s3Preset,
  serialize,
  sqsMessages,
  sqsPreset,
  validate,
  warmup,
} from "tsverless";
import { memoryStore } from "tsverless/idempotency/memory";
import * as z from "zod";
import { newPost, Posts, picked, type User, Users } from "./models.ts";

export const tenant = () =>
  defineMiddleware<{ context: { user: User } }, { context: { tenant: string } }>({
    name: "tenant",
    needs: ["context.user"],
    adds: ["context.tenant"],
    before: ({ context }) => {
      context.tenant = context.user.id;
    },
  });
export const login = pipeline(
  [...httpPreset<{ email: string; password: string }>(), requireKeys(["email"], { optional: ["password"] })],
  async ({ body }) => ({ token: body.email, at: new Date() }),
);
export const rename = pipeline(
  [
    errors(),
    serialize(pick("title")),
    jsonBody<{ title: string; note?: number }>(),
    requireKeys(["title"]),
    authUser({ model: Users }),
    loadObject(Posts),
    tenant(),
    permit((_event, { user }: { user: User }) => user.age === 3),
  ],
  (event, { object }) => ({ title: event.body.title, id: object.id }),
);
export const search = pipeline(
  [
    errors(),
    serialize(),
    queryParams({ required: ["q"], optionalMulti: ["a"] }),
    validate({ headers: z.object({}) }),
    loadQueryset(Posts, { filters: ["author"] }),
  ],
  async (_event, { queryset }) => queryset.count(),
);
export const withResponse = pipeline([errors(), serialize()], () => respond({ status: 201, body: { a: 1 } }));
export const upload = pipeline([errors(), serialize(), multipart()], event => event.body);
export const form = pipeline([errors(), serialize(), formBody()], event => event.body);
export const filed = pipeline(s3Preset(), (_event, { file }) => file);
export const queued = pipeline(sqsPreset(), (_event, { messages }) => messages);
export const plain = pipeline(middyPreset(), () => 1);
export const unserialized = pipeline([errors()], () => ({ a: 1, b: new Date() }));
export const preset = httpPreset();
export const auth = authUser({ model: Users });
export const checked = validate({ body: newPost, query: z.object({ page: z.string() }) });
export const keys = requireKeys(["a"], { optional: ["b"] });
export const query = queryParams({ required: ["q"] });
export const loaded = loadObject(Users);
export const lists = loadQueryset(Users);
export const rule = and(
  isAuthenticated,
  not((_event, { user }: { user: User }) => user.age === 3),
);
export const either = or(event => event.httpMethod === "GET", isAuthenticated);
export const permitted = permit(rule);
export const parsed = jsonBody<{ a: 1 }>();
export const once = idempotent({ store: memoryStore() });
export const chain = [
  errors(),
  cors(),
  warmup(),
  jsonBody(),
  serialize(picked),
  operation({ summary: "x" }),
  formBody(),
  multipart(),
  s3File(),
  sqsMessages({ json: true }),
] as const;
export const links = explain(login);
export const bodyless = pipeline(httpPreset(), event => event.body);

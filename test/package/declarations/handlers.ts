import {
  authorizerHandler,
  bulkCreateHandler,
  bulkDeleteHandler,
  bulkUpdateHandler,
  cognitoHandler,
  createHandler,
  deleteHandler,
  directHandler,
  dynamoStreamHandler,
  eventBridgeHandler,
  fields,
  firehoseHandler,
  kafkaHandler,
  kinesisHandler,
  listHandler,
  pick,
  pipeline,
  readSqsHandler,
  retrieveHandler,
  s3BatchHandler,
  s3Handler,
  scheduledHandler,
  serialize,
  snsHandler,
  sqsHandler,
  updateHandler,
} from "tsverless";
import { docsHandlers } from "tsverless/docs";
import { stream } from "tsverless/stream";
import { named, newPost, Posts, picked, postSchema, Users } from "./models.ts";
import { tenant } from "./pipelines.ts";

export const create = createHandler(Users, {
  auth: { model: Users },
  required: ["email"],
  optional: ["age"],
  serializer: picked,
});
export const createSchema = createHandler(Posts, {
  body: newPost,
  defaults: ({ context }) => ({ author: context.user.id }),
  auth: { model: Users },
  use: [tenant()],
});
export const createOwn = createHandler(Posts, {
  body: postSchema,
  create: data => Posts.create({ title: data.title, author: "1" }),
  serializer: post => ({ name: post.title, at: new Date() }),
});
export const retrieve = retrieveHandler(Users, {
  serializer: named,
  auth: { loadUser: async () => ({ name: "x" }) },
});
export const update = updateHandler(Users, {
  required: ["email"],
  serializer: picked,
  upsert: true,
  permit: (_event, { user }) => user === undefined,
});
export const remove = deleteHandler(Users, { auth: { model: Users, optional: true } });
export const list = listHandler(Users, {
  serializer: picked,
  filters: { age: ["gte"], email: true },
  ordering: ["email"],
  search: ["email"],
  count: true,
  envelope: true,
});
export const list2 = listHandler(Users, {
  serializer: pick("id"),
  filters: ["age", "born"],
  queryset: () => Users.objects,
  list: objects => objects,
});
export const bulk = bulkCreateHandler(Users, { required: ["email"] });
export const bulkChange = bulkUpdateHandler(Users, { optional: ["email"], atomic: true });
export const bulkRemove = bulkDeleteHandler(Users);
export const read = readSqsHandler();
export const sqs = sqsHandler(async message => {
  void message;
});
export const s3 = s3Handler(async file => {
  void file;
});
export const sns = snsHandler(({ subject }) => subject);
export const kinesis = kinesisHandler(({ data }) => data);
export const kafka = kafkaHandler(({ key }) => key);
export const firehose = firehoseHandler(({ data }) => data);
export const authorizer = authorizerHandler({
  model: Users,
  permit: (_event, { user }) => user.age !== undefined,
  claims: ({ user, claims }) => ({ ...claims, email: user.email }),
});
export const s3Batch = s3BatchHandler(({ fileName }) => fileName);
export const changes = dynamoStreamHandler(Posts, { inserted: post => post });
export const placed = eventBridgeHandler(({ detail }) => detail);
export const nightly = scheduledHandler(({ dueAt }) => dueAt, { schedule: "rate(1 day)" });
export const signUp = cognitoHandler({ preSignUp: () => ({ autoConfirmUser: true }) });
export const direct = directHandler({}, async given => ({ given }));
export const nested = retrieveHandler(Posts, { serializer: fields({ id: true, title: "title" }) });
export const streamed = stream(pipeline([serialize()], () => new ReadableStream()));
export const docs = docsHandlers({ title: "x" });
export const { page } = docsHandlers();

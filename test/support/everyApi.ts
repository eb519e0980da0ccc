import * as v from "valibot";
import { z } from "zod";
import { type Api, api } from "../../api/api.ts";
import { resource } from "../../api/resource.ts";
import { bulkCreateHandler } from "../../generics/bulkCreateHandler.ts";
import { bulkDeleteHandler } from "../../generics/bulkDeleteHandler.ts";
import { bulkUpdateHandler } from "../../generics/bulkUpdateHandler.ts";
import { createHandler } from "../../generics/createHandler.ts";
import { listHandler } from "../../generics/listHandler.ts";
import { restoreHandler } from "../../generics/restoreHandler.ts";
import { retrieveHandler } from "../../generics/retrieveHandler.ts";
import { updateHandler } from "../../generics/updateHandler.ts";
import { authUser } from "../../middlewares/authUser.ts";
import { cors } from "../../middlewares/cors.ts";
import { errors } from "../../middlewares/errors.ts";
import { idempotent } from "../../middlewares/idempotent.ts";
import { jsonBody } from "../../middlewares/jsonBody.ts";
import { loadQueryset } from "../../middlewares/loadQueryset.ts";
import { operation } from "../../middlewares/operation.ts";
import { permit } from "../../middlewares/permit.ts";
import { queryParams } from "../../middlewares/queryParams.ts";
import { requireKeys } from "../../middlewares/requireKeys.ts";
import { serialize } from "../../middlewares/serialize.ts";
import { validate } from "../../middlewares/validate.ts";
import { HttpError } from "../../src/core/errors.ts";
import { defineMiddleware } from "../../src/core/middleware.ts";
import { memoryStore } from "../../src/idempotency/memory.ts";
import { memoryModel } from "../../src/models/memory/memoryModel.ts";
import { sqlModel } from "../../src/models/sql/sqlModel.ts";
import { sqlite } from "../../src/models/sqlite.ts";
import { pipeline } from "../../src/pipeline/pipeline.ts";
import { jsonSchema } from "../../src/schema/jsonSchema.ts";
import { fields } from "../../src/serializers/fields.ts";
import { omit } from "../../src/serializers/omit.ts";
import { pick } from "../../src/serializers/pick.ts";

export const secret: string = "a secret of the tests, 32 bytes long";

/** A model of Zod: dates and bigints, which JSON has no words for, nested and optional fields. */
const address = z.object({ city: z.string(), zip: z.string().optional() }).meta({ id: "Address" });
const person = z.object({
  id: z.string(),
  name: z.string().min(1),
  born: z.date(),
  salary: z.bigint().nullable(),
  address: address.optional(),
  homes: z.array(address),
  nick: z.string().nullish(),
});
type Person = z.infer<typeof person>;
const People = memoryModel<Person>({ name: "Person", schema: person as never });
const newPerson = z.object({
  name: z.string().min(1),
  born: z.coerce.date(),
  salary: z.coerce.bigint().nullable(),
  address: address.optional(),
  homes: z.array(address).max(3),
  nick: z.string().nullish(),
});
const people = resource(People, {
  serializer: fields<Person>({
    id: true,
    called: "name",
    born: true,
    salary: true,
    address: pick("city"),
    homes: omit("zip"),
    nick: true,
    isOld: (one: Person) => one.born.getUTCFullYear() < 1950,
  }),
  body: newPerson,
  filters: ["born", "salary", "name"],
  ordering: ["born"],
  search: ["name"],
  count: true,
  envelope: true,
  operation: { tags: ["people"] },
  update: { requireMatch: true },
});

/** A model of columns alone. */
interface Thing {
  id: number;
  label: string | null;
  price: string | null;
  ready: boolean | null;
  extra: unknown;
  at: Date | null;
}
const db = sqlite(":memory:");
interface KeptThing {
  id: string;
  createdAt: Date;
  updatedAt: Date;
  deletedAt: Date | null;
}
const Kept = memoryModel<KeptThing>({ name: "Kept", fields: {}, stamps: true, softDelete: "deletedAt" });
const Things = sqlModel<Thing>({
  db,
  name: "Thing",
  table: "things",
  columns: { id: "integer", label: "text", price: "decimal", ready: "boolean", extra: "json", at: "date" },
});
const things = resource(Things, {
  serializer: pick("id", "label", "price", "ready", "extra", "at"),
  required: ["label"],
  optional: ["id", "price", "ready", "extra", "at"],
  filters: ["label", "price", "ready", "extra", "at"],
  update: { upsert: true, replace: true },
});

/** A model of which nothing is known but its name. */
interface Note {
  id: string;
  text: string;
  owner: string | undefined;
}
const Notes = memoryModel<Note>({ name: "Note" });
const store = memoryStore();
const valibotBody = v.object({ text: v.pipe(v.string(), v.minLength(1)) });
const notes = resource(Notes, {
  auth: { secret, loadUser: (id: string) => ({ id }), cookie: "session" },
  serializer: pick("id", "text", "owner"),
  body: valibotBody,
  use: [idempotent({ store })],
  permit: (_event, { user }) => user.id !== "mallory",
  defaults: ({ context }) => ({ owner: context.user.id }),
  bulk: true,
  list: { auth: { secret, loadUser: (id: string) => ({ id }), optional: true }, permit: () => true },
});

/** Objects below others, of which a list is there in every format and restored where it was deleted. */
interface Page {
  id: string;
  thing: number;
  text: string;
  deletedAt: Date | null;
}
const Pages = memoryModel<Page>({
  name: "Page",
  fields: { thing: "integer", text: "text" },
  softDelete: "deletedAt",
});
const pages = resource(Pages, {
  parent: { model: Things, param: "thing", key: "thing" },
  serializer: pick("id", "thing", "text"),
  required: ["text"],
  filters: ["text"],
  formats: ["json", "ndjson", "csv"],
  formatParam: true,
  deleted: true,
  restore: true,
});

/** What TypeBox makes: JSON Schema with symbols of its own. */
const tree = {
  [Symbol.for("TypeBox.Kind")]: "Object",
  $id: "Tree",
  type: "object",
  properties: {
    name: { type: "string", minLength: 2 },
    kids: { type: "array", items: { $ref: "#" } },
    kind: { $ref: "#/$defs/Kind" },
  },
  required: ["name"],
  $defs: { Kind: { enum: ["oak", "fir"] } },
} as const;

const quota = defineMiddleware({
  name: "quota",
  openapi: () => ({
    errors: [429],
    headers: { "X-Left": "How many requests are left" },
    parameters: [{ in: "header", name: "X-Plan", description: "Of the caller" }],
  }),
  before(request) {
    if ((request.event as { headers?: Record<string, string> }).headers?.["x-plan"] === "none") {
      throw new HttpError(429, "Too Many Requests", { headers: { "Retry-After": "60" } });
    }
  },
});

const search = pipeline(
  [
    errors(),
    cors(),
    operation({ response: [jsonSchema({ type: "object", properties: { q: { type: "string" } } })] }),
    serialize(),
    quota,
    queryParams({ required: ["q"], optionalMulti: ["lang"] }),
    validate({
      query: z.object({ q: z.string(), page: z.coerce.number().int().min(1).default(1) }),
      headers: jsonSchema({
        type: "object",
        properties: { "x-tenant": { type: "string" }, authorization: {} },
      }),
    }),
  ],
  ({ queryStringParameters: { q } }) => [{ q }],
);

const plant = pipeline(
  [errors(), cors(), serialize(jsonSchema(tree)), jsonBody(), validate({ body: jsonSchema(tree) })],
  ({ body }) => body,
);

const vote = pipeline(
  [
    errors(),
    cors(),
    serialize(undefined, { status: 204 }),
    authUser({ secret, loadUser: id => ({ id }) }),
    permit((_event, { user }) => (user as { id: string }).id !== "mallory"),
    jsonBody<{ choice: string }>(),
    requireKeys(["choice"]),
    operation({
      summary: "Vote",
      deprecated: true,
      example: { summary: "For it", body: { choice: "yes" } },
      responses: { 402: { description: "Voting is for members" } },
    }),
  ],
  ({ body }) => {
    if (body.choice === "never") throw new HttpError(402, "Members only");
  },
);

const page = pipeline(
  [
    errors(),
    cors(),
    serialize(),
    operation({ responses: { 200: { type: "text/html", body: { type: "string" }, description: "A page" } } }),
  ],
  () => new Response("<h1>Hi</h1>", { headers: { "content-type": "text/html" } }),
);

const latest = pipeline(
  [errors(), cors(), serialize(pick("id")), loadQueryset(Notes, { ordering: ["text"], allow: ["x"] })],
  async (_event, { queryset }) => (await queryset.page({ limit: 2 })).items,
);

/** Every generic, every middleware that knows something, and schemas of every kind. */
export const every: Api<object> = api(
  {
    people,
    things,
    notes,
    "things/{thing}/pages": pages,
    "POST /things/bulk": bulkCreateHandler(Things, { required: ["label"], maxItems: 3 }),
    "PATCH /things/bulk": bulkUpdateHandler(Things, { optional: ["label", "at"], atomic: true, maxItems: 3 }),
    "DELETE /things": bulkDeleteHandler(Things),
    "POST /things/bulk-delete": bulkDeleteHandler(Things, { maxItems: 2 }),
    "POST /kept/{id}/restore": restoreHandler(Kept, { serializer: pick("id", "createdAt", "deletedAt") }),
    "GET /kept": listHandler(Kept, { serializer: pick("id", "createdAt"), deleted: true }),
    "POST /ids": createHandler(Things, { required: ["label"] }),
    "GET /people/{person}/card": retrieveHandler(People, { param: "person", serializer: person }),
    "PUT /people/{id}/name": updateHandler(People, {
      param: "id",
      required: ["name"],
      serializer: omit("salary"),
    }),
    "GET /search": search,
    "POST /trees": plant,
    "POST /votes": vote,
    "GET /page": page,
    "GET /latest": latest,
    "ANY /any": pipeline([errors(), cors(), serialize(pick("ok"))], () => ({ ok: true })),
    "GET /files/{path+}": pipeline([errors(), cors(), serialize()], () => ({})),
    "GET /hidden": pipeline([errors(), operation({ hidden: true })], () => "hidden"),
  },
  {
    prefix: "/v1",
    basePath: "/shop",
    docs: true,
    openapi: { title: "Everything", version: "1.2.3", license: { name: "MIT", identifier: "MIT" } },
  },
);

export const closeEvery = (): Promise<void> => db.destroy();

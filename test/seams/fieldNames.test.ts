import * as lite from "drizzle-orm/sqlite-core";
import { afterAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { resource } from "../../api/resource.ts";
import { bulkCreateHandler } from "../../generics/bulkCreateHandler.ts";
import { createHandler } from "../../generics/createHandler.ts";
import { deleteHandler } from "../../generics/deleteHandler.ts";
import { listHandler } from "../../generics/listHandler.ts";
import { retrieveHandler } from "../../generics/retrieveHandler.ts";
import { updateHandler } from "../../generics/updateHandler.ts";
import { loadObject } from "../../middlewares/loadObject.ts";
import { loadQueryset } from "../../middlewares/loadQueryset.ts";
import { drizzleModel } from "../../src/models/drizzle/drizzleModel.ts";
import { dynamoModel } from "../../src/models/dynamo/dynamoModel.ts";
import { memoryModel } from "../../src/models/memory/memoryModel.ts";
import { sqlModel } from "../../src/models/sql/sqlModel.ts";
import { sqlite } from "../../src/models/sqlite.ts";
import type { Model } from "../../src/models/types.ts";
import { jsonSchema } from "../../src/schema/jsonSchema.ts";
import { fields } from "../../src/serializers/fields.ts";
import { omit } from "../../src/serializers/omit.ts";
import { pick } from "../../src/serializers/pick.ts";
import { drizzleSqlite } from "../support/drizzle.ts";

interface User {
  id: string;
  email: string;
  author: unknown;
}
const kinds = { id: "text", email: "text", author: "json" } as const;
const db = sqlite(":memory:");
const drizzled = drizzleSqlite(":memory:");
afterAll(async () => {
  await db.destroy();
  drizzled.file.close();
});
const client = { config: {}, send: () => Promise.reject(new Error("not used")) };

const knowing: [string, Model<User>][] = [
  ["memoryModel with fields", memoryModel<User>({ name: "User", fields: kinds })],
  [
    "memoryModel with a Zod schema",
    memoryModel({
      name: "User",
      schema: z.object({ id: z.string(), email: z.string(), author: z.unknown() }),
    }) as Model<User>,
  ],
  [
    "memoryModel with a JSON Schema",
    memoryModel<User>({
      name: "User",
      schema: jsonSchema({
        type: "object",
        properties: { id: { type: "string" }, email: { type: "string" }, author: {} },
      }) as never,
    }),
  ],
  ["sqlModel", sqlModel<User>({ db, name: "User", table: "users", columns: kinds })],
  [
    "drizzleModel",
    drizzleModel(
      drizzled.db,
      lite.sqliteTable("users", {
        id: lite.text().primaryKey(),
        email: lite.text("e_mail").notNull(),
        author: lite.text({ mode: "json" }),
      }),
      { name: "User" },
    ) as unknown as Model<User>,
  ],
  [
    "dynamoModel",
    dynamoModel<User>({
      client: client as never,
      table: "users",
      name: "User",
      key: { partition: "id" },
      fields: kinds,
    }),
  ],
  ["a model of one's own", { ...memoryModel<User>({ name: "User" }), fields: kinds }],
];
const unknowing: [string, Model<User>][] = [
  ["memoryModel alone", memoryModel<User>({ name: "User" })],
  [
    "a model of one's own with a schema that declares nothing",
    { ...memoryModel<User>({ name: "User" }), schema: z.string() as never },
  ],
];

type AnyOptions = Record<string, unknown>;
type Factory = (model: never, options: never) => unknown;
const serializer = pick("id");
const serializers = [
  pick("id", "emial"),
  omit("emial"),
  fields({ mail: "emial" } as never),
  fields({ emial: true } as never),
  fields({ emial: pick("id") } as never),
];

/** Each option that names fields, with a name that is none. */
const cases: [factory: string, make: Factory, option: string, options: AnyOptions][] = [
  ...(["required", "optional"] as const).flatMap(option =>
    (
      [
        ["createHandler", createHandler, {}],
        ["bulkCreateHandler", bulkCreateHandler, { location: () => "/" }],
        ["updateHandler", updateHandler, { serializer }],
        ["updateHandler", updateHandler, { serializer, upsert: true }],
      ] as [string, Factory, AnyOptions][]
    ).map(([factory, make, more]): [string, Factory, string, AnyOptions] => [
      factory,
      make,
      option,
      { ...more, [option]: ["email", "emial"] },
    ]),
  ),
  ...(
    [
      ["retrieveHandler", retrieveHandler],
      ["updateHandler", updateHandler],
      ["deleteHandler", deleteHandler],
      ["loadObject", loadObject],
    ] as [string, Factory][]
  ).map(([factory, make]): [string, Factory, string, AnyOptions] => [
    factory,
    make,
    "lookup",
    { ...(factory !== "loadObject" && { serializer }), lookup: "emial" },
  ]),
  ...(
    [
      ["filters", ["email", "emial"]],
      ["filters", { emial: "text" }],
      ["filters", { emial: ["eq"] }],
      ["ordering", ["email", "emial"]],
      ["search", ["emial"]],
    ] as const
  ).flatMap(([option, value]): [string, Factory, string, AnyOptions][] => [
    ["listHandler", listHandler as Factory, option, { serializer, [option]: value }],
    ["loadQueryset", loadQueryset as Factory, option, { [option]: value }],
  ]),
  ...serializers.flatMap(wrong =>
    (
      [
        ["createHandler", createHandler],
        ["retrieveHandler", retrieveHandler],
        ["updateHandler", updateHandler],
        ["deleteHandler", deleteHandler],
        ["listHandler", listHandler],
        ["loadQueryset", loadQueryset],
      ] as [string, Factory][]
    ).map(([factory, make]): [string, Factory, string, AnyOptions] => [
      factory,
      make,
      "serializer",
      { serializer: wrong },
    ]),
  ),
];

/** The same through `resource`, shared and under the verb's name. */
const verbOf: Record<string, string> = {
  createHandler: "create",
  updateHandler: "update",
  retrieveHandler: "retrieve",
  deleteHandler: "delete",
  listHandler: "list",
};
const throughResource = cases.flatMap(([factory, , option, options]): typeof cases => {
  const verb = verbOf[factory];
  if (verb === undefined || options.upsert === true) return [];
  const off = Object.fromEntries(
    Object.values(verbOf)
      .filter(other => other !== verb)
      .map(other => [other, false]),
  );
  return [
    [factory, resource as Factory, option, { serializer, ...options, ...off }],
    [factory, resource as Factory, option, { serializer, ...off, [verb]: options }],
  ];
});

describe.each(knowing)("an option that names no field of %s", (_model, model) => {
  it.each([...cases, ...throughResource].map(one => [`${one[0]}: ${one[2]}`, one] as const))(
    "is a TypeError that names the option and the field: %s",
    (_name, [factory, make, option, options]) => {
      expect(() => make(model as never, options as never)).toThrow(
        new TypeError(
          `${factory}: option "${option}" names "emial", which is not a field of User; it has id, email, author`,
        ),
      );
    },
  );

  it("is not found where all are fields, or are computed", () => {
    const all = ["email", "author"];
    const good = fields<User>({ id: true, mail: "email", author: pick("any"), size: () => 1 });
    resource(model, {
      serializer: good as never,
      required: ["email"],
      optional: ["author"],
      filters: all as never,
      ordering: ["email"],
      search: ["email"],
      lookup: "email",
    });
    bulkCreateHandler(model, { optional: all as never, location: () => "/" });
    listHandler(model, { serializer: z.object({ whatever: z.string() }), filters: { email: ["eq"] } });
    listHandler(model, { serializer: ({ id }) => ({ any: id }) });
  });
});

describe.each(unknowing)("an option of %s", (_model, model) => {
  it.each(cases.map(one => [`${one[0]}: ${one[2]}`, one] as const))(
    "may name any field: %s",
    (_name, [, make, , options]) => {
      expect(() => make(model as never, options as never)).not.toThrow();
    },
  );
});

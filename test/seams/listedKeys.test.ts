import { toStandardJsonSchema } from "@valibot/to-json-schema";
import { type } from "arktype";
import Type from "typebox";
import * as v from "valibot";
import { describe, expect, it } from "vitest";
import * as z from "zod";
import * as zm from "zod/mini";
import { resource } from "../../api/resource.ts";
import { bulkCreateHandler } from "../../generics/bulkCreateHandler.ts";
import { createHandler } from "../../generics/createHandler.ts";
import { updateHandler } from "../../generics/updateHandler.ts";
import { memoryModel } from "../../src/models/memory/memoryModel.ts";
import type { Model } from "../../src/models/types.ts";
import { jsonSchema } from "../../src/schema/jsonSchema.ts";
import type { StandardSchemaV1 } from "../../src/schema/standard.ts";
import { omit } from "../../src/serializers/omit.ts";
import { sources } from "../support/events.ts";
import { send, type TestResponse } from "../support/send.ts";

interface User {
  id: string;
  email: string;
  role?: string;
  age?: number | null;
  address?: { city: string; geo?: string; tags?: { name: string; by?: string }[] } | null;
}
type Body = StandardSchemaV1<unknown, Partial<User>>;

const json = {
  type: "object",
  properties: {
    email: { type: "string" },
    address: {
      type: "object",
      properties: {
        city: { type: "string" },
        tags: { type: "array", items: { $ref: "#/$defs/tag" } },
      },
      required: ["city"],
    },
  },
  required: ["email"],
  $defs: { tag: { type: "object", properties: { name: { type: "string" } } } },
} as const;
const text = Type.String();

/** The same of every library, each as open to other keys as it can be. */
const schemas: [name: string, schema: unknown][] = [
  ["JSON Schema", jsonSchema(json)],
  [
    "JSON Schema of branches",
    jsonSchema({ allOf: [{ $ref: "#/$defs/user" }], $defs: { user: json, tag: json.$defs.tag } } as never),
  ],
  [
    "JSON Schema that welcomes others",
    jsonSchema({ ...json, additionalProperties: true, patternProperties: { "^.*$": {} } } as never),
  ],
  [
    "TypeBox",
    jsonSchema(
      Type.Object({
        email: text,
        address: Type.Optional(
          Type.Object({ city: text, tags: Type.Optional(Type.Array(Type.Object({ name: text }))) }),
        ),
      }),
    ),
  ],
  [
    "Zod",
    z.looseObject({
      email: z.string(),
      address: z
        .looseObject({ city: z.string(), tags: z.array(z.looseObject({ name: z.string() })).optional() })
        .optional(),
    }),
  ],
  [
    "Zod Mini",
    zm.looseObject({
      email: zm.string(),
      address: zm.optional(
        zm.looseObject({
          city: zm.string(),
          tags: zm.optional(zm.array(zm.looseObject({ name: zm.string() }))),
        }),
      ),
    }),
  ],
  [
    "Valibot",
    v.looseObject({
      email: v.string(),
      address: v.optional(
        v.looseObject({ city: v.string(), tags: v.optional(v.array(v.looseObject({ name: v.string() }))) }),
      ),
    }),
  ],
  [
    "Valibot with its JSON Schema",
    toStandardJsonSchema(
      v.looseObject({
        email: v.string(),
        address: v.optional(
          v.looseObject({ city: v.string(), tags: v.optional(v.array(v.looseObject({ name: v.string() }))) }),
        ),
      }),
    ),
  ],
  [
    "ArkType",
    type({ email: "string", "address?": { city: "string", "tags?": type({ name: "string" }).array() } }),
  ],
];
const serializer = omit("email");
const sent = {
  id: "mine",
  email: "a@b",
  role: "admin",
  age: 5,
  address: { city: "Bern", geo: "hidden", tags: [{ name: "x", by: "eve" }] },
};
const kept = { email: "a@b", address: { city: "Bern", tags: [{ name: "x" }] } };
const merge = { "Content-Type": "application/merge-patch+json" };
const operations = { "Content-Type": "application/json-patch+json" };

type Handler = Parameters<typeof send>[0];
const old = (): User => ({ id: "u1", email: "old", role: "user", address: { city: "Rome", geo: "G" } });
const made = (objects: User[] = []): Model<User> => memoryModel<User>({ name: "User", objects });
const all = async (model: Model<User>): Promise<User[]> => (await model.objects.page({})).items;

/** Every way in which a client writes; each gives the handler, the body, and what is stored then, but for a new id. */
const ways: [
  name: string,
  method: string,
  make: (model: Model<User>, options: object) => Handler,
  body: unknown,
  headers: Record<string, string>,
  stored: object,
][] = [
  ["create", "POST", (m, o) => createHandler(m, { ...o } as never), sent, {}, kept],
  ["bulk create", "POST", (m, o) => bulkCreateHandler(m, { ...o } as never), [sent], {}, kept],
  [
    "create of a resource",
    "POST",
    (m, o) => (resource(m, { serializer, ...o } as never) as { create: Handler }).create,
    sent,
    {},
    kept,
  ],
  [
    "upsert",
    "PUT",
    (m, o) => updateHandler(m, { serializer, upsert: true, ...o } as never),
    { ...sent, id: "u2" },
    {},
    { ...kept, id: "u2" },
  ],
  ["PUT", "PUT", (m, o) => updateHandler(m, { serializer, ...o } as never), sent, {}, { ...old(), ...kept }],
  [
    "PATCH",
    "PATCH",
    (m, o) => updateHandler(m, { serializer, ...o } as never),
    sent,
    {},
    { ...old(), ...kept },
  ],
  [
    "PATCH of a resource",
    "PATCH",
    (m, o) => (resource(m, { serializer, ...o } as never) as { update: Handler }).update,
    sent,
    {},
    { ...old(), ...kept },
  ],
  [
    "JSON Merge Patch",
    "PATCH",
    (m, o) => updateHandler(m, { serializer, ...o } as never),
    sent,
    merge,
    // What is there already and may not be set stays as it is.
    { ...old(), ...kept, address: { ...kept.address, geo: "G" } },
  ],
  [
    "JSON Patch",
    "PATCH",
    (m, o) => updateHandler(m, { serializer, ...o } as never),
    [
      { op: "replace", path: "/email", value: "a@b" },
      { op: "replace", path: "/address", value: sent.address },
    ],
    operations,
    { ...old(), ...kept },
  ],
];

describe.each(schemas)("a body schema of %s", (_library, body) => {
  it.each(ways)(
    "lets %s set what it declares, at any depth, and nothing else",
    async (name, method, make, payload, headers, stored) => {
      for (const source of sources) {
        const isNew = method === "POST" || name === "upsert";
        const Users = made(isNew ? [] : [old()]);
        const handler = make(Users, { body: body as Body });
        const id = name === "upsert" ? "u2" : "u1";
        const { status } = await send(handler, source, {
          method,
          path: `/users/${id}`,
          pathParameters: { id },
          body: payload,
          headers,
        });
        expect([source, status]).toEqual([source, isNew ? 201 : 200]);
        const [one, ...more] = await all(Users);
        expect(more).toEqual([]);
        const { id: given, ...rest } = one as User;
        expect(given).not.toBe("mine");
        expect({ id: given, ...rest }).toEqual({ id: given, ...stored });
      }
    },
  );

  it("may be narrowed by lists, within which its keys are still its own", async () => {
    const Users = made();
    const handler = createHandler(Users, { required: ["address"], optional: ["role"], body: optional(body) });
    await send(handler, "http", { method: "POST", path: "/users", body: { ...sent, email: undefined } });
    const [{ id: _, role: _role, ...rest }] = (await all(Users)) as [User];
    expect(rest).toEqual({ address: kept.address });
  });
});

/** Lists drop the email before the schema sees it; one that asks for it would refuse. */
function optional(schema: unknown): Body {
  const standard = (schema as Body)["~standard"];
  const validate = (value: unknown): unknown => {
    const found = standard.validate({ email: "x", ...(value as object) }) as { value?: { email?: string } };
    delete found.value?.email;
    return found;
  };
  return Object.create(schema as object, { "~standard": { value: { ...standard, validate } } }) as Body;
}

describe("strict schemas", () => {
  const closed = { ...json, additionalProperties: false } as const;
  it.each([
    ["JSON Schema", jsonSchema(closed)],
    ["Zod", z.strictObject({ email: z.string() })],
    ["Valibot", v.strictObject({ email: v.string() })],
    ["ArkType", type({ email: "string", "+": "reject" })],
  ])("of %s refuse what they do not declare, on every method", async (_name, body) => {
    const Users = made([old()]);
    const create = createHandler(Users, { body: body as Body });
    const update = updateHandler(Users, { body: body as Body, serializer });
    const ask = (handler: Handler, method: string): Promise<TestResponse> =>
      send(handler, "http", {
        method,
        path: "/users/u1",
        pathParameters: { id: "u1" },
        body: { email: "x", role: "admin" },
      });
    for (const response of [
      await ask(create, "POST"),
      await ask(update, "PUT"),
      await ask(update, "PATCH"),
    ]) {
      expect(response).toMatchObject({ status: 400, body: { code: 400, message: "Validation failed" } });
    }
    expect(await all(Users)).toEqual([old()]);
  });

  it("that say one thing and do another still let nothing through", async () => {
    const Users = made();
    const liar = {
      "~standard": {
        version: 1,
        vendor: "x",
        validate: (value: unknown) => ({ value }),
        jsonSchema: { input: () => ({ properties: { email: {} }, additionalProperties: false }) },
      },
    } as unknown as Body;
    await send(createHandler(Users, { body: liar }), "http", { method: "POST", path: "/u", body: sent });
    expect(await all(Users)).toEqual([{ id: expect.any(String), email: "a@b" }]);
  });
});

describe("unions", () => {
  const user = { properties: { kind: { const: "user" }, email: { type: "string" } } } as const;
  const admin = { properties: { kind: { const: "admin" }, email: { type: "string" }, role: {} } } as const;
  const body = jsonSchema({ type: "object", oneOf: [user, admin], required: ["kind"] } as never) as Body;

  it("let a value set the keys of its own branch alone", async () => {
    for (const [kind, role] of [
      ["user", undefined],
      ["admin", "root"],
    ]) {
      const Users = made();
      await send(createHandler(Users, { body }), "http", {
        method: "POST",
        path: "/u",
        body: { kind, email: "x", role: "root", age: 1 },
      });
      expect(await all(Users)).toEqual([{ id: expect.any(String), kind, email: "x", ...(role && { role }) }]);
    }
  });
});

describe("a schema that does not declare its keys", () => {
  const mute = {
    "~standard": { version: 1, vendor: "x", validate: (value: unknown) => ({ value }) },
  } as unknown as Body;
  const dumb: [string, Body][] = [
    ["a schema without JSON Schema", mute],
    ["a record", z.record(z.string(), z.string()) as Body],
    ["anything", z.any() as Body],
    ["a map", jsonSchema({ type: "object", additionalProperties: { type: "string" } }) as unknown as Body],
    ["patterns", jsonSchema({ type: "object", patternProperties: { "^x": {} } }) as unknown as Body],
  ];
  it.each(dumb)("needs the lists: %s is a TypeError of every factory", (_name, body) => {
    const Users = made();
    const factories: [string, (options: object) => unknown][] = [
      ["createHandler", options => createHandler(Users, options as never)],
      ["bulkCreateHandler", options => bulkCreateHandler(Users, options as never)],
      ["updateHandler", options => updateHandler(Users, { serializer, ...options } as never)],
      ["createHandler", options => resource(Users, { serializer, ...options } as never)],
    ];
    for (const [name, make] of factories) {
      expect(() => make({ body })).toThrow(
        new TypeError(
          `${name}: option "body" does not declare its keys: list in "required" and "optional" what a client may set`,
        ),
      );
      expect(() => make({ body, optional: ["email"] })).not.toThrow();
    }
  });

  it("lets nothing but the listed keys through", async () => {
    const Users = made();
    await send(createHandler(Users, { body: mute, optional: ["email"] }), "http", {
      method: "POST",
      path: "/u",
      body: sent,
    });
    expect(await all(Users)).toEqual([{ id: expect.any(String), email: "a@b" }]);
  });
});

import { describe, expect, it } from "vitest";
import { api } from "../../api/api.ts";
import { openapi } from "../../api/openapi/index.ts";
import { createHandler } from "../../generics/createHandler.ts";
import { fieldsOfModel } from "../../src/models/fields/fields.ts";
import { memoryModel } from "../../src/models/memory/memoryModel.ts";
import { declaredBy } from "../../src/schema/declared.ts";
import { readIncoming } from "../../src/schema/incoming.ts";
import { bigintMark, dateMark } from "../../src/schema/jsonMarks.ts";
import { jsonSchema } from "../../src/schema/jsonSchema.ts";
import type { StandardSchemaV1 } from "../../src/schema/standard.ts";
import { bodyFor, rowFor } from "../../tools/testing/access/bodies.ts";
import {
  type AccessApi,
  type AccessRoute,
  accessRoutes,
  type StoredModel,
} from "../../tools/testing/access/routes.ts";
import { exampleRequests } from "../../tools/testing/documents/exampleRequests.ts";
import { valid, validateOpenApi } from "../support/validateOpenApi.ts";

interface Thing {
  id: string;
  twice: number;
  named?: number;
}

/** An object whose every property is said somewhere else, behind all that a reference may be. */
const json = {
  $ref: "#/$defs/thing",
  properties: { id: { type: "string" } },
  required: ["id"],
  $defs: {
    thing: {
      type: "object",
      properties: {
        twice: { $ref: "#/$defs/once" },
        slash: { $ref: "#/$defs/a~1b" },
        tilde: { $ref: "#/$defs/m~0n" },
        percent: { $ref: "#/$defs/with%20space" },
        beside: { $ref: "#/$defs/least", type: "integer" },
        named: { $ref: "#/$defs/once", description: "How often" },
        inner: { $ref: "#/$defs/toPlace" },
      },
      required: ["twice", "inner"],
    },
    once: { $ref: "#/$defs/count" },
    count: { type: "integer", minimum: 3 },
    "a/b": { type: "boolean" },
    "m~n": { type: "number" },
    "with space": { type: "string" },
    least: { minimum: 5 },
    toPlace: { $ref: "#/$defs/place" },
    place: {
      type: "object",
      properties: { city: { $ref: "#/$defs/toCity" } },
      required: ["city"],
    },
    toCity: { $ref: "#/$defs/city" },
    city: { type: "string" },
  },
};
const schema = jsonSchema(json as never) as StandardSchemaV1<unknown, Thing>;
const things = memoryModel<Thing>({ name: "Thing", schema });

/** Of another library, which says a JSON Schema of itself. */
function saying(root: unknown): StandardSchemaV1 {
  const convert = (): unknown => root;
  return {
    "~standard": {
      version: 1,
      vendor: "test",
      validate: (value: unknown) => ({ value }),
      jsonSchema: { input: convert, output: convert },
    },
  } as StandardSchemaV1;
}

const routeOf = (app: AccessApi): AccessRoute => accessRoutes(app).routes[0] as AccessRoute;

describe("a reference in a schema", () => {
  it("leads to the kind of a model's field", () => {
    expect(fieldsOfModel(things)).toEqual({
      id: "text",
      twice: "integer",
      slash: "boolean",
      tilde: "real",
      percent: "text",
      beside: "integer",
      named: "integer",
      inner: "json",
    });
  });

  it("leads to the keys that are declared", () => {
    const declared = declaredBy(schema);
    expect(declared?.names.toSorted()).toEqual(
      ["id", "twice", "slash", "tilde", "percent", "beside", "named", "inner"].sort(),
    );
    expect(declared?.keep({ id: "a", other: 1, inner: { city: "Rome", zip: "1" } })).toEqual({
      id: "a",
      inner: { city: "Rome" },
    });
  });

  it("leads to what comes in as a date or a bigint", () => {
    const dates = saying({
      type: "object",
      properties: {
        born: { $ref: "#/$defs/when" },
        size: { $ref: "#/$defs/a~1b", description: "In bytes" },
      },
      $defs: { when: { $ref: "#/$defs/date" }, date: { type: dateMark }, "a/b": { type: bigintMark } },
    });
    expect(readIncoming(dates, { born: "2026-01-31T12:00:00.000Z", size: "12" })).toEqual({
      born: new Date("2026-01-31T12:00:00.000Z"),
      size: 12n,
    });
  });

  it("leads nowhere by an anchor or a text that is not a reference, and stops nothing", () => {
    const odd = saying({
      type: "object",
      properties: { a: { $ref: "#anchor" }, b: { $ref: "#/$defs/%zz" }, c: { type: dateMark } },
    });
    const value = { a: { c: "2026-01-31" }, b: "2026-01-31" };
    expect(readIncoming(odd, value)).toBe(value);
    expect(declaredBy(odd)?.keep(value)).toEqual(value);
    expect(fieldsOfModel({ schema: odd })).toEqual({ a: "json", b: "json", c: "date" });
  });

  it("ends where references go in a circle", () => {
    const circle = saying({
      type: "object",
      properties: { a: { $ref: "#/$defs/x" }, self: { $ref: "#" }, at: { type: dateMark } },
      $defs: { x: { $ref: "#/$defs/y" }, y: { $ref: "#/$defs/x", type: "integer" } },
    });
    expect(fieldsOfModel({ schema: circle })).toEqual({ a: "integer", self: "json", at: "date" });
    expect(readIncoming(circle, { self: { self: { at: "2026-01-31" } } })).toEqual({
      self: { self: { at: new Date("2026-01-31") } },
    });
    expect(declaredBy(circle)?.keep({ self: { self: { a: 1, no: 1 } } })).toEqual({
      self: { self: { a: 1 } },
    });
    const circles = memoryModel<{ id: string }>({ name: "Circle" });
    const app = api({ "POST /circles": createHandler(circles, { body: circle as never }) });
    const document = openapi(app);
    expect(document.components.schemas?.x).toEqual({ $ref: "#/components/schemas/y" });
    expect(exampleRequests(document).map(({ path }) => path)).toEqual(["/circles"]);
    expect(bodyFor(routeOf(app), undefined, undefined)).toMatchObject({ a: 1, self: { a: 1 } });
  });

  const app = api({ "POST /things": createHandler(things, { body: schema }) });
  const example = {
    id: "id",
    twice: 3,
    slash: true,
    tilde: 1,
    percent: "percent",
    beside: 5,
    named: 3,
    inner: { city: "city" },
  };

  it("leads to what the document of an API says, and to its examples", async () => {
    const listed = api({
      "POST /things": createHandler(things, { body: schema, required: ["id", "twice"], optional: ["named"] }),
    });
    expect(await validateOpenApi(openapi(listed, { license: { name: "MIT", identifier: "MIT" } }))).toEqual(
      valid,
    );
    expect(exampleRequests(openapi(app)).map(({ body = "" }) => JSON.parse(body))).toEqual([example]);
    expect(openapi(listed).components.schemas?.ThingCreate).toEqual({
      type: "object",
      properties: {
        id: { type: "string" },
        twice: { $ref: "#/components/schemas/once" },
        named: { description: "How often", $ref: "#/components/schemas/once" },
      },
      required: ["id", "twice"],
    });
  });

  it("leads to what proveAccess sends and stores", () => {
    const text = expect.stringMatching(/^cnry/);
    const sent = { ...example, id: text, percent: text };
    expect(bodyFor(routeOf(app), undefined, undefined)).toEqual(sent);
    expect(rowFor(things as unknown as StoredModel, {}, true)).toEqual({
      id: text,
      twice: 3,
      inner: { city: "city" },
    });
  });
});

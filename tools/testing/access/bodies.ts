import { randomUUID } from "node:crypto";
import { modelShape } from "../../../api/openapi/modelSchema.ts";
import { sample } from "../../../api/openapi/sample.ts";
import type { Json } from "../../../api/openapi/types.ts";
import { dereferenced } from "../../../src/core/jsonReference.ts";
import { isObject } from "../../../src/core/objects.ts";
import type { Row } from "../../../src/core/types.ts";
import { toJson } from "../../../src/http/json.ts";
import { fieldsOfModel } from "../../../src/models/fields/fields.ts";
import { tenantName } from "./belonging.ts";
import { canary } from "./canaries.ts";
import type { AccessRoute, StoredModel } from "./routes.ts";

const fresh: Readonly<Record<string, () => string>> = {
  email: () => `${canary()}@example.com`,
  uuid: () => randomUUID(),
  uri: () => `https://example.com/${canary()}`,
  url: () => `https://example.com/${canary()}`,
};

/** A text that is nowhere else, where the schema takes any text; else what was there. */
function distinct(schema: Json, value: unknown): unknown {
  if (typeof value !== "string") return value;
  const { format, pattern, maxLength = 100, minLength = 0 } = schema;
  const isChosen = schema.enum !== undefined || schema.const !== undefined || pattern !== undefined;
  if (isChosen || (maxLength as number) < 8) return value;
  const make = format === undefined ? canary : fresh[format as string];
  const made = make?.() ?? value;
  return format === undefined ? made.padEnd(minLength as number, "x").slice(0, maxLength as number) : made;
}

function distinctObject(schema: Json, root: Json, example: Row): Row {
  const { properties, allOf } = dereferenced(root, schema);
  const parts = [
    properties,
    ...(Array.isArray(allOf) ? allOf.map(one => dereferenced(root, one).properties) : []),
  ];
  const known: Record<string, Json> = Object.assign({}, ...parts.filter(isObject));
  return Object.fromEntries(
    Object.entries(example).map(([key, value]) => [key, distinct(dereferenced(root, known[key]), value)]),
  );
}

const ofKind: Readonly<Record<string, unknown>> = {
  integer: 1,
  real: 1.5,
  boolean: true,
  date: "2026-01-31T12:00:00.000Z",
  bigint: "1",
  decimal: "1.50",
  json: [],
};

/** A value like another, or of a kind. */
function like(value: unknown, kind: string | undefined): unknown {
  if (value !== undefined && value !== null && typeof value !== "string") return toJsonValue(value);
  return ofKind[kind ?? ""] ?? canary();
}

const toJsonValue = (value: unknown): unknown => JSON.parse(toJson(value));

/** Routes that take no more than what they need of what is made of their schema. */
const lean = new WeakSet<AccessRoute>();

/** Has a route get what it needs and nothing else from now on. */
export function sendLess(route: AccessRoute): void {
  lean.add(route);
}

/** Names of fields that say who made an object. */
export const makerName: RegExp = /^(owner|author|user|creator|maker|created_?by|by)(_?id)?$/i;

/** What a user says of an object that is theirs: under names of makers their id, under those of tenants their tenant. */
export function ownValues(names: readonly string[], user: Row = {}): Row {
  const values = names.map(name => [
    name,
    makerName.test(name) ? user.id : tenantName.test(name) ? user[name] : undefined,
  ]);
  return Object.fromEntries(values.filter(([, value]) => value !== undefined && value !== null));
}

/**
 * A body that a route should take, its texts nowhere else.
 *
 * @param user who sends it
 * @param declared one that is known to be taken; its texts stay
 * @param known an object of the route's model, for fields of which nothing else is known
 */
export function bodyFor(
  route: AccessRoute,
  user: Row | undefined,
  declared: unknown,
  known: Row = {},
): Row | undefined {
  if (declared !== undefined) return isObject(declared) ? { ...declared } : undefined;
  const { body, verb, model } = route;
  const given = Array.isArray(body?.example) ? body.example[0] : body?.example;
  const schema =
    verb === "createMany" || verb === "updateMany" ? (body?.schema.items as Json | undefined) : body?.schema;
  const needed = dereferenced(body?.root, schema).required as readonly string[] | undefined;
  const required = route.known.body?.required ?? needed ?? [];
  const settable = lean.has(route) ? required : route.settable;
  const example = isObject(given) ? given : undefined;
  const made = example && schema && body ? distinctObject(schema, body.root, example) : undefined;
  const missing = settable.filter(key => made?.[key] === undefined);
  // Without any schema each key that is listed gets a value like those that are there.
  const rest = made === undefined ? missing : missing.filter(key => typeof known[key] === "string");
  const kinds = model && fieldsOfModel(model as never);
  const filled = Object.fromEntries(rest.map(key => [key, like(known[key], kinds?.[key])]));
  const all: Row = { ...filled, ...made, ...ownValues(settable, user) };
  if (!lean.has(route)) return all;
  return Object.fromEntries(Object.entries(all).filter(([key]) => required.includes(key)));
}

/** Fields for a new object of a model: those that are given, and distinct ones for all others. */
export function rowFor(model: StoredModel, given: Row, onlyNeeded: boolean): Row {
  const shape = modelShape(model, "input");
  if (shape === undefined) return { ...given };
  const row: Row = {};
  const root = { $defs: Object.fromEntries(shape.defs) };
  for (const [name, property] of Object.entries(shape.properties)) {
    if (given[name] !== undefined || (name === model.idKey && !shape.required.includes(name))) continue;
    const needed = shape.required.includes(name);
    if (onlyNeeded && !needed) continue;
    const schema = dereferenced(root, property);
    const isText = schema.type === "string" || (Array.isArray(schema.type) && schema.type.includes("string"));
    if (!needed && !isText) continue;
    const value = distinct(schema, sample(schema, root, name));
    if (value !== undefined) row[name] = value;
  }
  return { ...row, ...given };
}

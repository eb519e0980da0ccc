import { BadRequest } from "../../core/errors.ts";
import { isObject } from "../../core/objects.ts";
import { incomingView } from "../../schema/incoming.ts";
import { bigintMark, dateMark } from "../../schema/jsonMarks.ts";
import type { FieldKind, Model } from "../types.ts";
import { wantedOf } from "./checkValue.ts";
import { fieldsOfModel } from "./fields.ts";
import { readJson } from "./jsonForm.ts";

type Fields = Record<string, unknown>;
/** The kinds of which JSON has no values of its own. */
export type TextKind = "date" | "bigint" | "decimal";

/** What the schema of a model takes of each, where it says so: a schema that takes text itself makes its own of it. */
const marks: Readonly<Record<TextKind, string>> = { date: dateMark, bigint: bigintMark, decimal: "string" };

const isTextKind = (kind: FieldKind | undefined): kind is TextKind =>
  kind !== undefined && Object.hasOwn(marks, kind);

const known: WeakMap<object, ReadonlyMap<string, TextKind>> = /* @__PURE__ */ new WeakMap();

/** The fields of a model whose values JSON has as text: dates, bigints and decimals. */
export function textFields<T>(model: Model<T>): ReadonlyMap<string, TextKind> {
  const found = known.get(model);
  if (found !== undefined) return found;
  const view = model.schema && incomingView(model.schema);
  const fields = new Map<string, TextKind>();
  for (const [field, kind] of Object.entries(fieldsOfModel(model) ?? {})) {
    if (!isTextKind(kind)) continue;
    const types = view?.property(field)?.types;
    if (types === undefined || types.size === 0 || types.has(marks[kind])) fields.set(field, kind);
  }
  known.set(model, fields);
  return fields;
}

/** What a value holds of which its model declares no kind. */
function kindOfValue(value: unknown): TextKind | undefined {
  if (value instanceof Date) return "date";
  return typeof value === "bigint" ? "bigint" : undefined;
}

/** Fields of which the model declares nothing: what they hold now says it. */
function fieldsByValue<T>(model: Model<T>, body: Fields, object: Fields): ReadonlyMap<string, TextKind> {
  const kinds = fieldsOfModel(model);
  const fields = new Map<string, TextKind>();
  for (const field of Object.keys(body)) {
    const kind = kinds?.[field] === undefined ? kindOfValue(object[field]) : undefined;
    if (kind !== undefined && readJson(kind, body[field]) !== undefined) fields.set(field, kind);
  }
  return fields;
}

/**
 * The fields of a body as the model holds them: dates, bigints and decimals may come in the form that responses have, ISO text
 * and text of digits. What is of no such field stays as it is. The body is left untouched.
 *
 * @param model whose fields they are
 * @param body what a client sent, or what a schema made of it
 * @param object what it changes: its values show the kind of fields that the model does not declare
 * @throws BadRequest naming a field whose value has no such form, unless a schema of the model's own says what it takes
 */
export function readFields<T>(model: Model<T>, body: unknown, object?: unknown): unknown {
  if (!isObject(body)) return body;
  const read = isObject(object) ? readEach(fieldsByValue(model, body, object), body, false) : body;
  return readEach(textFields(model), read, model.schema === undefined);
}

function readEach(fields: ReadonlyMap<string, TextKind>, body: Fields, isStrict: boolean): Fields {
  let copy: Fields | undefined;
  for (const [field, kind] of fields) {
    const value = Object.hasOwn(body, field) ? body[field] : undefined;
    if (value === undefined || value === null) continue;
    const read = readJson(kind, value);
    if (read === value) continue;
    if (read !== undefined) {
      copy ??= { ...body };
      copy[field] = read;
    } else if (isStrict) throw new BadRequest(`${field} must be ${wantedOf(kind)}`, { field });
  }
  return copy ?? body;
}

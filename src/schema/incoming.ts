import { readBigint, readDate } from "../core/jsonText.ts";
import { inputJsonSchema } from "./inputJsonSchema.ts";
import { bigintMark, dateMark } from "./jsonMarks.ts";
import { type View, viewOf } from "./jsonSchemaViews.ts";
import {
  type CheckMode,
  type CheckResult,
  checkSchema,
  type InferOutput,
  type StandardSchemaV1,
} from "./standard.ts";

const views: WeakMap<object, View | null> = /* @__PURE__ */ new WeakMap();

/**
 * What a schema says of the values that it takes, dates and bigints marked.
 *
 * @returns `undefined` where it declares nothing, or takes neither
 */
export function incomingView(schema: StandardSchemaV1): View | undefined {
  let view = views.get(schema);
  if (view === undefined) {
    const json = inputJsonSchema(schema);
    view = hasMarks(json) ? viewOf(json) : null;
    views.set(schema, view);
  }
  return view ?? undefined;
}

function hasMarks(root: unknown): boolean {
  const seen = new Set<unknown>();
  const open: unknown[] = [root];
  while (open.length > 0) {
    const node = open.pop();
    if (node === dateMark || node === bigintMark) return true;
    if (typeof node !== "object" || node === null || seen.has(node)) continue;
    seen.add(node);
    open.push(...Object.values(node));
  }
  return false;
}

/**
 * A value of JSON as a schema takes it: where it wants a date and no text, ISO text becomes one, and where it wants a bigint, a
 * text of digits and a whole number do. Anything else stays as it is, for the schema to refuse. The value is left untouched.
 */
export function readIncoming(schema: StandardSchemaV1, value: unknown): unknown {
  const view = incomingView(schema);
  return view === undefined ? value : converted(view, value);
}

function converted(view: View | undefined, value: unknown): unknown {
  if (view === undefined) return value;
  if (typeof value === "string") return ofText(view.types, value);
  if (typeof value === "number") return ofNumber(view.types, value);
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) {
    const items = value.map((item: unknown, index) => converted(view.item(index), item));
    return items.some((item, index) => item !== value[index]) ? items : value;
  }
  if (Object.prototype.toString.call(value) !== "[object Object]") return value;
  let copy: Record<string, unknown> | undefined;
  for (const [name, item] of Object.entries(value)) {
    const made = converted(view.property(name), item);
    if (made === item) continue;
    copy ??= { ...value };
    copy[name] = made;
  }
  return copy ?? value;
}

function ofText(types: View["types"], text: string): unknown {
  if (types.has("string")) return text;
  const date = types.has(dateMark) ? readDate(text) : undefined;
  return date ?? (types.has(bigintMark) ? readBigint(text) : undefined) ?? text;
}

const wantsBigint = (types: View["types"]): boolean =>
  types.has(bigintMark) && !types.has("number") && !types.has("integer");

function ofNumber(types: View["types"], number: number): unknown {
  return wantsBigint(types) && Number.isSafeInteger(number) ? BigInt(number) : number;
}

/** Whether a schema takes a bigint at a place, and no number. */
export function takesBigint(schema: StandardSchemaV1, place: readonly string[]): boolean {
  let view = incomingView(schema);
  for (const name of place) view = view?.property(name) ?? view?.item(Number(name) || 0);
  return view !== undefined && wantsBigint(view.types);
}

/**
 * {@link checkSchema} of a value that came in as JSON or text, whose dates and bigints are in the form that JSON has of them.
 *
 * @param mode for text input
 */
export function checkIncoming<Schema extends StandardSchemaV1>(
  schema: Schema,
  value: unknown,
  mode?: CheckMode,
): CheckResult<InferOutput<Schema>> | Promise<CheckResult<InferOutput<Schema>>> {
  return checkSchema(schema, readIncoming(schema, value), mode);
}

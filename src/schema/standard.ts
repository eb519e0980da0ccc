import type { StandardSchemaV1 } from "@standard-schema/spec";
import type { FieldError } from "../core/errors.ts";
import { mapMaybePromise } from "../core/maybePromise.ts";

export type { StandardSchemaV1 } from "@standard-schema/spec";

/** What a schema takes. */
export type InferInput<Schema extends StandardSchemaV1> = StandardSchemaV1.InferInput<Schema>;

/** What a schema gives: the checked, coerced and completed value. */
export type InferOutput<Schema extends StandardSchemaV1> = StandardSchemaV1.InferOutput<Schema>;

/** The outcome of a check: the schema's output, or all that is wrong with the input. */
export type CheckResult<T> = { value: T; errors?: undefined } | { value?: undefined; errors: FieldError[] };

/** Under this key a schema of ours checks values that came as text, such as query strings: it coerces them first. */
export const checkText: unique symbol = /* @__PURE__ */ Symbol("checkText");

/** Under this key a schema of ours checks what goes out: it first drops all that it does not declare. */
export const checkOutgoing: unique symbol = /* @__PURE__ */ Symbol("checkOutgoing");

/** How a value is checked: as it is, or as one of the two special cases above, where the schema knows it. */
export type CheckMode = typeof checkText | typeof checkOutgoing;

type Check = (value: unknown) => StandardSchemaV1.Result<unknown>;

/**
 * True when `value` is a Standard Schema: an object or function with `~standard.validate`.
 *
 * @see https://standardschema.dev
 */
export function isStandardSchema(value: unknown): value is StandardSchemaV1 {
  if ((typeof value !== "object" && typeof value !== "function") || value === null) return false;
  const standard = (value as Partial<StandardSchemaV1>)["~standard"];
  return typeof standard === "object" && standard !== null && typeof standard.validate === "function";
}

/**
 * Checks a value with a Standard Schema of any library. The result of a synchronous schema comes at once, that of an
 * asynchronous one as a promise. A schema that throws or rejects does so here as well.
 *
 * @param schema any Standard Schema
 * @param value whatever came in
 * @param mode for text input or outgoing data, where a schema treats them apart
 * @returns `{ value }`, or `{ errors }` with one entry per problem, its path joined by dots
 * @example
 * checkSchema(z.object({ age: z.number() }), { age: "x" });
 * // { errors: [{ field: "age", message: "Invalid input: expected number, received string" }] }
 */
export function checkSchema<Schema extends StandardSchemaV1>(
  schema: Schema,
  value: unknown,
  mode?: CheckMode,
): CheckResult<InferOutput<Schema>> | Promise<CheckResult<InferOutput<Schema>>> {
  const special = mode && (schema as { [Mode in CheckMode]?: Check })[mode];
  const result = special ? special(value) : schema["~standard"].validate(value);
  return mapMaybePromise(result, toCheckResult<InferOutput<Schema>>);
}

function toCheckResult<T>(result: StandardSchemaV1.Result<unknown>): CheckResult<T> {
  return result.issues ? { errors: result.issues.map(toFieldError) } : { value: result.value as T };
}

function toFieldError(issue: StandardSchemaV1.Issue): FieldError {
  return { field: (issue.path ?? []).map(segmentName).join("."), message: issue.message };
}

function segmentName(segment: PropertyKey | StandardSchemaV1.PathSegment): string {
  return String(typeof segment === "object" ? segment.key : segment);
}

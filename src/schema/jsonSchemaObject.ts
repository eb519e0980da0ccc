import type { StandardJSONSchemaV1, StandardSchemaV1 } from "@standard-schema/spec";
import { toIssues, type ValidatorError } from "./jsonSchemaErrors.ts";
import { declaredOnly } from "./jsonSchemaOutgoing.ts";
import { toTarget } from "./jsonSchemaTargets.ts";
import { coerceText } from "./jsonSchemaText.ts";
import type { FromSchema, SchemaInput } from "./jsonSchemaTypes.ts";
import { type View, viewOf } from "./jsonSchemaViews.ts";
import { checkOutgoing, checkText } from "./standard.ts";

/** A JSON Schema as a Standard Schema; `~standard.jsonSchema` gives the JSON Schema back. */
export interface JsonSchema<Source = unknown, Output = FromSchema<Source>, Input = SchemaInput<Source>> {
  readonly "~standard": StandardSchemaV1.Props<Input, Output> & StandardJSONSchemaV1.Props<Input, Output>;
  /** The JSON Schema that it was made from. */
  readonly schema: Source;
}

/** Where Ajv puts what it changes about the value as a whole. */
export interface ValidatorPlace {
  instancePath: string;
  parentData: { [key: string | number]: unknown };
  parentDataProperty: string;
  rootData: { [key: string | number]: unknown };
  dynamicAnchors: Record<string, never>;
}

/** A function that Ajv compiled, at run time or ahead of it with `ajv/dist/standalone`. */
export interface CompiledValidator {
  (value: unknown, place?: ValidatorPlace): unknown;
  errors?: readonly ValidatorError[] | null | undefined;
}

/** Which properties are dropped, as Ajv names it. */
export type RemoveAdditional = boolean | "all" | "failing";

/** A schema as a function. */
export interface Compiled {
  readonly validator: CompiledValidator;
  /** Whether it fills in defaults. */
  readonly hasDefaults: boolean;
}

/** What {@link makeJsonSchema} is given about a validator. */
export interface ValidatorTraits {
  /** Whether it may change its input, so that it must be given a copy. */
  mutates: boolean;
  /** Whether text is always turned into the types that the schema expects. */
  coerce: boolean;
}

/** Copies plain data; Dates, bytes and the like are left as they are, and instances keep their class. */
function copyOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(copyOf);
  if (typeof value !== "object" || value === null) return value;
  if (Object.prototype.toString.call(value) !== "[object Object]") return value;
  const prototype: object | null = Object.getPrototypeOf(value);
  const copy: Record<string, unknown> =
    prototype === Object.prototype ? { ...value } : Object.assign(Object.create(prototype), value);
  for (const key of Object.keys(copy)) copy[key] = copyOf(copy[key]);
  return copy;
}

/** Runs a validator. */
type Run = (validator: CompiledValidator, value: unknown) => StandardSchemaV1.Result<unknown>;

/** Of what changes nothing the output is its input. */
function runUnchanged(validator: CompiledValidator, value: unknown): StandardSchemaV1.Result<unknown> {
  return validator(value) ? { value } : { issues: toIssues(validator.errors ?? []) };
}

function runInPlace(validator: CompiledValidator, value: unknown): StandardSchemaV1.Result<unknown> {
  const holder: Record<string, unknown> = { value };
  const place: ValidatorPlace = {
    instancePath: "",
    parentData: holder,
    parentDataProperty: "value",
    rootData: holder,
    dynamicAnchors: {},
  };
  if (validator(value, place)) return { value: holder.value };
  return { issues: toIssues(validator.errors ?? []) };
}

/** Input that is nested deeper than the stack reaches is the input's fault, not ours. */
function guarded(
  prepare: (value: unknown) => unknown,
  run: Run,
  validator: CompiledValidator,
): (value: unknown) => StandardSchemaV1.Result<unknown> {
  return function check(value) {
    try {
      return run(validator, prepare(value));
    } catch (error) {
      if (error instanceof RangeError) return { issues: [{ message: "is nested too deeply" }] };
      throw error;
    }
  };
}

/** Wraps a compiled validator and the schema it came from; the part that needs no Ajv. */
export function makeJsonSchema<Source>(
  schema: Source,
  validator: CompiledValidator,
  { mutates, coerce }: ValidatorTraits,
): JsonSchema<Source> {
  let view: View | undefined;
  const wholeView = (): View => {
    view ??= viewOf(schema);
    return view;
  };
  const own = mutates ? copyOf : (value: unknown) => value;
  const run: Run = mutates ? runInPlace : runUnchanged;
  const checkAsText = guarded(value => own(coerceText(wholeView(), value)), run, validator);
  const made = {
    schema,
    "~standard": {
      version: 1,
      vendor: "tsverless",
      validate: coerce ? checkAsText : guarded(own, run, validator),
      jsonSchema: {
        input: ({ target }: StandardJSONSchemaV1.Options) => toTarget(schema, target),
        output: ({ target }: StandardJSONSchemaV1.Options) => toTarget(schema, target),
      },
    },
    [checkText]: checkAsText,
    [checkOutgoing]: guarded(value => declaredOnly(wholeView(), value), run, validator),
  };
  return made as unknown as JsonSchema<Source>;
}

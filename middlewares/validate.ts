import { BadRequest, type FieldError } from "../src/core/errors.ts";
import { allMaybePromise, mapMaybePromise } from "../src/core/maybePromise.ts";
import { defineMiddleware, type HookRequest, type Middleware, type Shape } from "../src/core/middleware.ts";
import { isRecord } from "../src/core/objects.ts";
import type { OperationMetadata, ParametersMetadata } from "../src/core/operationMetadata.ts";
import { checkOptions } from "../src/core/options.ts";
import { withoutStack } from "../src/core/withoutStack.ts";
import { putBody } from "../src/http/body.ts";
import { keepPathParameters, pathParameter, pathParametersOf } from "../src/http/path.ts";
import { keepQuery, readQuery } from "../src/http/query.ts";
import { readHeaders } from "../src/http/read.ts";
import { checkIncoming } from "../src/schema/incoming.ts";
import { refusal } from "../src/schema/refusal.ts";
import {
  type CheckResult,
  checkText,
  type InferInput,
  type InferOutput,
  isStandardSchema,
  type StandardSchemaV1,
} from "../src/schema/standard.ts";

export interface ValidateOptions {
  /** Of the parsed body. */
  body?: StandardSchemaV1;
  /** Of the query: `{ name: "value" }`, with a list of strings where a parameter is repeated. */
  query?: StandardSchemaV1;
  /** Of the path parameters, decoded. */
  path?: StandardSchemaV1;
  /** Of the headers, their names in lower case. Headers that the schema does not declare stay on the event. */
  headers?: StandardSchemaV1;
}

/** What `validate` needs: with a `body` schema, a parsed body. */
export type NeedsOfValidate<Schemas> = Schemas extends { body: StandardSchemaV1 }
  ? { event: { body: object } }
  : Shape;

/** The event's properties that `validate` sets, by its options. */
interface Targets {
  body: "body";
  query: "queryStringParameters";
  path: "pathParameters";
  headers: "headers";
}

/** What `validate` adds: the outputs of its schemas, where the inputs were. */
export interface Validated<Schemas> extends Shape {
  takes: {
    [Part in keyof Schemas & ("body" | "query")]: Schemas[Part] extends StandardSchemaV1
      ? InferInput<Schemas[Part]>
      : never;
  };
  event: {
    [Part in keyof Schemas & keyof Targets as Schemas[Part] extends StandardSchemaV1
      ? Targets[Part]
      : never]: Schemas[Part] extends StandardSchemaV1 ? InferOutput<Schemas[Part]> : never;
  };
}

type RequestPart = keyof Targets;
type Fields = Record<string, unknown>;

const targets: Targets = {
  body: "body",
  query: "queryStringParameters",
  path: "pathParameters",
  headers: "headers",
};
const parts = Object.keys(targets) as RequestPart[];

/** The one name that a schema declares; `id` where it declares none, or several. */
function onlyName(schema: StandardSchemaV1): string | undefined {
  const standard = schema["~standard"] as { jsonSchema?: { input(options: { target: string }): unknown } };
  if (standard.jsonSchema === undefined) return "id";
  try {
    const { properties } = standard.jsonSchema.input({ target: "draft-2020-12" }) as { properties?: object };
    const names = Object.keys(properties ?? {});
    return names.length === 1 ? names[0] : undefined;
  } catch {
    // A schema that JSON Schema has no words for.
    return "id";
  }
}

function queryOf(event: unknown): Fields {
  const query: Fields = {};
  for (const [name, values] of Object.entries(readQuery(event))) {
    const value = values.length === 1 ? values[0] : values;
    if (name === "__proto__") continue;
    query[name] = value;
  }
  return query;
}

function pathOf(event: unknown, schema: StandardSchemaV1): Fields {
  const given = pathParametersOf(event);
  const names = given === undefined ? [onlyName(schema)] : Object.keys(given);
  const path: Fields = {};
  for (const name of names) {
    const value = name === undefined || name === "__proto__" ? undefined : pathParameter(event, name);
    if (value !== undefined) path[name as string] = value;
  }
  return path;
}

type Outcome = CheckResult<unknown> | Promise<CheckResult<unknown>>;

const checks: Record<RequestPart, (schema: StandardSchemaV1, event: unknown) => Outcome> = {
  body: (schema, event) => checkIncoming(schema, isRecord(event) ? event.body : undefined),
  query: (schema, event) => checkIncoming(schema, queryOf(event), checkText),
  path(schema, event) {
    try {
      return checkIncoming(schema, pathOf(event, schema), checkText);
    } catch (error) {
      if (!(error instanceof BadRequest)) throw error;
      return { errors: [{ field: error.field ?? "", message: "is malformed" }] };
    }
  },
  headers: (schema, event) => checkIncoming(schema, { ...readHeaders(event) }, checkText),
};

/** Names a field so that a client finds it: `email` in the body, else with the part: `query.page`, `headers.x-id`. */
function located(part: RequestPart, { field, message }: FieldError): FieldError {
  const name = part === "body" ? field : field === "" ? part : `${part}.${field}`;
  return { field: name, message };
}

/** Puts a part's output where its input was; what others read of the request stays as the client sent it. */
function put(event: Fields, part: RequestPart, value: unknown): void {
  if (part === "body") {
    putBody(event, value);
    return;
  }
  if (part === "query") keepQuery(event, readQuery(event));
  if (part === "path") keepPathParameters(event);
  event[targets[part]] = part === "headers" && isRecord(value) ? { ...readHeaders(event), ...value } : value;
}

/**
 * Checks and coerces parts of the request with any Standard Schema (Zod, Valibot, ArkType, `jsonSchema`), all of them at
 * once, and puts their outputs on `event.body`, `event.queryStringParameters`, `event.pathParameters` and
 * `event.headers`. Query, path and headers come as text: `jsonSchema` coerces them by itself, with other libraries use
 * their coercing types. `body` must come after `jsonBody`.
 *
 * @param options a schema for each part to check: `body`, `query`, `path`, `headers`
 * @throws TypeError when no part is given, or one is not a Standard Schema
 * @throws BadRequest 400 `Validation failed` with `errors: [{ field, message }]`. Fields of the body have their plain path
 *   (`address.city`, empty for the whole), others begin with the part (`query.page`, `path.id`, `headers.x-tenant`). At
 *   most 100 are listed.
 * @see https://standardschema.dev
 * @example
 * pipeline([errors(), jsonBody(), validate({ body: z.object({ email: z.email() }) }), serialize()], event => event.body.email);
 */
export function validate<const Schemas extends ValidateOptions>(
  options: Schemas & { [K in Exclude<keyof Schemas, keyof ValidateOptions>]: never },
): Middleware<NeedsOfValidate<Schemas>, Validated<Schemas>> {
  checkOptions<ValidateOptions>("validate", options ?? null, {
    body: "any",
    query: "any",
    path: "any",
    headers: "any",
  });
  const chosen = parts.flatMap(part => {
    const schema: unknown = options[part];
    if (schema === undefined) return [];
    if (isStandardSchema(schema)) return [{ part, schema }];
    throw new TypeError(
      `validate: option "${part}" must be a Standard Schema; wrap a JSON Schema in jsonSchema()`,
    );
  });
  if (chosen.length === 0)
    throw new TypeError("validate: it takes a schema for body, query, path or headers");

  function settle(request: HookRequest, results: readonly CheckResult<unknown>[]): void {
    const failed = results.flatMap((result, index) => {
      const { part } = chosen[index] as (typeof chosen)[number];
      return result.errors ? result.errors.map(error => located(part, error)) : [];
    });
    if (results.some(result => result.errors)) throw withoutStack(() => refusal(failed));
    // An event that is not an object has nothing to keep.
    if (!isRecord(request.event)) request.event = {};
    for (const [index, { part }] of chosen.entries()) {
      put(request.event as Fields, part, (results[index] as CheckResult<unknown>).value);
    }
  }

  function validateBefore(request: HookRequest): void | PromiseLike<void> {
    const results = allMaybePromise(chosen.length, index => {
      const { part, schema } = chosen[index] as (typeof chosen)[number];
      return checks[part](schema, request.event);
    });
    return mapMaybePromise(results, known => settle(request, known));
  }

  function openapi(): OperationMetadata {
    const parameters: ParametersMetadata[] = chosen.flatMap(({ part, schema }) =>
      part === "body" ? [] : [{ in: part === "headers" ? "header" : part, schema }],
    );
    return { parameters, errors: [400], ...(options.body && { body: { schema: options.body } }) };
  }

  return defineMiddleware({
    name: "validate",
    needs: chosen.some(({ part }) => part === "body") ? ["event.body"] : [],
    adds: chosen.map(({ part }) => `event.${targets[part]}`),
    openapi,
    before: validateBefore,
  });
}

import { ServerError } from "../core/errors.ts";
import { allMaybePromise, mapMaybePromise } from "../core/maybePromise.ts";
import {
  type CheckResult,
  checkOutgoing,
  checkSchema,
  isStandardSchema,
  type StandardSchemaV1,
} from "../schema/standard.ts";
import type { Serializer } from "./types.ts";

/** Every kind of serializer in its one internal form. */
export type Serialize<Request = unknown> = (object: unknown, request: Request) => unknown;

/** An object of ours that its own schema refuses: which fields, for the log; never sent. */
function shownOrServerError(result: CheckResult<unknown>): unknown {
  if (!result.errors) return result.value;
  const reasons = result.errors.map(({ field, message }) => `${field || "the object"}: ${message}`);
  throw new ServerError(undefined, {
    cause: new Error(`the serializer's schema refuses the object: ${reasons.join("; ")}`),
  });
}

function bySchema(schema: StandardSchemaV1): Serialize {
  return function serializeBySchema(object) {
    return mapMaybePromise(checkSchema(schema, object, checkOutgoing), shownOrServerError);
  };
}

interface RelatingModel {
  readonly relations?: Readonly<Record<string, object>>;
}

/** How a relation binds serializers; read by its name, so that who has no relations bundles nothing of it. */
interface Binding {
  bind(serializer: Serialize, model: RelatingModel, toSerialize: unknown): Serialize;
}

/** Has a serializer read what it shows of the model's relations. */
function bound(serializer: Serialize, model: RelatingModel | undefined): Serialize {
  const [relation] = Object.values(model?.relations ?? {}) as Record<symbol, Binding>[];
  return (
    relation?.[Symbol.for("tsverless.relation")]?.bind(serializer, model as RelatingModel, toSerializer) ??
    serializer
  );
}

/**
 * Brings a serializer of any kind into one form, once, when a factory runs. A schema lets only its output out; an object
 * that it refuses is a `ServerError`, since it is our own data. A JSON Schema lets out what it declares, with Dates as ISO
 * strings, bigints as strings and bytes as base64.
 *
 * @param serializer a function, `pick`, `omit`, `fields`, or a Standard Schema
 * @param model whose objects they are, when that is known: its relations are read where `fields` shows them
 * @returns `(object, request) => value`, or a promise of it
 * @throws TypeError when it is none of these
 * @example
 * toSerializer(pick<"id">("id"))({ id: "1", password: "x" }, request); // { id: "1" }
 */
export function toSerializer<T, Request>(
  serializer: Serializer<T, Request>,
  model?: RelatingModel,
): Serialize<Request> {
  if (isStandardSchema(serializer)) return bySchema(serializer);
  if (typeof serializer === "function") return bound(serializer as Serialize, model);
  throw new TypeError("serializer must be a function, pick(), omit(), fields() or a Standard Schema");
}

/**
 * Serializes a list in its order: at once, or as a promise when an item gives one.
 *
 * @param serialize what {@link toSerializer} gave
 * @param items the objects
 * @param request handed to the serializer
 */
export function serializeAll<Request>(
  serialize: Serialize<Request>,
  items: readonly unknown[],
  request: Request,
): unknown[] | Promise<unknown[]> {
  return allMaybePromise(items.length, index => serialize(items[index], request));
}

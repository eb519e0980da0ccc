import { BadRequest, Conflict, NotFound, PreconditionFailed } from "../../src/core/errors.ts";
import { defineMiddleware, type HookRequest, type Middleware } from "../../src/core/middleware.ts";
import { isObject } from "../../src/core/objects.ts";
import { objectParameter, putPathParameter } from "../../src/http/path.ts";
import { readMethod } from "../../src/http/read.ts";
import { fieldsOfModel } from "../../src/models/fields/fields.ts";
import { readId } from "../../src/models/fields/readId.ts";
import { type AnyScope, withScope } from "../../src/models/query/scope.ts";
import type { Model } from "../../src/models/types.ts";
import { needsParameter } from "../../src/pipeline/pathParameters.ts";
import { wantsNone } from "./object.ts";
import { type Create, creating } from "./within.ts";

type Fields = Record<string, unknown>;
type Request = Pick<HookRequest, "event" | "context">;

/** The options of `updateHandler` that an upsert reads. */
export interface UpsertOptions {
  param?: string;
  queryset?: unknown;
  defaults?: (request: Request) => unknown;
  create?: (data: unknown, request: Request) => unknown;
}

/** What an upsert puts in the places of `loadObject` and of the step that stores. */
export interface Upsert {
  /** Loads the object; a PUT goes on without one. */
  load: Middleware;
  /** Stores what is not there yet, under the id of the path. */
  create: (data: unknown, request: Request) => Promise<unknown>;
}

/**
 * Whether an update creates what is missing.
 *
 * @throws TypeError naming an option that does not fit
 */
export function checkUpsert(
  { idKey }: { readonly idKey: string },
  options: UpsertOptions & { upsert?: boolean; lookup?: string },
): boolean {
  const { upsert = false, lookup, defaults, create } = options;
  if (upsert && lookup !== undefined && lookup !== idKey) {
    throw new TypeError('updateHandler: option "upsert" takes the id of the path, and no "lookup"');
  }
  if (!upsert && (defaults ?? create) !== undefined) {
    const name = defaults === undefined ? "create" : "defaults";
    throw new TypeError(`updateHandler: option "${name}" is of what "upsert" creates; set upsert: true`);
  }
  return upsert;
}

/**
 * Makes the parts of an update that creates what is missing (RFC 9110 section 9.3.4). An object outside the `queryset` is
 * never overwritten: that its id is taken is a 404, as it is with every other method.
 */
export function upsertOf<T>(model: Model<T>, options: UpsertOptions): Upsert {
  const { param = "id", defaults } = options;
  const { idKey } = model;
  const scope = options.queryset as AnyScope<T> | undefined;
  const store = creating(model, scope, options.create as Create | undefined);

  function find(request: Request): Promise<T | undefined> {
    const text = objectParameter(request.event, param);
    putPathParameter(request.event, param, text);
    const found = withScope(model, scope, request, objects => objects.get(text));
    return Promise.resolve(found).then(object => object ?? undefined);
  }

  function loadObjectBefore(request: HookRequest): Promise<void> {
    return find(request).then(object => {
      if (object === undefined && readMethod(request.event) !== "PUT") throw new NotFound();
      (request.context as { object?: T | undefined }).object = object;
    });
  }

  /** A duplicate id is either somebody who was faster, or an object that does not exist for this request. */
  async function refusalOf(error: unknown, id: string, request: Request): Promise<unknown> {
    if (!(error instanceof Conflict)) return error;
    const options = { cause: error };
    if ((await find(request)) !== undefined) {
      return wantsNone(request.event) ? new PreconditionFailed(undefined, options) : error;
    }
    const isTaken = error.field === idKey || (await model.objects.get(id)) !== undefined;
    return isTaken ? new NotFound(undefined, options) : error;
  }

  async function createMissing(data: unknown, request: Request): Promise<unknown> {
    const id = readId(objectParameter(request.event, param), fieldsOfModel(model)?.[idKey] ?? "text");
    if (id === undefined) throw new NotFound();
    const isOther = ({ [idKey]: found }: Fields): boolean =>
      found !== undefined && (typeof found === "object" || String(found) !== String(id));
    if (!isObject(data)) throw new BadRequest("The body must be an object");
    if (isOther(data)) throw new BadRequest(`${idKey} can't be changed`, { field: idKey });
    const fixed = ((await defaults?.(request)) ?? {}) as Fields;
    if (isOther(fixed)) throw new NotFound();
    try {
      return await store({ ...data, ...fixed, [idKey]: id }, request);
    } catch (error) {
      throw await refusalOf(error, String(id), request);
    }
  }

  const load = defineMiddleware({
    name: "loadObject",
    needs: [needsParameter(param)],
    openapi: () => ({
      parameters: [{ in: "path", name: param, source: { model, field: idKey } }],
      reaches: { model, queryset: scope },
      errors: [400, 404],
    }),
    adds: ["context.object"],
    before: loadObjectBefore,
  });
  return { load, create: createMissing };
}

import { jsonBody } from "../../middlewares/jsonBody.ts";
import { BadRequest, NotFound } from "../../src/core/errors.ts";
import { readLong } from "../../src/core/longNumbers.ts";
import { mapMaybePromise } from "../../src/core/maybePromise.ts";
import { type AnyMiddleware, defineMiddleware, type HookRequest } from "../../src/core/middleware.ts";
import { isObject } from "../../src/core/objects.ts";
import { acceptPatch } from "../../src/http/mediaType.ts";
import { readMethod } from "../../src/http/read.ts";
import type { Model } from "../../src/models/types.ts";
import { shownKeys } from "../../src/serializers/shownKeys.ts";
import { acceptedOrBadRequest, bodyMetadata, checkBody } from "./body.ts";
import { longNumbersOfChanges } from "./longNumbers.ts";
import type { Below, ResolvedParentOptions } from "./parentTypes.ts";
import { mergeType, operationsType, patchOf } from "./patches.ts";
import { type ChangingRequest, demand, only, patching, type ResolvedPatchOptions } from "./patching.ts";
import { checkReferencesWith } from "./references.ts";
import type { Represent } from "./representation.ts";

type Fields = Record<string, unknown>;

/** What an update reads, whatever its method. */
const types = ["application/json", mergeType, operationsType];

/** The options of an update that say what it reads. */
export interface ResolvedChangesOptions extends ResolvedPatchOptions, Pick<ResolvedParentOptions, "parent"> {
  replace?: boolean;
  serializer?: unknown;
}

/** A replacement says all there is: what it leaves out becomes null where the object has a value. */
function fillAbsent(names: readonly string[], { event, context }: ChangingRequest): void {
  const body = event.body as Fields;
  const object = context.object as Fields;
  const absent = names.filter(name => body[name] === undefined && (object[name] ?? null) !== null);
  if (absent.length > 0) event.body = { ...body, ...Object.fromEntries(absent.map(name => [name, null])) };
}

/** What a client sees of an object; nothing where the serializer makes no object of it. */
function shownOf(represent: Represent, object: Fields, request: HookRequest): Fields | Promise<Fields> {
  return mapMaybePromise(represent(object, request), ({ content }) => {
    const seen: unknown = typeof content === "string" ? JSON.parse(content) : undefined;
    return isObject(seen) ? seen : {};
  }) as Fields | Promise<Fields>;
}

/**
 * What reads the changes of an update into `event.body`, by method and content type.
 *
 * PUT takes what a create takes, and with `replace` takes away the keys that it leaves out. PATCH changes what is sent and
 * nothing else: JSON gives keys their values, a JSON Merge Patch (RFC 7396) or JSON Patch (RFC 6902) is applied to the
 * settable fields, and of these a JSON Patch reads what the serializer shows alone. A `body` schema checks the outcome, and
 * fills in nothing. What is not there yet is read like a new object, and can't be patched.
 *
 * @throws TypeError as {@link settableBy} does
 */
export function readChangesWith<T>(
  name: string,
  model: Model<T>,
  represent: Represent,
  options: ResolvedChangesOptions,
  below: Pick<Below<T>, "checkKey">,
): readonly AnyMiddleware[] {
  const { required = [], maxOperations } = options;
  const { idKey } = model;
  if (maxOperations !== undefined && maxOperations < 1) {
    throw new TypeError(`${name}: option "maxOperations" must be at least 1`);
  }
  const { settable, isShared, targetOf, patchWith, readKeys, put } = patching(name, model, options);
  const { keys, isListed } = settable;
  if (options.replace && !isListed && keys.length === 0) {
    throw new TypeError(
      `${name}: option "replace" needs key lists, or a "body" schema that declares its fields`,
    );
  }
  // What the path says is not left out.
  const ofPath = [idKey, options.parent?.key];
  const replaced = options.replace ? keys.filter(field => !ofPath.includes(field)) : undefined;
  // An id of the body's own schema is part of the whole that is checked, and nothing that a patch can change.
  const patchable = isListed ? keys : keys.filter(field => field !== idKey);
  const shown = shownKeys(options.serializer);
  const isHidden = (field: string): boolean => shown?.has(field) !== true;

  function readPatch(request: HookRequest, patch: NonNullable<ReturnType<typeof patchOf>>): unknown {
    const { event, context } = request as unknown as ChangingRequest;
    const { object } = context;
    if (object === undefined) throw new NotFound();
    const { body } = event;
    const target = targetOf(object, body);
    if (!patch.isOperations) {
      if (!isShared || readMethod(event) !== "PATCH") demand(body, required);
      return patchWith(request, patch.apply, target);
    }
    return mapMaybePromise(shownOf(represent, object, request), shown =>
      patchWith(request, patch.apply, { ...target, keys: patchable, shown, isHidden }),
    );
  }

  function readWhole(request: HookRequest): unknown {
    const state = request as unknown as ChangingRequest;
    const { body } = state.event;
    if (isListed && !isObject(body)) throw new BadRequest("The body must be an object");
    demand(body, required);
    return mapMaybePromise(checkBody(settable, isListed ? only(body as Fields, keys) : body), result => {
      put(request, acceptedOrBadRequest(result));
      const isPut = readMethod(request.event) === "PUT";
      if (replaced !== undefined && isPut && state.context.object !== undefined) fillAbsent(replaced, state);
    });
  }

  function readChangesBefore(request: HookRequest): unknown {
    const patch = patchOf(request.event);
    if (patch !== undefined) return readPatch(request, patch);
    const { object } = (request as unknown as ChangingRequest).context;
    const isPatch = object !== undefined && readMethod(request.event) === "PATCH";
    return isPatch ? readKeys(request, object) : readWhole(request);
  }
  const read = longNumbersOfChanges({ model, keys, body: options.body });
  return [
    jsonBody({ ...options.jsonBody, [acceptPatch]: types, [readLong]: read } as object),
    ...below.checkKey(keys.includes(options.parent?.key as string)),
    defineMiddleware({
      name: "readChanges",
      needs: ["event.body", "context.object"],
      adds: ["event.body"],
      openapi: () => ({
        body: {
          types,
          ...bodyMetadata(settable, options),
          demanded: isShared ? [] : required,
        },
        errors: [400, 413],
      }),
      before: readChangesBefore,
    }),
    ...checkReferencesWith(model, keys),
  ];
}

import { jsonBody } from "../../middlewares/jsonBody.ts";
import { BadRequest, NotFound } from "../../src/core/errors.ts";
import { readLong } from "../../src/core/longNumbers.ts";
import { mapMaybePromise } from "../../src/core/maybePromise.ts";
import { type AnyMiddleware, defineMiddleware, type HookRequest } from "../../src/core/middleware.ts";
import { isObject } from "../../src/core/objects.ts";
import { putBody } from "../../src/http/body.ts";
import { toJson } from "../../src/http/json.ts";
import { acceptPatch } from "../../src/http/mediaType.ts";
import { readMethod } from "../../src/http/read.ts";
import { readFields } from "../../src/models/fields/jsonFields.ts";
import type { Model } from "../../src/models/types.ts";
import { shownKeys } from "../../src/serializers/shownKeys.ts";
import {
  bodyMetadata,
  checkBody,
  outputOf,
  type ResolvedBodyOptions,
  type Settable,
  settableBy,
} from "./body.ts";
import { longNumbersOfChanges } from "./longNumbers.ts";
import { changesBy, checkWhole } from "./outcome.ts";
import type { Below, ResolvedParentOptions } from "./parentTypes.ts";
import {
  mergeType,
  operationsType,
  type Patch,
  type Patched,
  type PatchTarget,
  patchOf,
  setKeys,
} from "./patches.ts";
import type { Represent } from "./representation.ts";

type Fields = Record<string, unknown>;
interface State {
  event: { body: unknown };
  context: { object: Fields | undefined };
}

/** What an update reads, whatever its method. */
const types = ["application/json", mergeType, operationsType];

/** Stands in the options of an update whose `required` a resource shares: it binds every method but PATCH. */
export const requiredIsShared: unique symbol = /* @__PURE__ */ Symbol("requiredIsShared");

/** The options of an update that say what it reads. */
export interface ResolvedChangesOptions extends ResolvedBodyOptions, Pick<ResolvedParentOptions, "parent"> {
  replace?: boolean;
  serializer?: unknown;
  maxOperations?: number;
  [requiredIsShared]?: boolean;
}

/** Fields in the form that a client sees them, which is what a patch is about. */
const plain = (fields: Fields): Fields => JSON.parse(toJson(fields)) as Fields;

function only(fields: Fields, names: readonly string[]): Fields {
  return Object.fromEntries(
    names.filter(name => Object.hasOwn(fields, name)).map(name => [name, fields[name]]),
  );
}

/** A replacement says all there is: what it leaves out becomes null where the object has a value. */
function fillAbsent(names: readonly string[], { event, context }: State): void {
  const body = event.body as Fields;
  const object = context.object as Fields;
  const absent = names.filter(name => body[name] === undefined && (object[name] ?? null) !== null);
  if (absent.length > 0) event.body = { ...body, ...Object.fromEntries(absent.map(name => [name, null])) };
}

function demand(body: unknown, required: readonly string[]): void {
  const missing = isObject(body) ? required.filter(key => !Object.hasOwn(body, key)) : [];
  if (missing.length > 0) throw new BadRequest(`Missing key(s): ${missing.join(", ")}`);
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
  const settable = settableBy(name, options);
  const { keys, isListed, keep, refuses } = settable;
  if (options.replace && !isListed && keys.length === 0) {
    throw new TypeError(
      `${name}: option "replace" needs key lists, or a "body" schema that declares its fields`,
    );
  }
  // What the path says is not left out.
  const ofPath = [idKey, options.parent?.key];
  const replaced = options.replace ? keys.filter(field => !ofPath.includes(field)) : undefined;
  const isShared = options[requiredIsShared] === true;
  // An id of the body's own schema is part of the whole that is checked, and nothing that a patch can change.
  const patchable = isListed ? keys : keys.filter(field => field !== idKey);
  const settableIn = (body: unknown): readonly string[] =>
    isListed || !isObject(body) ? keys : Object.keys(body);
  const shown = shownKeys(options.serializer);
  const isHidden = (field: string): boolean => shown?.has(field) !== true;

  function put(request: HookRequest, changes: unknown): void {
    const { object } = (request as unknown as State).context;
    const read = options.body === undefined ? readFields(model, changes, object) : changes;
    putBody(request.event as Record<string, unknown>, read);
  }

  /** Where the schema refuses what it does not declare, it sees what the client sent of that, and of the object nothing. */
  function refusalOf(apply: Patch, target: PatchTarget, body: unknown): unknown {
    if (!refuses) return undefined;
    const raw = apply({ ...target, before: keep(target.before), keep: value => value }, body);
    if (keep(raw.after) === raw.after) return undefined;
    const all: Settable = { ...settable, keep: value => value };
    return mapMaybePromise(checkWhole(all, raw), outputOf);
  }

  function patchWith(request: HookRequest, apply: Patch, target: PatchTarget): unknown {
    const { body } = request.event as State["event"];
    const patched = apply(target, body);
    return mapMaybePromise(refusalOf(apply, target, body), () => finish(request, patched));
  }

  function finish(request: HookRequest, patched: Patched): unknown {
    return mapMaybePromise(checkWhole(settable, patched), result => {
      const output = outputOf(result) as Fields;
      if (!isObject(output)) throw new BadRequest("The body must be an object");
      return mapMaybePromise(changesBy(settable, patched, output), changes => put(request, changes));
    });
  }

  function targetOf(object: Fields, body: unknown): PatchTarget {
    const before = plain(only(object, keys));
    return { before, keep, keys: settableIn(body), shown: {}, isHidden, maxOperations };
  }

  function readPatch(request: HookRequest, patch: NonNullable<ReturnType<typeof patchOf>>): unknown {
    const { event, context } = request as unknown as State;
    const { object } = context;
    if (object === undefined) throw new NotFound();
    const { body } = event;
    const target = targetOf(object, body);
    if (!patch.isOperations) {
      if (!isShared || readMethod(event) !== "PATCH") demand(body, required);
      return patchWith(request, patch.apply, target);
    }
    return mapMaybePromise(shownOf(represent, object, request), shown =>
      patchWith(request, patch.apply, { ...target, keys: patchable, shown }),
    );
  }

  /** PATCH with plain JSON: what is sent of the settable keys, and of it nothing else is filled in. */
  function readKeys(request: HookRequest, object: Fields): unknown {
    const { body } = request.event as State["event"];
    if (!isObject(body)) throw new BadRequest("The body must be an object");
    if (!isShared) demand(body, required);
    return patchWith(request, setKeys, targetOf(object, body));
  }

  function readWhole(request: HookRequest): unknown {
    const state = request as unknown as State;
    const { body } = state.event;
    if (isListed && !isObject(body)) throw new BadRequest("The body must be an object");
    demand(body, required);
    return mapMaybePromise(checkBody(settable, isListed ? only(body as Fields, keys) : body), result => {
      put(request, outputOf(result));
      const isPut = readMethod(request.event) === "PUT";
      if (replaced !== undefined && isPut && state.context.object !== undefined) fillAbsent(replaced, state);
    });
  }

  function readChangesBefore(request: HookRequest): unknown {
    const patch = patchOf(request.event);
    if (patch !== undefined) return readPatch(request, patch);
    const { object } = (request as unknown as State).context;
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
  ];
}

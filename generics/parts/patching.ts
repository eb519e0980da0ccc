import { BadRequest } from "../../src/core/errors.ts";
import { mapMaybePromise } from "../../src/core/maybePromise.ts";
import type { HookRequest } from "../../src/core/middleware.ts";
import { isObject } from "../../src/core/objects.ts";
import { putBody } from "../../src/http/body.ts";
import { toJson } from "../../src/http/json.ts";
import { readFields } from "../../src/models/fields/jsonFields.ts";
import type { Model } from "../../src/models/types.ts";
import { acceptedOrBadRequest, type ResolvedBodyOptions, type Settable, settableBy } from "./body.ts";
import { changesBy, checkWhole } from "./outcome.ts";
import { type Patch, type Patched, type PatchTarget, setKeys } from "./patches.ts";

type Fields = Record<string, unknown>;

/** A request whose body changes an object. */
export interface ChangingRequest {
  event: { body: unknown };
  context: { object: Fields | undefined };
}

/** Stands in the options of an update whose `required` a resource shares: it binds every method but PATCH. */
export const requiredIsShared: unique symbol = /* @__PURE__ */ Symbol("requiredIsShared");

/** The options that say what changes an object. */
export interface ResolvedPatchOptions extends ResolvedBodyOptions {
  maxOperations?: number;
  [requiredIsShared]?: boolean;
}

/** Fields in the form that a client sees them, which is what a patch is about. */
const plain = (fields: Fields): Fields => JSON.parse(toJson(fields)) as Fields;

/** The fields of these names. */
export function only(fields: Fields, names: readonly string[]): Fields {
  return Object.fromEntries(
    names.filter(name => Object.hasOwn(fields, name)).map(name => [name, fields[name]]),
  );
}

/** @throws BadRequest naming the keys that a body lacks */
export function demand(body: unknown, required: readonly string[]): void {
  const missing = isObject(body) ? required.filter(key => !Object.hasOwn(body, key)) : [];
  if (missing.length > 0) throw new BadRequest(`Missing key(s): ${missing.join(", ")}`);
}

/** Applies patches of clients to objects. */
export interface Patching {
  readonly settable: Settable;
  /** Whether `required` is shared by a resource: then it asks nothing of a patch. */
  readonly isShared: boolean;
  /** What a body is applied to. */
  targetOf(object: Fields, body: unknown): PatchTarget;
  /** Puts the changes that a patch comes to in the place of the body. */
  patchWith(request: HookRequest, apply: Patch, target: PatchTarget): unknown;
  /** Takes plain JSON for a patch: what is sent of the settable keys, and of it nothing else is filled in. */
  readKeys(request: HookRequest, object: Fields): unknown;
  /** Puts changes in the place of the body, as the model holds them. */
  put(request: HookRequest, changes: unknown): void;
}

/**
 * Makes what applies patches: a `body` schema checks the outcome, and fills in nothing.
 *
 * @throws TypeError as {@link settableBy} does
 */
export function patching<T>(name: string, model: Model<T>, options: ResolvedPatchOptions): Patching {
  const { required = [], maxOperations } = options;
  const settable = settableBy(name, options, model);
  const { keys, isListed, keep, refuses } = settable;
  const isShared = options[requiredIsShared] === true;
  const settableIn = (body: unknown): readonly string[] =>
    isListed || !isObject(body) ? keys : Object.keys(body);

  function put(request: HookRequest, changes: unknown): void {
    const { object } = (request as unknown as ChangingRequest).context;
    const read = options.body === undefined ? readFields(model, changes, object) : changes;
    putBody(request.event as Record<string, unknown>, read);
  }

  /** Where the schema refuses what it does not declare, it sees what the client sent of that, and of the object nothing. */
  function refusalOf(apply: Patch, target: PatchTarget, body: unknown): unknown {
    if (!refuses) return undefined;
    const raw = apply({ ...target, before: keep(target.before), keep: value => value }, body);
    if (keep(raw.after) === raw.after) return undefined;
    const all: Settable = { ...settable, keep: value => value };
    return mapMaybePromise(checkWhole(all, raw), acceptedOrBadRequest);
  }

  function finish(request: HookRequest, patched: Patched): unknown {
    return mapMaybePromise(checkWhole(settable, patched), result => {
      const output = acceptedOrBadRequest(result) as Fields;
      if (!isObject(output)) throw new BadRequest("The body must be an object");
      return mapMaybePromise(changesBy(settable, patched, output), changes => put(request, changes));
    });
  }

  function patchWith(request: HookRequest, apply: Patch, target: PatchTarget): unknown {
    const { body } = request.event as ChangingRequest["event"];
    const patched = apply(target, body);
    return mapMaybePromise(refusalOf(apply, target, body), () => finish(request, patched));
  }

  function targetOf(object: Fields, body: unknown): PatchTarget {
    const before = plain(only(object, keys));
    return { before, keep, keys: settableIn(body), shown: {}, isHidden: () => true, maxOperations };
  }

  function readKeys(request: HookRequest, object: Fields): unknown {
    const { body } = request.event as ChangingRequest["event"];
    if (!isObject(body)) throw new BadRequest("The body must be an object");
    if (!isShared) demand(body, required);
    return patchWith(request, setKeys, targetOf(object, body));
  }
  return { settable, isShared, targetOf, patchWith, readKeys, put };
}

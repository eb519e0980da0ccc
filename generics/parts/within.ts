import { createWithin, updateWithin } from "#bounds";
import { mapMaybePromise } from "../../src/core/maybePromise.ts";
import { isResponse } from "../../src/http/ready.ts";
import { readFields } from "../../src/models/fields/jsonFields.ts";
import type { Bounds } from "../../src/models/query/bounded.ts";
import { createTogether, updateTogether } from "../../src/models/query/boundedTogether.ts";
import { type AnyScope, boundsOf } from "../../src/models/query/scope.ts";
import type { Model } from "../../src/models/types.ts";

/** What the functions of options are given. */
export interface Request {
  event: unknown;
  context: unknown;
}

/** A step that stores new data. */
export type Create = (data: unknown, request: Request) => unknown;
/** A step that changes an object. */
export type Update<T> = (object: T, changes: unknown, request: Request) => unknown;

/** What a `queryset` option gives for a request; `undefined` where there is no such option. */
export type Opened<T> = Bounds<T> | undefined;

/** Asks the `queryset` option, once for all that a request stores. */
export function openBounds<T>(scope: unknown, request: Request): Opened<T> | Promise<Opened<T>> {
  return scope === undefined ? undefined : boundsOf(scope as AnyScope<T>, request);
}

/**
 * The door through which generics store new objects: what would not be among the objects of the `queryset` is not stored. The
 * model gets dates, bigints and decimals as such, whatever form they have in the data.
 *
 * @param model where they are stored
 * @param own the `create` option
 * @returns a step for what {@link openBounds} gave; it throws NotFound
 */
export function creatingIn<T>(
  model: Model<T>,
  own: Create | undefined,
): (bounds: Opened<T>, data: unknown, request: Request) => unknown {
  return function createIn(bounds, data, request) {
    const make = own && (() => own(data, request));
    if (bounds === undefined && make !== undefined) return make();
    const read = readFields(model, data) as Partial<T>;
    return bounds === undefined ? model.create(read) : createWithin(model, bounds, read, make, isResponse);
  };
}

/** {@link creatingIn} for the model that `together` gave. */
export function creatingTogether<T>(model: Model<T>): (bounds: Opened<T>, data: unknown) => Promise<T> {
  return function createInTogether(bounds, data) {
    const read = readFields(model, data) as Partial<T>;
    return bounds === undefined ? model.create(read) : createTogether(model, bounds, read);
  };
}

/** {@link creatingIn} for one object of a request. */
export function creating<T>(model: Model<T>, scope: unknown, own: Create | undefined): Create {
  const create = creatingIn(model, own);
  return (data, request) =>
    mapMaybePromise(openBounds<T>(scope, request), bounds => create(bounds, data, request));
}

/**
 * The door through which generics change objects: they stay among the objects of the `queryset`.
 *
 * @param model where they are stored
 * @param own the `update` option
 * @returns a step for what {@link openBounds} gave; it throws NotFound
 */
export function updatingIn<T>(
  model: Model<T>,
  own: Update<T> | undefined,
): (bounds: Opened<T>, object: T, changes: unknown, request: Request) => unknown {
  return function updateIn(bounds, object, changes, request) {
    const change = own && (() => own(object, changes, request));
    if (bounds === undefined && change !== undefined) return change();
    const read = readFields(model, changes, object) as Partial<T>;
    if (bounds === undefined) return model.update(object, read);
    return updateWithin(model, bounds, object, read, change, isResponse);
  };
}

/** {@link updatingIn} for the model that `together` gave. */
export function updatingTogether<T>(
  model: Model<T>,
): (bounds: Opened<T>, object: T, changes: unknown) => Promise<T> {
  return function updateInTogether(bounds, object, changes) {
    const read = readFields(model, changes, object) as Partial<T>;
    return bounds === undefined ? model.update(object, read) : updateTogether(model, bounds, object, read);
  };
}

/**
 * {@link updatingIn} for one object of a request.
 *
 * @param boundsAfter gives what the `queryset` is after the changes, where that depends on them
 */
export function updating<T>(
  model: Model<T>,
  scope: unknown,
  own: Update<T> | undefined,
  boundsAfter?: (changes: unknown, request: Request) => Promise<Opened<T>>,
): Update<T> {
  const update = updatingIn(model, own);
  return (object, changes, request) =>
    mapMaybePromise(boundsAfter?.(changes, request) ?? openBounds<T>(scope, request), bounds =>
      update(bounds, object, changes, request),
    );
}

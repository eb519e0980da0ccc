import { BadRequest, NotFound } from "../../core/errors.ts";
import type { Row } from "../../core/types.ts";
import { isDeleted } from "../changes.ts";
import type { KnownFields } from "../fields/knownFields.ts";
import { readId } from "../fields/readId.ts";
import { sameValue } from "../fields/values.ts";
import type { Admit, AdmittingModel } from "../query/admission.ts";
import type { SetWrites } from "../query/setWrites.ts";
import { both } from "../query/where.ts";
import type { Stamps } from "../types.ts";
import { currentUser } from "./asUser.ts";

type Names = Stamps<Row>;

/**
 * Sets fields of the model's own on an object that is still as given, and asks no schema: what it would no longer take can be
 * deleted and restored all the same.
 */
export type Mark = (object: Row, changes: Row) => Promise<unknown>;

/** Puts what a model sets itself into all that it writes: the one door of every engine. */
export interface Keeper {
  readonly softDelete: string | undefined;
  /** Gives a model writes that set its own fields, and a `restore` where it marks what is deleted. */
  model(model: AdmittingModel<Row>, mark: Mark): void;
  /** The same of the writes of sets. */
  writes(inner: SetWrites): SetWrites;
}

/** @param kinds what the fields hold, as far as it is known */
export function keeperOf(names: Names, softDelete: string | undefined, kinds: KnownFields): Keeper {
  const { createdAt, updatedAt, createdBy, updatedBy } = names;
  const stamped = Object.values(names) as string[];

  function timeIn(field: string, now: Date): Date | string {
    return kinds?.[field] === "text" ? now.toISOString() : now;
  }

  function userIn(field: string): unknown {
    const user = currentUser();
    const kind = kinds?.[field];
    if (user === null || kind === undefined) return user;
    const id = readId(String(user), kind);
    if (id === undefined) throw new TypeError(`${field} can't hold the id of the user: it must be ${kind}`);
    return id;
  }

  /** @param created whether the object is new */
  function stampsOf(now: Date, created = false): Row {
    return {
      ...(created && createdAt !== undefined && { [createdAt]: timeIn(createdAt, now) }),
      ...(created && createdBy !== undefined && { [createdBy]: userIn(createdBy) }),
      ...(updatedAt !== undefined && { [updatedAt]: timeIn(updatedAt, now) }),
      ...(updatedBy !== undefined && { [updatedBy]: userIn(updatedBy) }),
    };
  }

  /** What is given of the stamps is not taken; that an object is deleted, or is not, is for others to say. */
  function taken(given: Row, object: Row): Row {
    if (softDelete !== undefined) {
      const value = given[softDelete];
      if (value !== undefined && !sameValue(value, object[softDelete])) {
        throw new BadRequest(`${softDelete} can't be set: delete and restore do`, { field: softDelete });
      }
    }
    return Object.fromEntries(
      Object.entries(given).filter(([field]) => field !== softDelete && !stamped.includes(field)),
    );
  }

  function markOf(now: Date): Row {
    return { [softDelete as string]: timeIn(softDelete as string, now), ...stampsOf(now) };
  }

  function writes(inner: SetWrites): SetWrites {
    const own = softDelete === undefined ? stamped : [...stamped, softDelete];
    const update: SetWrites["update"] = (condition, changes) =>
      inner.update(condition, { ...changes, ...stampsOf(new Date()) });
    if (softDelete === undefined) return { ...inner, own, update };
    return {
      ...inner,
      own,
      softDelete,
      update,
      delete: condition =>
        inner.update(both(condition, { op: "isNull", field: softDelete }), markOf(new Date()), true),
      purge: condition => inner.delete(condition),
    };
  }

  function model(kept: AdmittingModel<Row>, mark: Mark): void {
    const { create, update } = kept;
    const open = softDelete === undefined ? {} : { [softDelete]: null };
    const more = {
      ...(stamped.length > 0 && { stamps: names }),
      ...(softDelete !== undefined && { softDelete }),
    };
    async function remove(object: Row): Promise<void> {
      if (isDeleted(object, softDelete)) throw new NotFound();
      await mark(object, markOf(new Date()));
    }
    async function restore(object: Row): Promise<Row> {
      if (!isDeleted(object, softDelete)) throw new NotFound();
      return (await mark(object, { ...open, ...stampsOf(new Date()) })) as Row;
    }
    Object.assign(kept, more, softDelete !== undefined && { delete: remove, restore }, {
      create: async (data: Row, admit?: Admit) =>
        create({ ...taken(data, {}), ...stampsOf(new Date(), true), ...open }, admit),
      update: async (object: Row, changes: Row, admit?: Admit) => {
        if (isDeleted(object, softDelete)) throw new NotFound();
        return update(object, { ...taken(changes, object), ...stampsOf(new Date()) }, admit);
      },
    });
  }
  return { softDelete, model, writes };
}

import { BadRequest } from "../../src/core/errors.ts";
import { isObject } from "../../src/core/objects.ts";
import { changedSince } from "../../src/models/changes.ts";
import { readFields } from "../../src/models/fields/jsonFields.ts";
import { sameValue } from "../../src/models/fields/values.ts";
import { versionOf } from "../../src/models/query/admission.ts";
import type { Model } from "../../src/models/types.ts";
import { isId } from "./findMany.ts";
import { checkItem } from "./longNumbers.ts";

type Item = Readonly<Record<string, unknown>>;

/** Items that say which object of a model changes, of which version, and how. */
export interface ChangeItems<T> {
  /** The id of an item; `undefined` where it has none. */
  idIn(item: unknown): string | number | undefined;
  /** @returns the id @throws BadRequest when it is not an object with an id */
  checkId(item: unknown): string | number;
  /** @throws Conflict when an item is about another version than that of the object */
  checkVersion(item: unknown, object: T): void;
  /** What is to change: neither the id nor the version is. */
  changesOf(item: unknown): Item;
}

/** Reads the items of a list of changes. */
export function changeItems<T>(model: Model<T>): ChangeItems<T> {
  const { idKey } = model;
  const version = versionOf(model);

  const idIn: ChangeItems<T>["idIn"] = item =>
    isObject(item) && Object.hasOwn(item, idKey) && isId(item[idKey]) ? item[idKey] : undefined;

  return {
    idIn,
    checkId(item) {
      if (!isObject(item)) throw new BadRequest("The body must be an object");
      if (!Object.hasOwn(item, idKey)) throw new BadRequest(`Missing key(s): ${idKey}`);
      const id = idIn(item);
      if (id === undefined) throw new BadRequest(`${idKey} must be text or a whole number`, { field: idKey });
      checkItem(item);
      return id;
    },
    checkVersion(item, object) {
      if (version === undefined || !Object.hasOwn(item as Item, version)) return;
      const given = (readFields(model, { [version]: (item as Item)[version] }) as Item)[version];
      if (typeof given !== "number" && typeof given !== "bigint") {
        throw new BadRequest(`${version} must be a number`, { field: version });
      }
      if (!sameValue(given, (object as Item)[version])) throw changedSince(model.name);
    },
    changesOf(item) {
      const entries = Object.entries(item as Item).filter(([key]) => key !== idKey && key !== version);
      return Object.fromEntries(entries);
    },
  };
}

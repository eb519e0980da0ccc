import { BadRequest } from "../../core/errors.ts";
import type { Row } from "../../core/types.ts";
import type { Item } from "./api.ts";
import { joinId } from "./ids.ts";
import { isPlain, type KeyPart, keyAttribute, partsOf, type TableLayout } from "./layout.ts";
import { markAttribute, ownerAttribute } from "./marks.ts";
import { fromAttribute, toAttribute } from "./values.ts";

/** Objects as items and back. */
export interface Rows {
  /** The object of an item; `undefined` when it is of another kind. */
  read(item: Item): Row | undefined;
  /** The item of a whole object. @throws BadRequest when a key is missing, or a value has no form */
  write(row: Row): Item;
  /** The version that an object had when {@link read}; `undefined` for an object that was not read here. */
  versionOf(row: object): number | "none" | undefined;
}

/** How many times an item was updated, as the table says. */
function storedVersion(item: Item, attribute: string): number | "none" {
  const { N } = item[attribute] ?? {};
  return N === undefined ? "none" : Number(N);
}

/**
 * Turns the objects of a model into items and back.
 *
 * @param layout how they lie in the table
 */
export function dynamoRows(layout: TableLayout): Rows {
  const { idKey, idForm, kinds, fields, table, indexes, type, version } = layout;
  const keys = partsOf([table]);
  const parts = partsOf([table, ...indexes]);
  const plainKeys = new Set(parts.filter(isPlain).map(({ attribute }) => attribute));
  const prefixed = new Map(
    parts
      .filter(part => part.prefix !== "" && part.attribute === part.field)
      .map(part => [part.attribute, part]),
  );
  const hidden = new Set(
    parts.filter(part => part.attribute !== part.field).map(({ attribute }) => attribute),
  );
  for (const part of parts) if (part.attribute === part.field) hidden.delete(part.attribute);
  if (type) hidden.add(type.attribute);
  if (version?.hidden) hidden.add(version.attribute);
  const versions = new WeakMap<object, number | "none">();
  const isComputed = (field: string): boolean => idForm === "both" && field === idKey;

  function isForeign(item: Item): boolean {
    if (item[markAttribute] !== undefined && item[ownerAttribute] !== undefined) return true;
    if (type && item[type.attribute]?.S !== type.value) return true;
    return keys.some(({ attribute, value, prefix }) => {
      const S = item[attribute]?.S;
      return value === undefined ? prefix !== "" && !S?.startsWith(prefix) : S !== value;
    });
  }

  function readField(item: Item, field: string): unknown {
    const stored = item[field];
    if (stored === undefined) return undefined;
    const prefix = prefixed.get(field)?.prefix;
    const isCut = prefix !== undefined && stored.S?.startsWith(prefix);
    return fromAttribute(kinds?.[field], isCut ? { S: String(stored.S).slice(prefix.length) } : stored);
  }

  function read(item: Item): Row | undefined {
    if (isForeign(item)) return undefined;
    const row: Row = {};
    for (const field of Object.keys(fields ?? item)) {
      if (fields === undefined && hidden.has(field)) continue;
      const value = readField(item, field);
      if (value !== undefined) row[field] = value;
      else if (fields !== undefined && !fields[field]?.absent) row[field] = null;
    }
    if (idForm === "both") row[idKey] = joinId(table, row);
    if (version) versions.set(row, storedVersion(item, version.attribute));
    return row;
  }

  function writePart(item: Item, part: KeyPart, row: Row): void {
    const value = part.field === undefined ? part.value : row[part.field];
    if (value !== undefined && value !== null) item[part.attribute] = keyAttribute(part, value);
    else if (keys.includes(part)) {
      throw new BadRequest(`${part.field} is part of the key: it must be given`, {
        field: part.field as string,
      });
    }
  }

  return {
    read,
    write(row) {
      const item: Item = {};
      for (const [field, value] of Object.entries(row)) {
        // A key that is null would be refused; an item without it stands in the table, but not in the index.
        const isLeftOut = value === undefined || (value === null && plainKeys.has(field));
        if (!isLeftOut && !isComputed(field)) item[field] = toAttribute(kinds?.[field], value, field);
      }
      for (const part of parts) writePart(item, part, row);
      if (type) item[type.attribute] = { S: type.value };
      return item;
    },
    versionOf: row => versions.get(row),
  };
}

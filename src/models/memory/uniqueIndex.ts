import { Conflict } from "../../core/errors.ts";
import type { Row } from "../../core/types.ts";
import { isDeleted } from "../changes.ts";
import { canonicalJson } from "../fields/values.ts";

/** Fields of which no two objects may hold the same: one field, or several together. */
export type UniqueFields<T> = readonly ((keyof T & string) | readonly (keyof T & string)[])[];

/** The constraints as lists of fields. */
export function uniqueGroups(unique: UniqueFields<never> | readonly unknown[] = []): string[][] {
  return unique.map(group => [group].flat() as string[]);
}

/** What a duplicate of these fields gets, on every engine. */
export function duplicate(fields: readonly string[]): Conflict {
  const names = fields.join(", ");
  return new Conflict(`Duplicate ${names}`, { field: names });
}

/** As in SQL, an object in which one of the fields is null collides with none. */
function keyOf(row: Row, fields: readonly string[]): string | undefined {
  const values = fields.map(field => row[field]);
  if (values.some(value => value === null || value === undefined)) return undefined;
  return values.map(value => (typeof value === "bigint" ? `${value}n` : canonicalJson(value))).join();
}

/** Finds which object holds the values of a unique constraint. */
export interface UniqueIndex {
  /** @throws Conflict when another object than `except` holds the same */
  check(row: Row, except?: Row): void;
  add(row: Row): void;
  remove(row: Row): void;
  /** Puts rows in the place of others. @throws Conflict on a duplicate, before anything is changed */
  replace(old: readonly Row[], next: readonly Row[]): void;
}

/**
 * An index in memory over some groups of fields.
 *
 * @param softDelete the field that says when an object was deleted: it then collides with none
 */
export function uniqueIndex(groups: readonly (readonly string[])[], softDelete?: string): UniqueIndex {
  const keyIn = (row: Row, fields: readonly string[]): string | undefined =>
    isDeleted(row, softDelete) ? undefined : keyOf(row, fields);
  const indexes = groups.map(fields => ({ fields, rows: new Map<string, Row>() }));
  const index: UniqueIndex = {
    check(row, except) {
      for (const { fields, rows } of indexes) {
        const key = keyIn(row, fields);
        const holder = key === undefined ? undefined : rows.get(key);
        if (holder !== undefined && holder !== except) throw duplicate(fields);
      }
    },
    add(row) {
      for (const { fields, rows } of indexes) {
        const key = keyIn(row, fields);
        if (key !== undefined) rows.set(key, row);
      }
    },
    remove(row) {
      for (const { fields, rows } of indexes) {
        const key = keyIn(row, fields);
        if (key !== undefined) rows.delete(key);
      }
    },
    replace(old, next) {
      const added: Row[] = [];
      for (const row of old) index.remove(row);
      try {
        for (const row of next) {
          index.check(row);
          index.add(row);
          added.push(row);
        }
      } catch (error) {
        for (const row of added) index.remove(row);
        for (const row of old) index.add(row);
        throw error;
      }
    },
  };
  return index;
}

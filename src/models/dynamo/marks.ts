import type { Row } from "../../core/types.ts";
import type { Item } from "./api.ts";
import type { Write } from "./table.ts";

/** How the partition key of a marker begins where it is text: no object has such a key. */
export const markPrefix = "_unique#";
/** The attribute that markers have, and no object: which rule it is of. */
export const markAttribute = "_unique";
/** The attribute of a marker that holds the key of the object whose value it is. */
export const ownerAttribute = "_owner";

/** The marker of one unique value: an item that is there once, by its key. */
export interface Mark {
  /** What the value is of. */
  readonly fields: readonly string[];
  /** The rule in a text that is the same wherever the table is used. */
  readonly rule: string;
  readonly key: Item;
}

/** What a write does to markers. */
export interface Marks {
  /** The key of the object, as a text. */
  readonly owner: string;
  readonly claims: readonly Mark[];
  readonly releases: readonly Mark[];
  /** The fields that this depends on: they must be as they were loaded. */
  readonly fields: readonly string[];
}

/** A write of a marker, within the transaction of the object's own. */
export interface MarkAction {
  readonly write: Write;
  readonly fields: readonly string[];
  /** Whether it may be left out, as the value is not this object's. */
  readonly isRelease: boolean;
  /** The number of the write that it goes with. */
  readonly of: number;
}

/** The writes of markers of one transaction. */
export interface MarkBook {
  readonly size: number;
  /** @throws Conflict when an object before has the same value */
  add(marks: Marks, of: number): void;
  actions(): MarkAction[];
}

/** Keeps fields unique. */
export interface Marking {
  /** The item that says for which rules the markers of all objects are there: its key, as what it is marked, and the rules. */
  readonly done: { readonly key: Item; readonly rule: string; readonly rules: string };
  /** Whether a marker of a rule is one of this model's, of a rule that there is or was. */
  isOwn(rule: string): boolean;
  /** The fields of a rule; `undefined` where there is none such any more. */
  fieldsOf(rule: string): readonly string[] | undefined;
  /** The markers that an object has: of each rule whose fields all hold something, unless it is deleted. */
  of(row: Row): Mark[];
  /**
   * @param before what is stored; `undefined` for a new object
   * @param after what is to be; `undefined` for one that is removed
   * @returns `undefined` where no rule is touched
   */
  between(before: Row | undefined, after: Row | undefined): Marks | undefined;
  book(): MarkBook;
}

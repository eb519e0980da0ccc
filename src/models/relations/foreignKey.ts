import type { RelatedModel, Relation } from "../types.ts";

/**
 * What becomes of objects when the one that they refer to is deleted: nothing, for it can't be (`restrict`, and `noAction`, which
 * PostgreSQL and SQLite may put off to the end of a transaction), they go too (`cascade`), or refer to nothing (`setNull`).
 */
export type OnDelete = "noAction" | "restrict" | "cascade" | "setNull";

export const onDeletes: readonly unknown[] = ["noAction", "restrict", "cascade", "setNull"];

/** A table between which and others foreign keys may be. */
export interface KeyTable {
  /** The model's name. */
  readonly name: string;
  readonly idKey: string;
  readonly fields: Readonly<
    Record<string, { readonly kind?: string | undefined; readonly required?: unknown }>
  >;
  readonly unique: readonly (readonly string[])[];
  readonly softDelete?: string | undefined;
}

/** A key that the database is to look after. */
export interface ForeignKey<Table extends KeyTable = KeyTable> {
  /** The relation's name. */
  readonly relation: string;
  /** The field that is at fault where the key refers to nothing. */
  readonly field: string;
  /** The fields that refer. */
  readonly columns: readonly string[];
  /** The table that they refer to. */
  readonly to: Table;
  /** Its fields, one for each. */
  readonly references: readonly string[];
  readonly onDelete: OnDelete;
}

/** What was said of the foreign key of a relation. */
export interface ForeignKeyWish {
  readonly onDelete: OnDelete | undefined;
  /** Whether there is to be none. */
  readonly isOff: boolean;
}

/** The table of a model, where a foreign key can lead to it. */
export type KeyTableOf<Table extends KeyTable> = (model: RelatedModel) => Table | undefined;

const sorted = (names: readonly string[]): string => [...names].sort().join();

/** A table that may have foreign keys. */
export interface KeyHolder {
  readonly owner: KeyTable;
  readonly tableOf: KeyTableOf<KeyTable>;
}

/** Why a relation can't be a foreign key; the order of its columns where it can: that of the rule which it refers to. */
function hindrance(
  { keys }: Relation,
  references: readonly string[],
  { fields }: KeyTable,
  to: KeyTable | undefined,
): string | readonly string[] {
  if (to === undefined) return "leads to another database";
  const rules = [[to.idKey], ...(to.softDelete === undefined ? to.unique : [])];
  const rule = rules.find(names => sorted(names) === sorted(references));
  if (rule === undefined) return "refers to fields that nothing keeps unique";
  const kinds = references.map(name => to.fields[name]?.kind);
  const isAlike = kinds.every((kind, at) => kind === fields[keys[at] as string]?.kind && kind !== "json");
  return isAlike ? rule : "refers to fields of another kind";
}

/** Refuses what no table of these fields can hold, whatever the relation leads to. @throws TypeError naming the relation */
export function checkWish(
  factory: string,
  name: string,
  keys: readonly string[],
  { onDelete }: ForeignKeyWish,
  owner: Pick<KeyTable, "fields" | "idKey"> | undefined,
): void {
  if (onDelete === undefined) return;
  const at = `${factory}: relation "${name}"`;
  if (owner === undefined) {
    throw new TypeError(`${at} has onDelete, which the tables of sqlModel alone hold`);
  }
  const held = keys.find(key => key === owner.idKey || owner.fields[key]?.required === true);
  if (onDelete === "setNull" && held !== undefined) {
    throw new TypeError(`${at} has onDelete "setNull", and its key "${held}" can't be null`);
  }
}

/**
 * The foreign key of a relation to one object.
 *
 * @param owner the table of the model that has it
 * @returns `undefined` where there is to be none, or can't be
 * @throws TypeError where `onDelete` is said of one that can't be
 */
export function foreignKeyOf<Table extends KeyTable>(
  name: string,
  relation: Relation,
  { onDelete, isOff }: ForeignKeyWish,
  owner: KeyTable,
  tableOf: KeyTableOf<Table>,
): ForeignKey<Table> | undefined {
  if (isOff) return undefined;
  const { model, keys } = relation;
  const to = tableOf(model);
  const references = relation.references ?? [...keys.slice(0, -1), model.idKey];
  const rule = hindrance(relation, references, owner, to);
  if (typeof rule !== "string") {
    const columns = rule.map(field => keys[references.indexOf(field)] as string);
    const field = keys.at(-1) as string;
    return {
      relation: name,
      field,
      columns,
      to: to as Table,
      references: rule,
      onDelete: onDelete ?? "noAction",
    };
  }
  if (onDelete === undefined) return undefined;
  throw new TypeError(`${owner.name}: relation "${name}" has onDelete, but ${rule}`);
}

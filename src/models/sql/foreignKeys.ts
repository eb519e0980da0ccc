import type { ForeignKey, KeyTable } from "../relations/foreignKey.ts";
import { relationTag } from "../relations/tag.ts";
import type { TaggedRelation } from "../relations/types.ts";
import type { Relations } from "../types.ts";
import type { Column } from "./columns.ts";
import { constraintName } from "./constraintName.ts";
import type { TableDefinition } from "./ddl.ts";
import type { TableKey } from "./tableKey.ts";

/** A table that foreign keys may lead to, by its fields. */
export interface ReferableTable extends KeyTable {
  readonly fields: Readonly<Record<string, Column>>;
  readonly definition: TableDefinition;
}

const columnsText = (names: readonly string[]): string => names.join();

function tableKey(
  key: ForeignKey<ReferableTable>,
  { fields, definition: { table } }: ReferableTable,
  taken: readonly TableKey[],
): TableKey<TableDefinition> {
  const { relation, field, to, onDelete } = key;
  const faulty = (fields[field] as Column).name;
  const columns = key.columns.map(name => (fields[name] as Column).name);
  const references = key.references.map(name => (to.fields[name] as Column).name);
  const plain = constraintName(table, columns, "fkey");
  const isTaken = taken.some(({ name }) => name === plain);
  const name = isTaken ? constraintName(table, [...columns, to.definition.table], "fkey") : plain;
  return { name, relations: [relation], faulty, columns, to: to.definition, references, onDelete };
}

/**
 * Gives the foreign keys of a table, of relations that lead to tables of the same database. Two relations by one key have one.
 *
 * @param tableOf the table of a model that is of the same database
 * @returns what finds them when it is called, and throws a TypeError where one was asked for that can't be, or two differ in what a deletion does
 */
export function foreignKeysOf(
  relations: Relations,
  owner: ReferableTable,
  tableOf: (model: object) => ReferableTable | undefined,
): () => readonly TableKey<TableDefinition>[] {
  let found: readonly TableKey<TableDefinition>[] | undefined;
  return function foreignKeys() {
    found ??= findKeys(relations, owner, tableOf);
    return found;
  };
}

function findKeys(
  relations: Relations,
  owner: ReferableTable,
  tableOf: (model: object) => ReferableTable | undefined,
): readonly TableKey<TableDefinition>[] {
  const keys: TableKey<TableDefinition>[] = [];
  for (const [name, relation] of Object.entries(relations)) {
    const key = (relation as TaggedRelation)[relationTag].foreignKey(name, owner, tableOf);
    if (key === undefined) continue;
    const made = tableKey(key, owner, keys);
    const at = keys.findIndex(
      ({ columns, to }) => to === made.to && columnsText(columns) === columnsText(made.columns),
    );
    const same = keys[at];
    if (same === undefined) keys.push(made);
    else if (same.onDelete === made.onDelete) keys[at] = { ...same, relations: [...same.relations, name] };
    else
      throw new TypeError(`${owner.name}: relations "${same.relations[0]}" and "${name}" differ in onDelete`);
  }
  return keys;
}

/** Has the relations of a model say of what refers to nothing whether the table refuses it. */
export function answerReferences(
  model: object,
  relations: Relations,
  open: () => Promise<{ readonly kept?: readonly TableKey[] }>,
): void {
  for (const [name, relation] of Object.entries(relations)) {
    (relation as TaggedRelation)[relationTag].answersBy(model, async () => {
      const { kept = [] } = await open();
      return kept.some(key => key.relations.includes(name));
    });
  }
}

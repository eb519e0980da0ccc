import type { Column } from "../columns.ts";
import { constraintName } from "../constraintName.ts";
import { useOf } from "../ddl.ts";
import type { Change, ColumnState, IndexState, TableState } from "./types.ts";
import { uniqueState, type Writing, wantedPreset } from "./writing.ts";

const names = (text: string | undefined): readonly string[] => text?.match(/\w+/g) ?? [];

/** Whether an index is of a column, or of rows by what is in it. */
export const needs = ({ columns, where }: IndexState, name: string): boolean =>
  columns.includes(name) || names(where).includes(name);

/** The state of a table behind a change. */
export function applied(change: Change, state: TableState, writing: Writing): TableState {
  const { definition, dialect } = writing;
  const changed = (name: string, parts: Partial<ColumnState>): TableState => ({
    ...state,
    columns: state.columns.map(one => (one.name === name ? { ...one, ...parts } : one)),
  });
  const typeOf = (field: string, { kind }: Column): string =>
    dialect.columnType(kind, useOf(field, definition));
  switch (change.is) {
    case "addColumn": {
      const { name, column, required } = change;
      const type = typeOf(name, column);
      const preset = column.preset === undefined ? null : wantedPreset(name, writing);
      const made: ColumnState = { name, type, found: { name, type }, nullable: !required, preset };
      return { ...state, columns: [...state.columns, made] };
    }
    case "dropColumn":
      return {
        ...state,
        columns: state.columns.filter(({ name }) => name !== change.name),
        indexes: state.indexes.filter(index => !needs(index, change.name)),
        keys: state.keys.filter(({ columns }) => !columns.includes(change.name)),
      };
    case "renameColumn": {
      const renamed = (text: string): string =>
        text.replaceAll(/\w+/g, word => (word === change.name ? change.to : word));
      const { made } = state;
      return {
        ...changed(change.name, { name: change.to }),
        primary: state.primary.map(name => (name === change.name ? change.to : name)),
        indexes: state.indexes.map(index => ({
          ...index,
          columns: index.columns.map(name => (name === change.name ? change.to : name)),
          where: index.where && renamed(index.where),
        })),
        keys: state.keys.map(key => ({
          ...key,
          columns: key.columns.map(name => (name === change.name ? change.to : name)),
        })),
        ...(made && { made: { ...made, others: made.others.map(renamed) } }),
      };
    }
    case "addUnique":
      return { ...state, indexes: [...state.indexes, uniqueState(change.columns, writing)] };
    case "addIndex": {
      const name = constraintName(definition.table, change.columns, "idx");
      const index = { name, columns: change.columns, isUnique: false, isConstraint: false };
      return { ...state, indexes: [...state.indexes, index] };
    }
    case "setType": {
      const type = typeOf(change.field, change.column);
      return changed(change.name, { type, found: { name: change.name, type } });
    }
    case "setRequired":
      return changed(change.name, { nullable: !change.required });
    case "setDefault":
      return changed(change.name, { preset: wantedPreset(change.field, writing) });
    case "addForeignKey":
      return { ...state, keys: [...state.keys, change.key] };
    case "setForeignKey":
      return { ...state, keys: [...state.keys.filter(({ name }) => name !== change.old.name), change.key] };
    case "dropForeignKey":
      return { ...state, keys: state.keys.filter(({ name }) => name !== change.key.name) };
    case "dropIndex":
      return { ...state, indexes: state.indexes.filter(({ name }) => name !== change.index.name) };
    default:
      return state;
  }
}

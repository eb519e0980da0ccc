import { columnText } from "../ddl.ts";
import { conversion } from "./conversions.ts";
import type { Change, ColumnState, MigrationLine, TableState } from "./types.ts";
import { byHand, commonStatements, noNulls, type Writing, type Written, wantedPreset } from "./writing.ts";

function typeChange(
  { name, field, column }: Change & { is: "setType" },
  state: TableState,
  writing: Writing,
): Written {
  const { at, quote, definition, dialect } = writing;
  const found = state.columns.find(one => one.name === name) as ColumnState;
  const to = conversion(quote(name), found.type, column.kind, dialect);
  if (to === undefined) return byHand(`${definition.table}.${name}`, found.type, column.kind);
  const alter = `alter table ${at} alter column ${quote(name)}`;
  const type = columnText(
    field,
    { ...definition, idKey: "", columns: { [field]: { ...column, preset: undefined } } },
    dialect,
    false,
  );
  const refused: MigrationLine[] = to.refuses
    ? [
        {
          none: `select 1 from ${at} where ${to.refuses} limit 1`,
          says: `${definition.table}.${name} has values that are no ${column.kind}`,
        },
      ]
    : [];
  const preset = column.preset === undefined ? [] : [`${alter} set default ${wantedPreset(field, writing)}`];
  const old = found.preset === null ? [] : [`${alter} set default ${found.preset}`];
  return {
    up: [...refused, `${alter} drop default`, `${alter} type ${type} using ${to.using}`, ...preset],
    down: [
      `${alter} drop default`,
      `${alter} type ${found.type} using cast(${quote(name)} as ${found.found.type})`,
      ...old,
    ],
  };
}

/** The statements of a change on PostgreSQL. */
export function postgresStatements(change: Change, state: TableState, writing: Writing): Written {
  const { at, quote } = writing;
  if (change.is === "setType") return typeChange(change, state, writing);
  if (change.is === "setRequired") {
    const alter = `alter table ${at} alter column ${quote(change.name)}`;
    const set = `${alter} set not null`;
    const unset = `${alter} drop not null`;
    return change.required
      ? { up: [noNulls(change.name, writing), set], down: [unset] }
      : { up: [unset], down: [set] };
  }
  if (change.is === "setDefault") {
    const alter = `alter table ${at} alter column ${quote(change.name)}`;
    const old = state.columns.find(({ name }) => name === change.name)?.preset ?? null;
    return {
      up: [`${alter} set default ${wantedPreset(change.field, writing)}`],
      down: [old === null ? `${alter} drop default` : `${alter} set default ${old}`],
    };
  }
  return commonStatements(change, state, writing) as Written;
}

import type { QueryExecutorProvider } from "kysely";
import type { OnDelete } from "../../relations/foreignKey.ts";
import { constraintName } from "../constraintName.ts";
import type { Dialect } from "../dialect.ts";
import { type Sql, sql } from "../sql.ts";
import { runOnce } from "../statements.ts";
import { onDeleteText, type TableKey } from "../tableKey.ts";
import type { KeyState, MigrationLine } from "./types.ts";
import { list, type Writing } from "./writing.ts";

/** One column of a foreign key. */
interface KeyRow {
  id: string | number;
  name: string | null;
  part: string;
  other: string;
  /** Null where it refers to the primary key, whose names are not said. */
  theirs: string | null;
  deletes: string;
  /** What is behind the columns where a database writes it itself. */
  whole: string | null;
  updates: string | null;
  checked: number | boolean;
}

const partsOf = (table: string): [name: string, schema: string | null] => {
  const [name = table, schema = null] = table.split(".").toReversed();
  return [name, schema];
};

const keyRows: Record<Dialect["name"], (table: string) => Sql<KeyRow>> = {
  sqlite(table) {
    const [name, schema] = partsOf(table);
    return sql`select id, null as name, "from" as part, "table" as other, "to" as theirs, lower(on_delete) as deletes,
      null as whole, lower(on_update) as updates, 1 as checked from pragma_foreign_key_list(${name}, ${schema}) order by id desc, seq`;
  },
  postgres(table) {
    const name = table
      .split(".")
      .map(part => `"${part.replaceAll('"', '""')}"`)
      .join(".");
    return sql`select f.conname as id, f.conname as name, a.attname as part,
      case when pg_table_is_visible(r.oid) then r.relname else n.nspname || '.' || r.relname end as other, b.attname as theirs,
      case f.confdeltype when 'c' then 'cascade' when 'n' then 'set null' when 'r' then 'restrict' when 'd' then 'set default' else 'no action' end as deletes,
      pg_get_constraintdef(f.oid) as whole, null as updates, f.convalidated as checked
      from pg_catalog.pg_constraint f join pg_catalog.pg_class r on r.oid = f.confrelid
      join pg_catalog.pg_namespace n on n.oid = r.relnamespace cross join lateral unnest(f.conkey, f.confkey) with ordinality u(mine, theirs, place)
      join pg_catalog.pg_attribute a on a.attrelid = f.conrelid and a.attnum = u.mine
      join pg_catalog.pg_attribute b on b.attrelid = f.confrelid and b.attnum = u.theirs
      where f.contype = 'f' and f.conparentid = 0 and f.conrelid = to_regclass(${name}) order by f.conname, u.place`;
  },
  mysql(table) {
    const [name, schema] = partsOf(table);
    return sql`select k.constraint_name as id, k.constraint_name as name, k.column_name as part,
      case when k.referenced_table_schema = k.table_schema then k.referenced_table_name
      else concat(k.referenced_table_schema, '.', k.referenced_table_name) end as other, k.referenced_column_name as theirs,
      lower(r.delete_rule) as deletes, null as whole, lower(r.update_rule) as updates, 1 as checked from information_schema.key_column_usage k
      join information_schema.referential_constraints r on r.constraint_schema = k.constraint_schema
      and r.table_name = k.table_name and r.constraint_name = k.constraint_name
      where k.table_schema = coalesce(${schema}, database()) and k.table_name = ${name} order by k.constraint_name, k.ordinal_position`;
  },
};

const onDeletes: Readonly<Record<string, OnDelete>> = {
  "no action": "noAction",
  restrict: "restrict",
  cascade: "cascade",
  "set null": "setNull",
};

/** What stands behind the columns that a foreign key refers to. */
function endOf({ whole, updates, deletes }: KeyRow): string {
  if (whole !== null) {
    const behind = whole.indexOf(")", whole.lastIndexOf(" REFERENCES ")) + 1;
    return whole.slice(behind).replace(/ NOT VALID$/, "");
  }
  const action = (on: string, what: string): string => (what === "no action" ? "" : ` on ${on} ${what}`);
  return `${action("update", updates ?? "no action")}${action("delete", deletes)}`;
}

/** Reads the foreign keys of a table. SQLite says no names: they are called as new ones would be. */
export async function readKeys(
  table: string,
  dialect: Dialect,
  db: QueryExecutorProvider,
): Promise<readonly KeyState[]> {
  const { rows } = await runOnce(keyRows[dialect.name](table), db);
  const keys: KeyState[] = [];
  for (const id of new Set(rows.map(row => row.id))) {
    const own = rows.filter(row => row.id === id);
    const [first] = own as [KeyRow];
    const columns = own.map(({ part }) => part);
    const plain = first.name ?? constraintName(table, columns, "fkey");
    const isTaken = keys.some(({ name }) => name === plain);
    keys.push({
      name: isTaken ? constraintName(table, [...columns, first.other], "fkey") : plain,
      columns,
      table: first.other,
      references: own.flatMap(({ theirs }) => theirs ?? []),
      end: endOf(first),
      onDelete: onDeletes[first.deletes],
      isChecked: Boolean(first.checked),
    });
  }
  return keys;
}

/** A foreign key that a model wants, as the database would have it. */
export function keyState({ name, columns, to, references, onDelete }: TableKey): KeyState {
  return {
    name,
    columns,
    table: to.table,
    references,
    end: onDeleteText(onDelete),
    onDelete,
    isChecked: true,
  };
}

/** A foreign key as it stands in a statement that makes it. */
export function keyText({ name, columns, table, references, end }: KeyState, writing: Writing): string {
  const { quote, text } = writing;
  const into = references.length === 0 ? "" : ` (${list(references, writing)})`;
  return `constraint ${quote(name)} foreign key (${list(columns, writing)}) references ${text(sql.table(table))}${into}${end}`;
}

/** That no row refers to nothing. */
export function noDangling(
  { columns, table, references }: KeyState,
  { at, quote, text, definition }: Writing,
): MigrationLine {
  const given = columns.map(name => `c.${quote(name)} is not null`);
  const same = references.map((name, index) => `p.${quote(name)} = c.${quote(columns[index] as string)}`);
  const there = `select 1 from ${text(sql.table(table))} p where ${same.join(" and ")}`;
  return {
    none: `select 1 from ${at} c where ${given.join(" and ")} and not exists (${there}) limit 1`,
    says: `${definition.table}.${columns.join(", ")} refers to nothing in some rows; mend them first`,
  };
}

/** Adds a foreign key. */
export const addKeyText = (key: KeyState, writing: Writing): string =>
  `alter table ${writing.at} add ${keyText(key, writing)}`;

/** Drops a foreign key. */
export function dropKeyText({ name }: KeyState, { at, quote, dialect }: Writing): string {
  return `alter table ${at} drop ${dialect.name === "mysql" ? "foreign key" : "constraint"} ${quote(name)}`;
}

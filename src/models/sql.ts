import type { StandardSchemaV1 } from "@standard-schema/spec";
import { type QueryExecutorProvider, sql } from "kysely";
import { NotFound } from "../errors.ts";
import { checkArgument, checkOptions } from "../options.ts";
import { applyChanges, changedSince, type Guard } from "./changes.ts";
import { checkKinds, checkObject } from "./checkObject.ts";
import { checkKind } from "./checkValue.ts";
import { checkFieldNames, type Field, fieldsOfSchema } from "./fields.ts";
import { nodeCrypto } from "./nodeCrypto.ts";
import { sqliteFlavor } from "./sqlFlavor.ts";
import { readId, SqlQueryset } from "./sqlQueryset.ts";
import { type Column, type SqlTable, sqlTable } from "./sqlTable.ts";
import type { FieldKind, Model } from "./types.ts";
import { type UniqueFields, uniqueGroups } from "./uniqueIndex.ts";
import { sameValue } from "./values.ts";

/** Options of {@link sqlModel}. */
export interface SqlModelOptions<T> {
  /** A Kysely instance of yours, or `sqlite(path)`. */
  db: QueryExecutorProvider;
  /** The table, `schema.table` where there are schemas. @default the name */
  table?: string;
  /** Shown in messages and documents: `"User"`. @default the table */
  name?: string;
  /** The column that holds the id: `text`, `integer` or `bigint`. @default "id" */
  idKey?: keyof T & string;
  /** Describes a whole object, id included. Checked on create and update; what it gives is what is stored. */
  schema?: StandardSchemaV1<unknown, T>;
  /** What the columns hold. They complete, or overrule, what the schema tells. */
  columns?: { readonly [K in keyof T & string]?: FieldKind };
  /** Columns, or groups of them, of which no two rows may hold the same; constraints of a table that is created. */
  unique?: UniqueFields<T>;
  /** A number column that counts the updates; without it an update compares every column. */
  version?: keyof T & string;
  /** Whether to create the table when it is missing. @default true */
  create?: boolean;
}

type Row = Record<string, unknown>;

const idKinds: readonly unknown[] = ["text", "integer", "bigint"];

function fieldsOf(
  idKey: string,
  schema: StandardSchemaV1 | undefined,
  given: object | undefined,
): Record<string, Column> {
  const columns = Object.entries((given ?? {}) as Record<string, FieldKind>);
  const derived = fieldsOfSchema(schema);
  if (derived === undefined && columns.length === 0) {
    throw new TypeError("sqlModel: needs columns, or a schema that gives its JSON Schema");
  }
  const fields: Record<string, Field> = { [idKey]: { kind: "text", absent: false }, ...derived };
  for (const [name, kind] of columns) {
    checkKind("sqlModel", name, kind);
    fields[name] = { kind, absent: derived?.[name]?.absent ?? false };
  }
  checkFieldNames("sqlModel", Object.keys(fields));
  const untold = Object.keys(fields).find(name => fields[name]?.kind === undefined);
  if (untold !== undefined) {
    throw new TypeError(`sqlModel: the schema does not tell what "${untold}" holds; name it in columns`);
  }
  if (!idKinds.includes(fields[idKey]?.kind)) {
    throw new TypeError(`sqlModel: column "${idKey}" must be one of ${idKinds.join(", ")}`);
  }
  return fields as Record<string, Column>;
}

function checkColumns(names: readonly (string | undefined)[], fields: Row, option: string): void {
  for (const name of names) {
    if (name !== undefined && !Object.hasOwn(fields, name)) {
      throw new TypeError(`sqlModel: option "${option}" names "${name}", which is no column`);
    }
  }
}

/**
 * Keeps objects in a table of an SQL database, reached through Kysely. Today the dialect must be SQLite's. Each operation
 * is one statement; values are always bound. A missing table is created before the first statement.
 *
 * Ids are UUIDs made here, or counted by the database where the id is a number. Without `version` an update compares
 * every column with the object as it was loaded.
 *
 * @param options the database, the table, and its columns or a schema that tells them
 * @throws TypeError on a wrong option
 * @example
 * const db = sqlite("./.data/blog.sqlite");
 * const Posts = sqlModel<Post>({ db, name: "Post", table: "posts", columns: { title: "text", tags: "json" } });
 */
export function sqlModel<T extends object>(options: SqlModelOptions<T>): Model<T> {
  checkOptions("sqlModel", options, {
    db: ["object", "function"],
    table: "string",
    name: "string",
    idKey: "string",
    schema: ["object", "function"],
    columns: "object",
    unique: "array",
    version: "string",
    create: "boolean",
  });
  const executor: unknown = options?.db?.getExecutor;
  if (typeof executor !== "function") throw new TypeError('sqlModel: option "db" must be a Kysely instance');
  const { db, schema, version, create = true } = options;
  const name = options.name ?? options.table;
  checkArgument("sqlModel", 'option "table"', name ?? null, "string");
  const idKey = options.idKey ?? ("id" as keyof T & string);
  const fields = fieldsOf(idKey, schema, options.columns);
  const unique = uniqueGroups(options.unique);
  checkColumns(unique.flat(), fields, "unique");
  checkColumns([version], fields, "version");
  const table = sqlTable(
    db,
    { table: options.table ?? (name as string), idKey, fields, unique, create },
    sqliteFlavor,
  );
  const guard: Guard = { name: name as string, idKey, version };
  return {
    name: guard.name,
    idKey,
    ...(schema && { schema }),
    fields: table.kinds,
    objects: new SqlQueryset<T>(guard.name, table),
    create: data => createRow(table, guard, schema, data as Row) as Promise<T>,
    update: (object, changes) => updateRow(table, guard, schema, object as Row, changes) as Promise<T>,
    async delete(object) {
      const id = readId(object[idKey], table.kinds[idKey] as FieldKind);
      if (id === undefined || !(await table.remove(id))) throw new NotFound();
    },
  };
}

async function createRow(
  table: SqlTable,
  { idKey, version }: Guard,
  schema: StandardSchemaV1 | undefined,
  data: Row,
): Promise<Row> {
  const row: Row = { ...data };
  const isCounted = table.kinds[idKey] !== "text";
  const isMissing = row[idKey] === undefined || row[idKey] === null;
  // A schema of whole objects wants an id even where the database is yet to count it: any number stands in.
  if (isMissing) row[idKey] = isCounted ? 1 : nodeCrypto().randomUUID();
  if (version !== undefined) row[version] = 1;
  const checked = checkKinds(schema ? { ...(await checkObject(schema, row)) } : row, table.kinds);
  if (isMissing && isCounted) delete checked[idKey];
  return table.insert(checked);
}

async function updateRow(
  table: SqlTable,
  guard: Guard,
  schema: StandardSchemaV1 | undefined,
  object: Row,
  changes: Row,
): Promise<Row> {
  const { idKey, version } = guard;
  const columns = Object.keys(table.kinds);
  const id = readId(object[idKey], table.kinds[idKey] as FieldKind);
  if (id === undefined) throw new NotFound();
  const loaded = Object.fromEntries(
    columns.filter(key => object[key] !== undefined).map(key => [key, object[key]]),
  );
  const next = applyChanges(loaded, changes, guard);
  const checked = checkKinds(schema ? { ...(await checkObject(schema, next)) } : next, table.kinds);
  const changed = Object.entries(checked).filter(([key, value]) => !sameValue(value, loaded[key]));
  const isIt = table.same(idKey, id);
  const compared = version === undefined ? columns.filter(key => key !== idKey) : [version];
  const unchanged = [isIt, ...compared.map(key => table.same(key, loaded[key] ?? null))];
  const set = changed.length ? Object.fromEntries(changed) : { [idKey]: id };
  const row = await table.update(set, sql.join(unchanged, sql` and `));
  if (row !== undefined) return row;
  const [found] = await table.select(isIt, undefined, 1, 0);
  throw found === undefined ? new NotFound() : changedSince(guard.name);
}

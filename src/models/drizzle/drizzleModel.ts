import type { StandardSchemaV1 } from "@standard-schema/spec";
import { getTableName, type InferSelectModel, is, Table } from "drizzle-orm";
import { BadRequest, NotFound } from "../../core/errors.ts";
import { checkOptions } from "../../core/options.ts";
import type { Row } from "../../core/types.ts";
import { applyChanges, changedSince, type Guard } from "../changes.ts";
import { checkKinds, checkObject } from "../fields/checkObject.ts";
import { checkIdKind } from "../fields/modelFields.ts";
import { newId } from "../fields/newId.ts";
import { readId } from "../fields/readId.ts";
import { canonicalJson, sameValue } from "../fields/values.ts";
import { type Admit, admitting } from "../query/admission.ts";
import { keysetQueryset } from "../query/keysetQueryset.ts";
import type { ConditionTree } from "../query/where.ts";
import type { FieldKind, Model } from "../types.ts";
import { type DrizzleColumns, drizzleColumns, lostIn } from "./columns.ts";
import { type DrizzleDatabase, type DrizzleTable, drizzleTable } from "./table.ts";

/** Options of {@link drizzleModel}. */
export interface DrizzleModelOptions<T> {
  /** Shown in messages and documents: `"User"`. @default the table's name */
  name?: string;
  /** The field that holds the id: text, a whole number or a bigint. @default the primary key's column */
  idKey?: keyof T & string;
  /** Describes a whole object, id included. Checked on create and update; what it gives is what is stored. */
  schema?: StandardSchemaV1<unknown, T>;
  /** A number field that counts the updates; without it an update compares every column. */
  version?: keyof T & string;
  /** What columns hold whose type does not tell, such as those of `customType`. */
  columns?: { readonly [K in keyof T & string]?: FieldKind };
}

interface Parts extends Guard {
  table: DrizzleTable;
  columns: DrizzleColumns;
  kinds: Readonly<Record<string, FieldKind>>;
  schema: StandardSchemaV1 | undefined;
}

function idKeyOf(columns: DrizzleColumns, given: string | undefined): string {
  const idKey = given ?? Object.values(columns).find(({ column }) => column.primary)?.name;
  if (idKey === undefined)
    throw new TypeError('drizzleModel: the table has no primary key; give option "idKey"');
  if (!Object.hasOwn(columns, idKey)) {
    throw new TypeError(`drizzleModel: option "idKey" names "${idKey}", which is no column`);
  }
  checkIdKind("drizzleModel", idKey, columns[idKey]?.kind);
  return idKey;
}

/**
 * Keeps objects in a table that Drizzle describes, of SQLite or PostgreSQL. The fields, their types and kinds are those
 * of the table; values go through Drizzle's own mapping. Each operation is one statement. Tables are made by your
 * migrations. Handed a transaction in place of the database, the model works inside of it.
 *
 * Ids of text are UUIDs made here, unless the column has a default. Without `version` an update compares every column
 * with the object as it was loaded.
 *
 * @param db what `drizzle(…)` gives, or a transaction of it
 * @param table what `sqliteTable` or `pgTable` gives
 * @param options the name, and what guards the objects
 * @throws TypeError on a wrong option, or a column of which the kind can't be told
 * @see https://orm.drizzle.team/docs/sql-schema-declaration
 * @example
 * const posts = pgTable("posts", { id: uuid().primaryKey(), title: text().notNull(), version: integer().notNull() });
 * const Posts = drizzleModel(drizzle(pool), posts, { name: "Post", version: "version" });
 */
export function drizzleModel<D extends Table>(
  db: DrizzleDatabase,
  table: D,
  options: DrizzleModelOptions<InferSelectModel<D>> = {},
): Model<InferSelectModel<D>> {
  type T = InferSelectModel<D>;
  checkOptions("drizzleModel", options, {
    name: "string",
    idKey: "string",
    schema: ["object", "function"],
    version: "string",
    columns: "object",
  });
  if (typeof (db as Partial<DrizzleDatabase> | undefined)?.insert !== "function") {
    throw new TypeError("drizzleModel: db must be a Drizzle database");
  }
  if (!is(table, Table)) throw new TypeError("drizzleModel: table must be a Drizzle table");
  const { schema, version } = options;
  const columns = drizzleColumns(table, options.columns);
  const idKey = idKeyOf(columns, options.idKey);
  if (version !== undefined && columns[version]?.kind !== "integer") {
    throw new TypeError(
      `drizzleModel: option "version" names "${version}", which is no column of whole numbers`,
    );
  }
  const name = options.name ?? getTableName(table);
  const kinds = Object.fromEntries(Object.values(columns).map(({ name, kind }) => [name, kind]));
  const statements = drizzleTable(db, table, columns, idKey, name);
  const parts: Parts = { name, idKey, version, table: statements, columns, kinds, schema };
  const model: Model<Row> = {
    name,
    idKey,
    ...(schema && { schema }),
    fields: kinds,
    objects: keysetQueryset<Row>({ name, idKey, fields: kinds, ...statements }),
    create: data => create(parts, data),
    update: (object, changes) => update(parts, object, changes),
    delete: object => remove(parts, object),
  };
  return admitting(model, {
    create: (data: Row, admit) => create(parts, data, admit),
    update: (object: Row, changes: Row, admit) => update(parts, object, changes, admit),
    version,
  }) as unknown as Model<T>;
}

function idOf({ idKey, kinds }: Parts, object: Row): ConditionTree {
  const kind = kinds[idKey] as FieldKind;
  const value = readId(object[idKey], kind);
  if (value === undefined) throw new NotFound();
  return { op: "eq", field: idKey, kind, value };
}

async function checked({ schema, kinds }: Parts, object: Row): Promise<Row> {
  return checkKinds(schema ? { ...(await checkObject(schema, object)) } : object, kinds);
}

/** Refuses null where the column takes none; JSON gets its keys in order, so that SQLite can tell equal values. */
function writable({ columns }: Parts, row: Row): Row {
  for (const [field, value] of Object.entries(row)) {
    const found = columns[field] as DrizzleColumns[string];
    const { column, kind } = found;
    if (value === null && column.notNull) throw new BadRequest(`${field} must not be null`, { field });
    const reason = value === null || value === undefined ? undefined : lostIn(found, value);
    if (reason !== undefined) throw new BadRequest(`${field} ${reason}`, { field });
    if (kind === "json" && value !== null) row[field] = JSON.parse(canonicalJson(value));
  }
  return row;
}

async function create(parts: Parts, data: Row, admit?: Admit): Promise<Row> {
  const { idKey, kinds, columns, version, table, schema } = parts;
  const row: Row = Object.fromEntries(Object.entries(data).filter(([, value]) => value !== undefined));
  const isMissing = row[idKey] === undefined || row[idKey] === null;
  const isMadeThere = kinds[idKey] !== "text" || columns[idKey]?.column.hasDefault === true;
  if (isMissing && !isMadeThere) row[idKey] = newId();
  else if (isMissing) delete row[idKey];
  if (version !== undefined) row[version] = 1;
  // A schema of whole objects wants an id even where the database is yet to make it: any stands in.
  if (isMissing && isMadeThere && schema !== undefined) row[idKey] = kinds[idKey] === "text" ? newId() : 1;
  const ready = await checked(parts, row);
  if (isMissing && isMadeThere) delete ready[idKey];
  for (const { name, column } of Object.values(columns)) {
    const isOpen = column.notNull && !column.hasDefault && column.generated === undefined;
    if (isOpen && name !== idKey && ready[name] === undefined) ready[name] = null;
  }
  const made = writable(parts, ready);
  admit?.(made, false);
  return table.insert(made);
}

async function update(parts: Parts, object: Row, changes: Row, admit?: Admit): Promise<Row> {
  const { name, table } = parts;
  const { isIt, loaded, condition } = loadedRow(parts, object);
  const ready = await checked(parts, applyChanges(loaded, changes, parts));
  admit?.(ready, true);
  const changed = Object.fromEntries(
    Object.entries(ready).filter(([key, value]) => value !== undefined && !sameValue(value, loaded[key])),
  );
  const isNothing = Object.keys(changed).length === 0;
  const row = isNothing
    ? (await table.find({ condition, order: [], limit: 1, offset: 0 }))[0]
    : await table.update(writable(parts, changed), condition);
  if (row !== undefined) return row;
  throw (await table.count(isIt)) === 0 ? new NotFound() : changedSince(name);
}

async function remove(parts: Parts, object: Row): Promise<void> {
  const { name, table } = parts;
  const { isIt, condition } = loadedRow(parts, object);
  if (await table.remove(condition)) return;
  throw (await table.count(isIt)) === 0 ? new NotFound() : changedSince(name);
}

/** An object as it was loaded, the condition that finds it, and the one that finds it only as it was. */
function loadedRow(
  parts: Parts,
  object: Row,
): { isIt: ConditionTree; loaded: Row; condition: ConditionTree } {
  const { idKey, version, kinds } = parts;
  const isIt = idOf(parts, object);
  const fields = Object.keys(kinds);
  const loaded = Object.fromEntries(
    fields.filter(key => object[key] !== undefined).map(key => [key, object[key]]),
  );
  const compared = version === undefined ? fields.filter(key => key !== idKey) : [version];
  const nodes = [isIt, ...compared.map(key => unchanged(key, kinds[key], loaded[key] ?? null))];
  return { isIt, loaded, condition: { op: "and", nodes } };
}

function unchanged(field: string, kind: FieldKind | undefined, value: unknown): ConditionTree {
  if (value === null) return { op: "isNull", field };
  return { op: "eq", field, kind, value: value as string, exact: true };
}

import type { StandardSchemaV1 } from "@standard-schema/spec";
import { getTableName, type InferSelectModel, is, Table } from "drizzle-orm";
import { mapValues } from "../../core/objects.ts";
import { checkOptions } from "../../core/options.ts";
import type { Row } from "../../core/types.ts";
import { checkIdKind } from "../fields/modelFields.ts";
import { keysetQueryset } from "../query/keysetQueryset.ts";
import type { SetWrites } from "../query/setWrites.ts";
import { relationsOf } from "../relations/relationsOf.ts";
import type { WithRelations } from "../relations/types.ts";
import { rowModel } from "../rowModel.ts";
import { keepingOf } from "../stamps/keepingOf.ts";
import type { KeepOptions, ResolvedKeepOptions } from "../stamps/types.ts";
import type { FieldKind, FullModel, Model, Queryset, Relations } from "../types.ts";
import { type DrizzleColumns, drizzleColumns } from "./columns.ts";
import { namesOf } from "./errors.ts";
import { type DrizzleDatabase, drizzleTable } from "./table.ts";
import { transactionOf } from "./transaction.ts";

/** Options of {@link drizzleModel}. */
export interface DrizzleModelOptions<T, Related = Relations> extends KeepOptions<T> {
  /** Shown in messages and documents: `"User"`. @default the table's name */
  name?: string;
  /** The field that holds the id: text, a whole number or a bigint. @default the primary key's column */
  idKey?: keyof T & string;
  /** Describes a whole object, id included. Checked on create and update; what it gives is what is stored. */
  schema?: StandardSchemaV1<unknown, T>;
  /** A number field that counts the updates; without it an update compares every column. */
  version?: keyof T & string;
  /** What columns hold whose type does not say it, such as those of `customType`. */
  columns?: { readonly [K in keyof T & string]?: FieldKind };
  /** What is related to the objects, by name. @default nothing */
  relations?: Related;
}

function idKeyOf(columns: DrizzleColumns, given: string | undefined): string {
  const idKey = given ?? Object.values(columns).find(({ column }) => column.primary)?.name;
  if (idKey === undefined)
    throw new TypeError('drizzleModel: the table has no primary key; give option "idKey"');
  if (!Object.hasOwn(columns, idKey)) {
    throw new TypeError(`drizzleModel: option "idKey" names "${idKey}", which is not a column`);
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
 * @throws TypeError on a wrong option, or a column whose kind is not known
 * @see https://orm.drizzle.team/docs/sql-schema-declaration
 * @example
 * const posts = pgTable("posts", { id: uuid().primaryKey(), title: text().notNull(), version: integer().notNull() });
 * const Posts = drizzleModel(drizzle(pool), posts, { name: "Post", version: "version" });
 */
export function drizzleModel<D extends Table, const Related extends Relations = Record<never, never>>(
  db: DrizzleDatabase,
  table: D,
  options: DrizzleModelOptions<InferSelectModel<D>, Related> = {},
): FullModel<WithRelations<InferSelectModel<D>, Related>> {
  type T = WithRelations<InferSelectModel<D>, Related>;
  checkOptions("drizzleModel", options, {
    name: "string",
    idKey: "string",
    schema: ["object", "function"],
    version: "string",
    columns: "object",
    relations: "object",
    stamps: ["boolean", "object"],
    softDelete: "string",
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
      `drizzleModel: option "version" names "${version}", which is not a column of whole numbers`,
    );
  }
  const name = options.name ?? getTableName(table);
  const keeping = keepingOf("drizzleModel", options as ResolvedKeepOptions, idKey, undefined);
  const kinds = mapValues(columns, ({ kind }) => kind);
  const relations = relationsOf("drizzleModel", options.relations, { fields: kinds });
  const keeper = keeping?.keeper(kinds);
  const names = namesOf(getTableName(table), idKey, columns);
  function modelOn(reached: DrizzleDatabase): FullModel<T> {
    const statements = drizzleTable(reached, table, columns, idKey, name);
    const objects = (writes: SetWrites): Queryset<Row> =>
      keysetQueryset<Row>({
        name,
        idKey,
        fields: statements.kinds,
        ...statements,
        writes,
        joins: statements.joins(db),
      });
    const within = transactionOf(reached, name, names);
    const together: Model<Row>["together"] = within && (run => within(inner => run(modelOn(inner) as never)));
    return rowModel<T>({
      name,
      idKey,
      version,
      schema,
      ...relations,
      table: statements,
      keeper,
      objects,
      together,
    });
  }
  return modelOn(db);
}

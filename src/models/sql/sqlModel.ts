import type { StandardSchemaV1 } from "@standard-schema/spec";
import type { Kysely, QueryExecutorProvider } from "kysely";
import { checkArgument, checkOptions } from "../../core/options.ts";
import type { Row } from "../../core/types.ts";
import { kindsOf } from "../fields/fields.ts";
import { type UniqueFields, uniqueGroups } from "../memory/uniqueIndex.ts";
import type { Admit } from "../query/admission.ts";
import { relationsOf } from "../relations/relationsOf.ts";
import type { NoRelations, RelationsOption, WithRelations } from "../relations/types.ts";
import { rowModel } from "../rowModel.ts";
import { keepingOf } from "../stamps/keepingOf.ts";
import type { KeepOptions, ResolvedKeepOptions } from "../stamps/types.ts";
import type { FieldKind, FullModel, Relations } from "../types.ts";
import { type Column, type ColumnOptions, columnsByName, columnsOf } from "./columns.ts";
import type { TableDefinition } from "./ddl.ts";
import { defineTable, tableOf } from "./definitions.ts";
import { dialectOf, type SqlDialect } from "./dialectOf.ts";
import { answerReferences, foreignKeysOf, type ReferableTable } from "./foreignKeys.ts";
import { type SqlNaming, snakeCase } from "./naming.ts";
import { sqlQueryset } from "./queryset.ts";
import { type SqlTable, sqlTable } from "./table.ts";
import { bindable, transaction } from "./transaction.ts";

/** Options of {@link sqlModel}. */
export interface SqlModelOptions<T, Given = NoRelations> extends KeepOptions<T>, RelationsOption<T, Given> {
  /** A Kysely instance of yours, or `sqlite(path)`. */
  db: QueryExecutorProvider;
  /** What database it is. @default what the Kysely instance says */
  dialect?: SqlDialect;
  /** The table, `schema.table` where there are schemas. @default the name, by the `naming` */
  table?: string;
  /** Shown in messages and documents: `"User"`. @default the table */
  name?: string;
  /**
   * How the names of the database are made: `"snake"` gives the field `createdAt` the column `created_at`, and the model `OrderLine` the
   * table `order_line`. Everything else keeps the names of the fields. @default they are the same
   */
  naming?: SqlNaming;
  /** The field that holds the id: `text`, `integer` or `bigint`. @default "id" */
  idKey?: keyof T & string;
  /** Describes a whole object, id included. Checked on create and update; what it gives is what is stored. */
  schema?: StandardSchemaV1<unknown, T>;
  /** What the columns hold, by their fields. They complete, or overrule, what the schema declares. */
  columns?: { readonly [K in keyof T & string]?: FieldKind | ColumnOptions<T[K]> };
  /** Fields, or groups of them, of which no two rows may hold the same; constraints of a table that is created. */
  unique?: UniqueFields<T>;
  /** Fields, or lists of them, that an index serves: what lists filter, and behind it what they order by. */
  indexes?: UniqueFields<T>;
  /** A number field that counts the updates; without it an update compares every column. */
  version?: keyof T & string;
  /** Whether to create the table when it is missing. @default true */
  create?: boolean;
  /**
   * Whether to look, at first use, if a table that is there has the columns, types and unique rules that the model needs, which costs no
   * statement of its own. @default true
   */
  check?: boolean;
}

function checkNaming(naming: unknown): asserts naming is SqlNaming | undefined {
  if (naming !== undefined && naming !== "snake")
    throw new TypeError('sqlModel: option "naming" must be "snake"');
}

function checkColumns(names: readonly (string | undefined)[], fields: Row, option: string): void {
  for (const name of names) {
    if (name !== undefined && !Object.hasOwn(fields, name)) {
      throw new TypeError(`sqlModel: option "${option}" names "${name}", which is not a column`);
    }
  }
}

/**
 * Keeps objects in a table of SQLite, PostgreSQL, MySQL or MariaDB, reached through Kysely and whatever driver its dialect
 * uses. Each operation is one statement (on MySQL a create and an update are followed by a read); values are always bound.
 * Before the first statement a missing table is created; on PostgreSQL and MySQL one that exists is asked for its columns,
 * so that `uuid`, `varchar`, `timestamptz`, `datetime`, `numeric` and any collation are used as they are.
 *
 * Ids are UUIDs made here, or counted by the database where the id is a number. Without `version` an update compares
 * every column with the object as it was loaded. A statement that fails by a deadlock is tried once more, then it is a
 * Conflict; a value that its column can't hold is a BadRequest; a lost connection is thrown as it is.
 *
 * A `schema` has to see whole rows: with one, `update` of a queryset is a transaction, and throws where the Kysely dialect can't begin
 * one, as those over HTTP often can't; nothing is changed then.
 *
 * @param options the database, the table, and its columns or a schema that declares them
 * @throws TypeError on a wrong option
 * @example
 * const db = sqlite("./.data/blog.sqlite");
 * const Posts = sqlModel<Post>({ db, name: "Post", table: "posts", columns: { title: "text", tags: "json" } });
 */
export function sqlModel<T extends object, const Given extends Relations = NoRelations>(
  options: SqlModelOptions<T, Given>,
): FullModel<WithRelations<T, Given>> {
  type Own = WithRelations<T, Given>;
  checkOptions("sqlModel", options, {
    db: ["object", "function"],
    dialect: "string",
    table: "string",
    name: "string",
    naming: "string",
    idKey: "string",
    schema: ["object", "function"],
    columns: "object",
    unique: "array",
    indexes: "array",
    version: "string",
    create: "boolean",
    check: "boolean",
    relations: "object",
    stamps: ["boolean", "object"],
    softDelete: "string",
  });
  const executor: unknown = options?.db?.getExecutor;
  if (typeof executor !== "function") throw new TypeError('sqlModel: option "db" must be a Kysely instance');
  const { db, schema, version, naming, create = true } = options;
  checkNaming(naming);
  const name = options.name ?? options.table;
  checkArgument("sqlModel", 'option "table"', name ?? null, "string");
  const idKey = options.idKey ?? ("id" as keyof T & string);
  const keeping = keepingOf("sqlModel", options as ResolvedKeepOptions, idKey, options.columns);
  const given = (keeping?.fields as typeof options.columns) ?? options.columns;
  const fields = columnsOf(idKey, schema, given, naming);
  const unique = uniqueGroups(options.unique);
  const indexes = uniqueGroups(options.indexes);
  checkColumns(unique.flat(), fields, "unique");
  checkColumns(indexes.flat(), fields, "indexes");
  checkColumns([version], fields, "version");
  const dialect = dialectOf(db, options.dialect);
  const nameOf = (field: string): string => (fields[field] as Column).name;
  const softDelete = keeping?.softDelete;
  const plain = options.table ?? (name as string);
  const isNamed = naming === "snake" && options.table === undefined;
  const definition: TableDefinition = {
    name: name as string,
    table: isNamed ? snakeCase(plain) : plain,
    former: isNamed && snakeCase(plain) !== plain ? plain : undefined,
    idKey: nameOf(idKey),
    columns: columnsByName(fields, dialect),
    unique: unique.map(group => group.map(nameOf)),
    indexes: indexes.map(group => group.map(nameOf)),
    softDelete: softDelete && nameOf(softDelete),
    create,
    check: options.check ?? true,
  };
  const referable: ReferableTable = { name: definition.name, idKey, fields, unique, softDelete, definition };
  const tableOfHere = (other: object): ReferableTable | undefined => {
    const found = tableOf(other);
    return found?.db === db ? found.referable : undefined;
  };
  const table = sqlTable(db, definition, dialect);
  const relations = relationsOf(
    "sqlModel",
    options.relations,
    { fields: table.kinds },
    { owner: referable, tableOf: tableOfHere },
  );
  if (relations.relations)
    definition.foreignKeys = foreignKeysOf(relations.relations, referable, tableOfHere);
  const keeper = keeping?.keeper(kindsOf(fields));
  function modelOf(reached: SqlTable, at: QueryExecutorProvider): FullModel<Own> {
    const within = <R>(run: (inner: QueryExecutorProvider) => Promise<R>): Promise<R> =>
      transaction(at as Kysely<unknown>, (_bind, inner) => run(inner));
    return rowModel<Own>({
      name: definition.name,
      idKey,
      version,
      schema,
      ...relations,
      keeper,
      table: {
        ...reached,
        makesIds: reached.kinds[idKey] !== "text",
        together: run => within(inner => run(reached.within(inner))),
        insert: (row, admit) => insert(reached, at, row, admit),
      },
      objects: writes => sqlQueryset<Row>(definition.name, reached, writes, db),
      together:
        typeof (at as Partial<Kysely<unknown>>).transaction === "function"
          ? run => within(inner => run(modelOf(reached.within(inner), inner) as never))
          : undefined,
    });
  }
  const model = modelOf(table, db);
  defineTable(model, { db, dialect, definition, referable });
  if (relations.relations) answerReferences(model, relations.relations, table.open);
  return bindable(model, db, inner => modelOf(table.within(inner), inner));
}

/** What the database is yet to make may decide whether a row may be stored: then it is kept only if it may be. */
function insert(table: SqlTable, db: QueryExecutorProvider, row: Row, admit?: Admit): Promise<Row> {
  if (admit === undefined || admit(row, false)) return table.insert(row);
  return transaction(db as Kysely<unknown>, async (_bind, inner) => {
    const made = await table.within(inner).insert(row);
    admit(made, true);
    return made;
  });
}

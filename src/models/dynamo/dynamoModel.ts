import type { StandardSchemaV1 } from "@standard-schema/spec";
import { checkArgument, checkOptions, type OptionTable } from "../../core/options.ts";
import type { Row } from "../../core/types.ts";
import { checkFieldNames, kindsOf } from "../fields/fields.ts";
import { checkFields, modelFields } from "../fields/modelFields.ts";
import { noteItemReader } from "../itemReader.ts";
import type { UniqueFields } from "../memory/uniqueIndex.ts";
import { type AdmittingModel, admitting } from "../query/admission.ts";
import { relatingModel } from "../query/relating.ts";
import type { SetWrites } from "../query/setWrites.ts";
import { relationsOf } from "../relations/relationsOf.ts";
import type { NoRelations, RelationsOption, WithRelations } from "../relations/types.ts";
import { keepingOf } from "../stamps/keepingOf.ts";
import type { KeepOptions, ResolvedKeepOptions } from "../stamps/types.ts";
import { noteTogether } from "../together.ts";
import type { FieldKind, FullModel, Model, Relations } from "../types.ts";
import { defineDynamo } from "./definitions.ts";
import type { DynamoSource } from "./fetch.ts";
import { type DynamoKey, partsOf, readLayout } from "./layout.ts";
import { type DynamoClient, dynamoPort } from "./port.ts";
import { DynamoQueryset } from "./queryset.ts";
import { dynamoRows } from "./rows.ts";
import { type Send, sendTo } from "./send.ts";
import { dynamoSets } from "./sets.ts";
import { dynamoTable } from "./table.ts";
import { waitingWrites } from "./together.ts";
import { markingOf } from "./uniqueOf.ts";
import { createItem, deleteItem, updateItem } from "./writes.ts";

/** Options of {@link dynamoModel}. */
export interface DynamoModelOptions<T, Given = NoRelations>
  extends KeepOptions<T>,
    RelationsOption<T, Given> {
  /** Your `DynamoDBDocumentClient`, `DynamoDBClient` or client of `@aws-lite/client`. Retries and credentials are its own. */
  client: DynamoClient;
  /** The table, which must exist. */
  table: string;
  /** Shown in messages and documents: `"User"`. @default the table */
  name?: string;
  /** The table's keys. With a sort key an id holds both keys, unless `idKey` is one of them. */
  key: DynamoKey<T>;
  /** The global and local secondary indexes by name, each with the access pattern that it serves. They must project all. */
  indexes?: Readonly<Record<string, DynamoKey<T>>>;
  /** The field that holds the id. @default "id" */
  idKey?: keyof T & string;
  /** Describes a whole object, id included. Checked on create and update; what it gives is what is stored. */
  schema?: StandardSchemaV1<unknown, T>;
  /** What the fields hold. They complete, or overrule, what the schema declares; without both any field may hold anything. */
  fields?: { readonly [K in keyof T & string]?: FieldKind };
  /**
   * Fields, or groups of fields, of which no two objects may hold the same. For each value a marker is kept in the table, written in one
   * transaction with the object; a write that touches none of them is as cheap as ever.
   */
  unique?: UniqueFields<T>;
  /**
   * A number field that counts the updates. Without it a hidden attribute `_version` does; `false` compares every value
   * instead. @default a hidden attribute
   */
  version?: (keyof T & string) | false;
  /** Whether a query that no key serves may read the whole table. @default false */
  allowScan?: boolean;
  /** Whether reads of the table see every write that came before, at twice the cost; indexes never do. @default false */
  consistentRead?: boolean;
  /**
   * The milliseconds that a call may take, retries included, before it fails with a `TimeoutError`; 0 is no limit.
   * @default 0, as the SDK's client has limits of its own; 10,000 with `@aws-lite/client`, which has none
   */
  timeout?: number;
  /** How many pages, of 1 MB at most each, one call may read. @default 10 */
  maxReads?: number;
  /** In a table of several kinds of objects: what these are known by. */
  entity?: {
    /** Stands before the partition key's value. */
    prefix?: string;
    /** The attribute that says of what kind an item is. @default "type" */
    typeAttribute?: string;
    /** What it says of these objects. */
    type: string;
  };
}

const optionKinds: OptionTable<DynamoModelOptions<unknown>> = {
  client: ["object", "function"],
  table: "string",
  name: "string",
  key: "object",
  indexes: "object",
  idKey: "string",
  schema: ["object", "function"],
  fields: "object",
  unique: "array",
  version: ["string", "false"],
  allowScan: "boolean",
  consistentRead: "boolean",
  timeout: "count",
  maxReads: "count",
  entity: "object",
  relations: "object",
  stamps: ["boolean", "object"],
  softDelete: "string",
};

function checkEntity(entity: DynamoModelOptions<unknown>["entity"]): void {
  checkOptions("dynamoModel: entity", entity, { prefix: "string", typeAttribute: "string", type: "string" });
  if (entity && !("type" in entity)) throw new TypeError('dynamoModel: option "entity" needs a type');
}

/**
 * Keeps objects in a table of DynamoDB. Reading goes by the table's key or a declared index, in the order of its sort key;
 * what none of them serves is refused, unless `allowScan`. Each write is one conditional request: a create never overwrites,
 * an update is refused when somebody else was faster. Pages go by cursor alone. Without `orderBy` objects come in the
 * order of the key or index that is read.
 *
 * @param options the client, the table, and the keys that it has
 * @throws TypeError on a wrong option
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-general-nosql-design.html
 * @example
 * const client = DynamoDBDocumentClient.from(new DynamoDBClient());
 * const Posts = dynamoModel<Post>({
 *   client,
 *   table: "posts",
 *   name: "Post",
 *   key: { partition: "id" },
 *   indexes: { byAuthor: { partition: "author", sort: "createdAt" } },
 * });
 */
export function dynamoModel<T extends object, const Given extends Relations = NoRelations>(
  options: DynamoModelOptions<T, Given>,
): FullModel<WithRelations<T, Given>> {
  checkOptions("dynamoModel", options, optionKinds);
  for (const name of ["client", "table", "key"] as const) {
    checkArgument("dynamoModel", `option "${name}"`, options?.[name] ?? null, optionKinds[name]);
  }
  const { client, schema, entity, allowScan = false, maxReads = 10 } = options;
  const port = dynamoPort("dynamoModel", client);
  if (maxReads < 1) throw new TypeError('dynamoModel: option "maxReads" must be at least 1');
  checkEntity(entity);
  const name = options.name ?? options.table;
  const idKey = options.idKey ?? ("id" as keyof T & string);
  checkFields("dynamoModel", options.fields);
  const keeping = keepingOf("dynamoModel", options as ResolvedKeepOptions, idKey, options.fields);
  const fields = modelFields(idKey, schema, keeping?.fields ?? options.fields);
  checkFieldNames("dynamoModel", Object.keys(fields ?? {}));
  const kinds = fields && kindsOf(fields);
  const layout = readLayout({
    name,
    idKey,
    fields,
    kinds,
    key: options.key as DynamoKey<never>,
    indexes: (options.indexes ?? {}) as Record<string, DynamoKey<never>>,
    entity,
    version: options.version,
    isMarked: (options.unique ?? []).length > 0,
  });
  const table = dynamoTable({
    port,
    table: options.table,
    name,
    consistent: options.consistentRead ?? false,
    timeout: options.timeout ?? port.timeout,
  });
  const rows = dynamoRows(layout);
  const keeper = keeping?.keeper(kinds);
  const marking = markingOf(options.unique, layout, keeper?.softDelete);
  const to = { table, name, marking };
  const source: DynamoSource = { name, idKey, fields: kinds, layout, table, rows, allowScan, maxReads };
  const described = {
    name,
    idKey,
    ...(schema && { schema }),
    ...(kinds && { fields: kinds }),
    ...relationsOf("dynamoModel", options.relations, kinds ? { fields: kinds } : {}),
  };
  const version = typeof options.version === "string" ? options.version : undefined;

  /** @param together what keeps writes together, unless these are */
  function modelOn(send: Send, together: Together | undefined): Model<Row> {
    const context = { layout, table, send, rows, schema, softDelete: keeper?.softDelete, marking };
    const sets = together ? dynamoSets(context, source) : apartSets;
    const writes = keeper ? keeper.writes(sets) : sets;
    const model: AdmittingModel<Row> = {
      ...described,
      objects: new DynamoQueryset<Row>({ ...source, writes }),
      create: (data, admit) => createItem(context, data, admit),
      update: (object, changes, admit) => updateItem(context, object, changes, false, admit),
      delete: object => deleteItem(context, object),
      ...(together && { together }),
    };
    keeper?.model(model, (object, changes) => updateItem(context, object, changes, true));
    return noteTogether(admitting(relatingModel(model), version));
  }

  async function together<R>(run: (model: Model<Row>) => Promise<R>): Promise<R> {
    const keys = partsOf([layout.table]).map(({ attribute }) => attribute);
    const { send, commit } = waitingWrites(to, keys);
    const result = await run(modelOn(send, undefined));
    await commit();
    return result;
  }
  const model = noteItemReader(modelOn(sendTo(to), together), item => rows.read(item));
  defineDynamo(model, {
    ...source,
    client,
    port,
    tableName: options.table,
    marking,
    softDelete: keeper?.softDelete,
  });
  return model as unknown as FullModel<T>;
}

type Together = NonNullable<Model<Row>["together"]>;

async function apart(): Promise<never> {
  throw new TypeError("dynamoModel: all objects of a queryset can't be written together with others");
}

/** Sets are written one after another, and so not together with anything. */
const apartSets: SetWrites = { update: apart, delete: apart };

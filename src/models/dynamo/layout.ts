import { BadRequest } from "../../core/errors.ts";
import type { Field } from "../fields/fields.ts";
import type { KnownFields } from "../fields/knownFields.ts";
import type { FieldKind } from "../types.ts";
import { markPrefix } from "./marks.ts";
import { toAttribute } from "./values.ts";

/**
 * What a key attribute holds: the field of the same name; or, in a table that several kinds of objects share, a field
 * behind a prefix, or the same value for all objects.
 */
export type DynamoKeyPart<T> =
  | (keyof T & string)
  | { attribute: string; field: keyof T & string; prefix?: string }
  | { attribute: string; value: string };

/** The keys of a table or of an index. */
export interface DynamoKey<T> {
  partition: DynamoKeyPart<T>;
  sort?: DynamoKeyPart<T>;
}

/** One attribute of a key. */
export interface KeyPart {
  attribute: string;
  /** The field that it holds; `undefined` where `value` is the same for all. */
  field: string | undefined;
  kind: FieldKind | undefined;
  prefix: string;
  value: string | undefined;
  /** How many bytes DynamoDB takes. */
  most: number;
  /** Whether markers of unique values have keys of their own in it: they are nobody's. */
  isMarked?: boolean;
}

/** One way to reach objects: the table itself, or an index of it. */
export interface Path {
  index: string | undefined;
  partition: KeyPart;
  sort: KeyPart | undefined;
}

/** What an id is: the partition key, the sort key, or both in one text. */
export type IdForm = "partition" | "sort" | "both";

/** How the objects of a model lie in their table. */
export interface TableLayout {
  name: string;
  idKey: string;
  idForm: IdForm;
  kinds: KnownFields;
  fields: Readonly<Record<string, Field>> | undefined;
  table: Path;
  indexes: readonly Path[];
  /** Distinguishes the objects of this model from others in the same table. */
  type: { attribute: string; value: string } | undefined;
  /** The attribute that counts updates. */
  version: { attribute: string; hidden: boolean } | undefined;
  /** Whether markers of unique values lie among the objects. */
  isMarked: boolean;
}

/** What the factory was given. */
export interface LayoutOptions {
  name: string;
  idKey: string;
  fields: Readonly<Record<string, Field>> | undefined;
  kinds: KnownFields;
  key: DynamoKey<never>;
  indexes: Readonly<Record<string, DynamoKey<never>>>;
  entity: { prefix?: string; typeAttribute?: string; type: string } | undefined;
  version: string | false | undefined;
  isMarked: boolean;
}

/** Counts the updates of objects that declare no field for it. */
const hiddenVersion = "_version";

const keyKinds: readonly unknown[] = ["text", "integer", "real", "bigint", "decimal", "date", undefined];
const idKinds: readonly unknown[] = ["text", "integer", "bigint", "date", undefined];

function fail(reason: string): never {
  throw new TypeError(`dynamoModel: ${reason}`);
}

const isText = (value: unknown): value is string => typeof value === "string" && value !== "";

function readPart(where: string, given: unknown, prefix: string, most: number, kinds: KnownFields): KeyPart {
  const part = (typeof given === "string" ? { attribute: given, field: given } : given) as Partial<
    Record<string, unknown>
  > | null;
  if (typeof part !== "object" || part === null || !isText(part.attribute)) {
    return fail(`${where} must name a field, or be { attribute, field } or { attribute, value }`);
  }
  const { attribute, field, value } = part;
  if (isText(value) && field === undefined) {
    return { attribute, field: undefined, kind: "text", prefix: "", value, most };
  }
  if (!isText(field) || value !== undefined) return fail(`${where} needs either a field or a value`);
  if (kinds && !Object.hasOwn(kinds, field)) fail(`${where} names "${field}", which is not a field`);
  const own = part.prefix ?? prefix;
  if (typeof own !== "string") fail(`${where}: prefix must be a string`);
  const kind = kinds?.[field];
  if (!keyKinds.includes(kind)) fail(`${where}: "${field}" holds ${kind}, which can't be a key`);
  if (own !== "" && kind !== "text" && kind !== "date" && kind !== undefined) {
    fail(`${where}: "${field}" holds ${kind}, which can't stand behind a prefix`);
  }
  return { attribute, field, kind, prefix: own as string, value: undefined, most };
}

function readPath(index: string | undefined, given: unknown, prefix: string, kinds: KnownFields): Path {
  const where = index === undefined ? "key" : `index "${index}"`;
  if (typeof given !== "object" || given === null) fail(`${where} must be { partition, sort? }`);
  const { partition, sort, ...unknown } = given as Record<string, unknown>;
  const [odd] = Object.keys(unknown);
  if (odd !== undefined) fail(`${where}: unknown option "${odd}"; it takes partition, sort`);
  const first = readPart(`${where}: partition`, partition, prefix, 2048, kinds);
  return {
    index,
    partition: index === undefined ? { ...first, isMarked: true } : first,
    sort: sort === undefined ? undefined : readPart(`${where}: sort`, sort, "", 1024, kinds),
  };
}

function idFormOf(idKey: string, { partition, sort }: Path): IdForm {
  if (partition.field === idKey) return "partition";
  if (sort === undefined) return fail(`idKey "${idKey}" must be the field of the partition key`);
  if (sort.field === idKey) return "sort";
  if (partition.field === undefined || sort.field === undefined) {
    return fail(`idKey "${idKey}" must be the field of the partition or the sort key`);
  }
  return "both";
}

/**
 * Checks how objects are to lie in their table.
 *
 * @throws TypeError naming what is wrong
 */
export function readLayout(options: LayoutOptions): TableLayout {
  const { name, idKey, fields, kinds, entity, version } = options;
  const table = readPath(undefined, options.key, entity?.prefix ?? "", kinds);
  const idForm = idFormOf(idKey, table);
  for (const { field, kind } of partsOf([table])) {
    if (!idKinds.includes(kind)) fail(`key: "${field}" holds ${kind}, which can't be part of an id`);
  }
  if (typeof version === "string" && kinds && !Object.hasOwn(kinds, version)) {
    fail(`option "version" names "${version}", which is not a field`);
  }
  return {
    name,
    idKey,
    idForm,
    kinds,
    fields,
    table,
    indexes: Object.entries(options.indexes).map(([index, key]) => readPath(index, key, "", kinds)),
    type: entity && { attribute: entity.typeAttribute ?? "type", value: entity.type },
    version:
      version === false ? undefined : { attribute: version ?? hiddenVersion, hidden: version === undefined },
    isMarked: options.isMarked,
  };
}

/** The key attributes of some paths. */
export function partsOf(paths: readonly Path[]): KeyPart[] {
  return paths.flatMap(({ partition, sort }) => (sort ? [partition, sort] : [partition]));
}

/** Whether a key of objects holds whole numbers. */
export const isNumberKey = ({ value, prefix, kind }: KeyPart): boolean =>
  value === undefined && prefix === "" && (kind === "integer" || kind === "bigint");

/** Whether the attribute is the field itself, so that conditions on the field are conditions on it. */
export function isPlain(part: KeyPart): boolean {
  return part.attribute === part.field && part.prefix === "";
}

/**
 * The value of a key attribute for a value of its field.
 *
 * @throws BadRequest when it can't be a key: empty, too long, or neither text nor number nor date
 */
export function keyAttribute(part: KeyPart, value: unknown): { S: string } | { N: string } {
  if (part.value !== undefined) return { S: part.value };
  const field = part.field as string;
  const { S, N } = toAttribute(part.kind, value, field);
  if (N !== undefined && part.prefix === "") return { N };
  if (S === undefined) throw new BadRequest(`${field} must be text: it is part of a key`, { field });
  if (S === "") throw new BadRequest(`${field} must not be empty: it is part of a key`, { field });
  const text = part.prefix + S;
  if (part.isMarked && text.startsWith(markPrefix)) {
    throw new BadRequest(`${field} must not begin with ${markPrefix}`, { field });
  }
  if (Buffer.byteLength(text) > part.most) {
    throw new BadRequest(`${field} is too long: it is part of a key`, { field });
  }
  return { S: text };
}

/** As {@link keyAttribute}; `undefined` when nothing that is stored can have this key. */
export function keyOperand(part: KeyPart, value: unknown): { S: string } | { N: string } | undefined {
  try {
    return keyAttribute(part, value);
  } catch {
    return undefined;
  }
}

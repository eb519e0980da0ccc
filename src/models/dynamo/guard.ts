import type { StandardSchemaV1 } from "@standard-schema/spec";
import { NotFound } from "../../core/errors.ts";
import type { Row } from "../../core/types.ts";
import type { Condition, Item } from "./api.ts";
import {
  type Bindings,
  bindings,
  called,
  compared,
  computedFields,
  isNull,
  join,
  type Piece,
} from "./expression.ts";
import { partsOf, type TableLayout } from "./layout.ts";
import type { Marking } from "./marks.ts";
import type { Rows } from "./rows.ts";
import type { Send } from "./send.ts";
import type { DynamoTable } from "./table.ts";
import { toAttribute } from "./values.ts";
import { isMissing } from "./withId.ts";

/** What writes need of their model. */
export interface WriteContext {
  layout: TableLayout;
  table: Pick<DynamoTable, "get">;
  /** Sends a write, or keeps it until others are sent with it. */
  send: Send;
  rows: Rows;
  schema: StandardSchemaV1 | undefined;
  /** The field that says when an object was deleted. */
  softDelete: string | undefined;
  /** What keeps fields unique. */
  marking: Marking | undefined;
}

/** That the item is there, and of this model. */
function exists({ table, type }: TableLayout, bound: Bindings): Piece[] {
  const there = called("attribute_exists", bound.name(table.partition.attribute));
  if (type === undefined) return [there];
  return [there, compared(bound.name(type.attribute), "=", bound.value({ S: type.value }))];
}

function isSame(layout: TableLayout, field: string, value: unknown, bound: Bindings): Piece {
  if (isMissing(value)) return isNull(field, bound);
  return compared(bound.name(field), "=", bound.value(toAttribute(layout.kinds?.[field], value, field)));
}

/** The fields of an object that the model stores. */
function loadedOf({ kinds }: TableLayout, object: Row): Row {
  const isStored = ([field, value]: [string, unknown]): boolean =>
    value !== undefined && (kinds === undefined || Object.hasOwn(kinds, field));
  return Object.fromEntries(Object.entries(object).filter(isStored));
}

/**
 * What an object holds that is to be written. Of one that was put together for its version the rest is read: what is unique may depend
 * on it.
 *
 * @throws NotFound when it is gone
 */
export async function loadedFor(
  { layout, table, rows, marking }: WriteContext,
  object: Row,
  key: Item,
): Promise<Row> {
  const loaded = loadedOf(layout, object);
  const { version, fields = {} } = layout;
  const isVersioned = version && !version.hidden && loaded[version.attribute] !== undefined;
  if (!marking || !isVersioned || rows.versionOf(object) !== undefined) return loaded;
  if (Object.keys(fields).every(field => loaded[field] !== undefined)) return loaded;
  const item = await table.get(key, true);
  const found = item && rows.read(item);
  if (found === undefined) throw new NotFound();
  return { ...found, ...loaded };
}

/**
 * That nobody wrote since the object was loaded: by its version where that is known, else by all that it holds.
 *
 * @param sure fields that are compared in any case
 */
export function isUnchanged(
  { layout, rows, softDelete }: WriteContext,
  object: Row,
  loaded: Row,
  bound: Bindings,
  sure: readonly string[] = [],
): string {
  const { version } = layout;
  const there = exists(layout, bound);
  const keys = new Set(partsOf([layout.table]).map(({ attribute }) => attribute));
  const computed = computedFields(layout);
  const isOwn = (field: string): boolean => !keys.has(field) && !computed.has(field);
  const known = version && (version.hidden ? rows.versionOf(object) : (loaded[version.attribute] ?? "none"));
  if (version && known !== undefined && known !== "none") {
    return join("AND", [
      ...there,
      compared(bound.name(version.attribute), "=", bound.value({ N: String(known) })),
      ...[...new Set([...(softDelete === undefined ? [] : [softDelete]), ...sure.filter(isOwn)])].map(field =>
        isSame(layout, field, loaded[field], bound),
      ),
    ]).text;
  }
  const fields = Object.keys({ ...layout.fields, ...loaded }).filter(isOwn);
  const same = fields.map(field => isSame(layout, field, loaded[field], bound));
  const counted = known === "none" && version ? [isNull(version.attribute, bound)] : [];
  return join("AND", [...there, ...counted, ...same]).text;
}

/**
 * That an object holds the same in some fields as when it was read, and is as little deleted; or that it is still not there.
 *
 * @param row `undefined` where there was none
 */
export function isAsRead(
  { layout, softDelete }: Pick<WriteContext, "layout" | "softDelete">,
  row: Row | undefined,
  fields: readonly string[],
): Condition {
  const bound = bindings();
  const keys = new Set(partsOf([layout.table]).map(({ attribute }) => attribute));
  const computed = computedFields(layout);
  const compared = [...new Set([...fields, ...(softDelete === undefined ? [] : [softDelete])])].filter(
    field => !keys.has(field) && !computed.has(field),
  );
  const pieces =
    row === undefined
      ? [called("attribute_not_exists", bound.name(layout.table.partition.attribute))]
      : [...exists(layout, bound), ...compared.map(field => isSame(layout, field, row[field], bound))];
  return { ConditionExpression: join("AND", pieces).text, ...bound.input() };
}

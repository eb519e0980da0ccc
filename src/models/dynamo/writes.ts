import { BadRequest, NotFound } from "../../core/errors.ts";
import type { Row } from "../../core/types.ts";
import { applyChanges, areApart, changedSince, type Guard } from "../changes.ts";
import { checkRow } from "../fields/checkObject.ts";
import { sameValue } from "../fields/values.ts";
import { duplicate } from "../memory/uniqueIndex.ts";
import type { Admit } from "../query/admission.ts";
import type { Item } from "./api.ts";
import { type Bindings, bindings } from "./expression.ts";
import { isUnchanged, loadedFor, type WriteContext } from "./guard.ts";
import { keyOfRow } from "./ids.ts";
import { partsOf, type TableLayout } from "./layout.ts";
import type { Marks } from "./marks.ts";
import { failedCondition } from "./table.ts";
import { withId } from "./withId.ts";

/**
 * Stores a new object, if nothing is stored by its key.
 *
 * @throws Conflict when there is
 */
export async function createItem(context: WriteContext, data: Row, admit?: Admit): Promise<Row> {
  const { layout, send, rows, schema, marking } = context;
  const { version } = layout;
  const row = withId(layout, data);
  if (version && !version.hidden) row[version.attribute] = 1;
  const checked = await checkRow(schema, layout.kinds, row);
  const item = rows.write(checked);
  if (version) item[version.attribute] = { N: "1" };
  admit?.(rows.read(item) as Row, true);
  const bound = bindings();
  const ConditionExpression = `attribute_not_exists(${bound.name(layout.table.partition.attribute)})`;
  await send({
    is: "Put",
    input: { Item: item, ConditionExpression, ...bound.input() },
    item,
    marks: written(marking?.between(undefined, checked)),
    refusal: error => (failedCondition(error) ? duplicate([layout.idKey]) : error),
  });
  return rows.read(item) as Row;
}

/** What is to be written of markers, where anything is. */
const written = (marks: Marks | undefined): Marks | undefined =>
  marks && marks.claims.length + marks.releases.length > 0 ? marks : undefined;

function refuseNewKey({ table }: TableLayout, loaded: Row, next: Row): void {
  for (const { field } of partsOf([table])) {
    if (field !== undefined && !sameValue(loaded[field], next[field])) {
      throw new BadRequest(`${field} can't be changed: it is part of the key`, { field });
    }
  }
}

/** What an update sets and removes: the attributes that differ between two items. */
function changeText(before: Item, after: Item, counted: string | undefined, bound: Bindings): string {
  const differs = (name: string): boolean => JSON.stringify(before[name]) !== JSON.stringify(after[name]);
  const set = Object.keys(after)
    .filter(differs)
    .map(name => `${bound.name(name)} = ${bound.value(after[name] as Item[string])}`);
  if (counted !== undefined) set.push(counted);
  const removed = Object.keys(before).filter(name => after[name] === undefined);
  return [
    ...(set.length ? [`SET ${set.join(", ")}`] : []),
    ...(removed.length ? [`REMOVE ${removed.map(bound.name).join(", ")}`] : []),
  ].join(" ");
}

/** What a write throws whose condition did not hold; where DynamoDB gives no item back, a consistent read shows why. */
async function refusalOf(
  error: unknown,
  { layout, table, rows, softDelete }: WriteContext,
  key: Item,
  loaded: Row,
): Promise<unknown> {
  const failed = failedCondition(error);
  if (failed === undefined) return error;
  const item = failed.item ?? (await table.get(key, true));
  const found = item && rows.read(item);
  const isGone = found === undefined || areApart(found, loaded, softDelete);
  return isGone ? new NotFound() : changedSince(layout.name);
}

/**
 * Changes an object in one conditional write.
 *
 * @param isMark whether the changes are of fields of the model's own, of which the schema is not asked
 * @throws Conflict when it changed since it was loaded, NotFound when it is gone
 */
export async function updateItem(
  context: WriteContext,
  object: Row,
  changes: Row,
  isMark: boolean,
  admit?: Admit,
): Promise<Row> {
  const { layout, send, rows, schema, marking } = context;
  const { name, idKey, version } = layout;
  const key = keyOfRow(layout, object);
  if (key === undefined) throw new NotFound();
  const loaded = await loadedFor(context, object, key);
  const declared = version && !version.hidden ? version.attribute : undefined;
  const guard: Guard = { name, idKey, version: declared };
  const next = applyChanges(loaded, changes, guard);
  refuseNewKey(layout, loaded, next);
  const checked = isMark ? next : await checkRow(schema, layout.kinds, next);
  const after = rows.write(checked);
  admit?.(rows.read(after) as Row, true);
  const bound = bindings();
  const marks = marking?.between(loaded, checked);
  const ConditionExpression = isUnchanged(context, object, loaded, bound, marks?.fields);
  const before = rows.write(loaded);
  const counted = version?.hidden
    ? `${bound.name(version.attribute)} = ${nextVersion(version.attribute, bound)}`
    : undefined;
  const UpdateExpression = changeText(before, after, counted, bound);
  const input = {
    Key: key,
    ...(UpdateExpression && { UpdateExpression }),
    ConditionExpression,
    ...bound.input(),
    ReturnValues: "ALL_NEW",
    ReturnValuesOnConditionCheckFailure: "ALL_OLD",
  } as const;
  const refusal = (error: unknown): unknown => refusalOf(error, context, key, loaded);
  const stored = await send({ is: "Update", input, item: after, marks: written(marks), refusal });
  return stored ? (rows.read(stored) as Row) : foreseen(context, object, after);
}

/** An object as it will be stored: what DynamoDB does not say of a write that waits for others. */
function foreseen({ layout: { version }, rows }: WriteContext, object: Row, after: Item): Row {
  const known = version?.hidden ? rows.versionOf(object) : undefined;
  const next = known === undefined ? undefined : { N: String((known === "none" ? 0 : known) + 1) };
  const row = rows.read(version && next ? { ...after, [version.attribute]: next } : after) as Row;
  // Of a copy nothing is remembered: it is known by its values.
  return version?.hidden && next === undefined ? { ...row } : row;
}

/** One more than is stored, which the condition has just seen to be what was loaded. */
function nextVersion(attribute: string, bound: Bindings): string {
  const name = bound.name(attribute);
  return `if_not_exists(${name}, ${bound.value({ N: "0" })}) + ${bound.value({ N: "1" })}`;
}

/** Removes an object. @throws Conflict when it changed since it was loaded, NotFound when it is gone */
export async function deleteItem(context: WriteContext, object: Row): Promise<void> {
  const { layout, send, rows, marking } = context;
  const key = keyOfRow(layout, object);
  if (key === undefined) throw new NotFound();
  const bound = bindings();
  const loaded = await loadedFor(context, object, key);
  const marks = marking?.between(loaded, undefined);
  const ConditionExpression = isUnchanged(context, object, loaded, bound, marks?.fields);
  const input = {
    Key: key,
    ConditionExpression,
    ...bound.input(),
    ReturnValuesOnConditionCheckFailure: "ALL_OLD",
  } as const;
  const refusal = (error: unknown): unknown => refusalOf(error, context, key, loaded);
  await send({ is: "Delete", input, item: rows.write(loaded), marks: written(marks), refusal });
}

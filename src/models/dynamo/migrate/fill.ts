import type { Row } from "../../../core/types.ts";
import { eachOf } from "../../query/batches.ts";
import type { Item } from "../api.ts";
import { type DefinedDynamo, definedDynamo } from "../definitions.ts";
import { bindings, called, compared, join } from "../expression.ts";
import { isAsRead } from "../guard.ts";
import { keyOfRow } from "../ids.ts";
import { type Mark, type Marking, markAttribute, ownerAttribute } from "../marks.ts";
import { cancellationReasons } from "../table.ts";

/** What {@link fillUnique} did. */
export interface FilledUnique {
  /** How many objects were read. */
  readonly objects: number;
  /** How many markers were written, and how many were removed that are nobody's any more. */
  readonly written: number;
  readonly removed: number;
  /** Objects that hold the same: the first has the value, and the second is to be changed or deleted. */
  readonly duplicates: readonly { readonly fields: readonly string[]; readonly ids: readonly unknown[] }[];
}

interface Filling extends DefinedDynamo {
  readonly marking: Marking;
  readonly found: {
    objects: number;
    written: number;
    removed: number;
    duplicates: FilledUnique["duplicates"][number][];
  };
}

const isMark = (item: Item): boolean =>
  item[markAttribute] !== undefined && item[ownerAttribute] !== undefined;
const sameKey = (a: Item, b: Item): boolean => JSON.stringify(a) === JSON.stringify(b);

/** Reads the object of a key, if it still holds what a marker is of. */
async function holderOf({ table, rows, marking }: Filling, key: Item, mark: Pick<Mark, "key">) {
  const item = await table.get(key, true);
  const row = item && rows.read(item);
  return { row, holds: row !== undefined && marking.of(row).some(one => sameKey(one.key, mark.key)) };
}

/** Writes a marker together with a check; false where one of them did not hold. */
async function changed(run: () => Promise<unknown>): Promise<boolean> {
  try {
    await run();
    return true;
  } catch (error) {
    if (cancellationReasons(error)?.some(({ Code }) => Code === "ConditionalCheckFailed")) return false;
    throw error;
  }
}

function ownedBy(key: Item, owners: readonly string[]) {
  const bound = bindings();
  const there = called("attribute_not_exists", bound.name(Object.keys(key)[0] as string));
  const owned = owners.map(S => compared(bound.name(ownerAttribute), "=", bound.value({ S })));
  return { ConditionExpression: join("OR", [there, ...owned]).text, ...bound.input() };
}

/** What a check of an object says in a transaction: that it is as it was read, or is not there. */
const checkOf = (filling: Filling, key: Item, row: Row | undefined, fields: readonly string[]) =>
  ({ is: "Update", input: { Key: key, ...isAsRead(filling, row, fields) } }) as const;

async function fillMark(filling: Filling, row: Row, mark: Mark, tries = 1): Promise<void> {
  const { table, layout, found } = filling;
  const own = keyOfRow(layout, row) as Item;
  const owner = JSON.stringify(own);
  const stored = (await table.get(mark.key, true))?.[ownerAttribute]?.S;
  if (stored === owner) return;
  if (stored !== undefined) {
    const other = await holderOf(filling, JSON.parse(stored) as Item, mark);
    if (other.holds) {
      const ids = [other.row?.[layout.idKey], row[layout.idKey]];
      found.duplicates.push({ fields: mark.fields, ids });
      return;
    }
  }
  const Item = { ...mark.key, [markAttribute]: { S: mark.rule }, [ownerAttribute]: { S: owner } };
  const put = {
    is: "Put",
    input: { Item, ...ownedBy(mark.key, stored === undefined ? [] : [stored]) },
  } as const;
  if (await changed(() => table.transact([checkOf(filling, own, row, mark.fields), put]))) {
    found.written++;
    return;
  }
  const again = await holderOf(filling, own, mark);
  if (again.row && again.holds && tries < 5) await fillMark(filling, again.row, mark, tries + 1);
}

/** Removes a marker that is of no rule any more, or whose object does not hold its value. */
async function clearMark(filling: Filling, item: Item): Promise<void> {
  const { marking, table, layout, found } = filling;
  const rule = String(item[markAttribute]?.S);
  if (!marking.isOwn(rule)) return;
  const key = Object.fromEntries(Object.keys(marking.done.key).map(name => [name, item[name]])) as Item;
  const owner = String(item[ownerAttribute]?.S);
  const remove = { is: "Delete", input: { Key: key, ...ownedBy(key, [owner]) } } as const;
  const fields = marking.fieldsOf(rule);
  if (fields === undefined) {
    if (await changed(() => table.transact([remove]))) found.removed++;
    return;
  }
  const ownKey = JSON.parse(owner) as Item;
  const { row, holds } = await holderOf(filling, ownKey, { key });
  if (holds) return;
  const check = checkOf(filling, row ? (keyOfRow(layout, row) as Item) : ownKey, row, fields);
  if (await changed(() => table.transact([check, remove]))) found.removed++;
}

/**
 * Makes the markers of a model what its rules want of the objects that are there: for a model that gains `unique`, when no old code runs
 * any more. It reads the whole table, may run while others write, and again at any time: what is right stays.
 *
 * @param model a model of `dynamoModel` with `unique`
 * @returns what was done, and which objects hold the same; of those the rule holds only for what is written from then on
 * @throws TypeError on a model of another kind, or without `unique`
 * @example
 * const { duplicates } = await fillUnique(Users);
 */
export async function fillUnique(model: object): Promise<FilledUnique> {
  const defined = definedDynamo("fillUnique", model);
  const { marking, table, rows } = defined;
  if (marking === undefined) throw new TypeError('fillUnique: the model has no "unique"');
  const found: Filling["found"] = { objects: 0, written: 0, removed: 0, duplicates: [] };
  const filling: Filling = { ...defined, marking, found };
  const { key, rule, rules } = marking.done;
  let next: Item | undefined;
  do {
    const page = await table.read({ ConsistentRead: true, ...(next && { ExclusiveStartKey: next }) });
    await eachOf(page.Items ?? [], async item => {
      if (isMark(item)) return clearMark(filling, item);
      const row = rows.read(item);
      if (row === undefined) return;
      found.objects++;
      for (const mark of marking.of(row)) await fillMark(filling, row, mark);
    });
    next = page.LastEvaluatedKey;
  } while (next !== undefined);
  if (found.duplicates.length === 0) {
    await table.put({ Item: { ...key, [markAttribute]: { S: rule }, [ownerAttribute]: { S: rules } } });
  }
  return found;
}

import { BadRequest } from "../../core/errors.ts";
import type { Row } from "../../core/types.ts";
import { matches } from "../query/matches.ts";
import type { SetWrites } from "../query/setWrites.ts";
import type { ConditionTree } from "../query/where.ts";
import { checkEach, type Each, writeEach } from "../query/writeEach.ts";
import type { Item } from "./api.ts";
import type { DynamoSource } from "./fetch.ts";
import type { WriteContext } from "./guard.ts";
import { keyOfRow } from "./ids.ts";
import { partsOf, type TableLayout } from "./layout.ts";
import { DynamoQueryset } from "./queryset.ts";
import { deleteItem, updateItem } from "./writes.ts";

/** So many items are written at the same time. */
const atOnce = 10;

/** No item changes its key, so that one which names it would fail for the objects that differ. */
function refuseKey({ table }: TableLayout, changes: Row): void {
  const field = partsOf([table])
    .map(part => part.field)
    .find(name => name !== undefined && Object.hasOwn(changes, name));
  if (field !== undefined)
    throw new BadRequest(`${field} can't be changed: it is part of the key`, { field });
}

/**
 * Makes the writes of all objects of a queryset. DynamoDB changes one item at a time: each by a write on the condition that it
 * is as it was read, or, where others were faster, as a consistent read finds it, still among the objects.
 */
export function dynamoSets(context: WriteContext, source: DynamoSource): SetWrites {
  const { layout, table, rows, schema } = context;
  const { version } = layout;

  function eachOf(condition: ConditionTree | undefined): Each<Row> {
    const objects = new DynamoQueryset<Row>(source, { condition, keys: [] });
    return {
      page: request => objects.page(request),
      readFirst: most => objects.readFirst(most),
      async reload(row) {
        const item = await table.get(keyOfRow(layout, row) as Item, true);
        const found = item && rows.read(item);
        return found && (condition === undefined || matches(condition, found)) ? found : undefined;
      },
      atOnce,
    };
  }

  return {
    version: version && !version.hidden ? version.attribute : undefined,
    schema,
    async update(condition, changes, isMark = false) {
      refuseKey(layout, changes);
      return writeEach(
        eachOf(condition),
        row => updateItem(context, row, changes, isMark),
        found => checkEach(isMark ? undefined : schema, found, changes),
      );
    },
    delete: async condition => writeEach(eachOf(condition), row => deleteItem(context, row)),
  };
}

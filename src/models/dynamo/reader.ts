import { signs } from "../query/where.ts";
import type { Item, ReadInput, ReadOutput } from "./api.ts";
import {
  bindings,
  called,
  compared,
  computedFields,
  filterPieces,
  isExpressible,
  join,
  type Piece,
} from "./expression.ts";
import { type KeyPart, partsOf, type TableLayout } from "./layout.ts";
import { markAttribute } from "./marks.ts";
import type { Reading } from "./plan.ts";
import type { KeyCondition } from "./sort.ts";
import type { DynamoTable } from "./table.ts";

type Bound = ReturnType<typeof bindings>;

function keyPiece({ attribute, op, values }: KeyCondition, bound: Bound): Piece {
  const name = bound.name(attribute);
  const [first, second] = values.map(value => bound.value(value)) as [string, string];
  if (op === "between") return compared(name, "BETWEEN", `${first} AND ${second}`);
  return op === "startsWith" ? called("begins_with", name, first) : compared(name, signs[op], first);
}

/** Keeps the objects of other models out, where they share the table. */
function entityPieces(layout: TableLayout, unusable: ReadonlySet<string>, bound: Bound): Piece[] {
  const { type, table } = layout;
  const pieces = partsOf([table])
    .filter(part => !unusable.has(part.attribute))
    .flatMap((part: KeyPart) => {
      if (part.value !== undefined)
        return [compared(bound.name(part.attribute), "=", bound.value({ S: part.value }))];
      if (part.prefix === "") return [];
      return [called("begins_with", bound.name(part.attribute), bound.value({ S: part.prefix }))];
    });
  if (type && !unusable.has(type.attribute))
    pieces.push(compared(bound.name(type.attribute), "=", bound.value({ S: type.value })));
  return pieces;
}

/** Keeps markers of unique values out, where nothing else does: they have the keys of the table, and no others. */
function markPieces({ isMarked, table }: TableLayout, { path, keys }: Reading, bound: Bound): Piece[] {
  const names = partsOf([table]).map(({ attribute }) => attribute);
  const isAmong =
    path.index === undefined
      ? keys.length === 0
      : partsOf([path]).every(({ attribute }) => names.includes(attribute));
  return isMarked && isAmong ? [called("attribute_not_exists", bound.name(markAttribute))] : [];
}

/** The attributes that distinguish the objects of a model from others. */
function entityAttributes({ type, table }: TableLayout): Set<string> {
  const parts = partsOf([table]).filter(({ value, prefix }) => value !== undefined || prefix !== "");
  return new Set([...parts.map(({ attribute }) => attribute), ...(type ? [type.attribute] : [])]);
}

/** A reading as DynamoDB takes it, and whether it finds exactly what was asked for. */
export interface Request {
  input: ReadInput;
  isFiltered: boolean;
  isExact: boolean;
}

/**
 * Makes the request of a reading: its keys' conditions, and of the others those that DynamoDB can judge to the same end.
 */
export function requestOf(layout: TableLayout, reading: Reading): Request {
  const { path, keys, rest, backward, isExact } = reading;
  const bound = bindings();
  // A filter of a query may not name the keys by which it reads.
  const own = new Set(keys.length ? partsOf([path]).map(({ attribute }) => attribute) : []);
  const unusable = new Set([...computedFields(layout), ...own]);
  const usable = rest.filter(node => isExpressible(node, unusable));
  const key = join(
    "AND",
    keys.map(condition => keyPiece(condition, bound)),
  ).text;
  const kept = entityPieces(layout, own, bound);
  const entity = kept.length > 0 ? kept : markPieces(layout, reading, bound);
  const { pieces, isWhole } = filterPieces(usable, bound);
  const filter = join("AND", [...entity, ...pieces]).text;
  const fixed = new Set(keys.filter(({ op }) => op === "eq").map(({ attribute }) => attribute));
  const unfixed = [...entityAttributes(layout)].filter(name => own.has(name) && !fixed.has(name));
  return {
    input: {
      ...(path.index !== undefined && { IndexName: path.index }),
      ...(key && { KeyConditionExpression: key, ScanIndexForward: !backward }),
      ...(filter && { FilterExpression: filter }),
      ...bound.input(),
    },
    isFiltered: filter !== "" || usable.length < rest.length,
    isExact:
      isExact &&
      isWhole &&
      usable.length === rest.length &&
      (path.index === undefined || unfixed.length === 0),
  };
}

/** One page after the other. @param size how many items the next page evaluates at most; DynamoDB stops at 1 MB anyway */
export async function* readPages(
  table: DynamoTable,
  input: ReadInput,
  start: Item | undefined,
  size: (page: number) => number,
): AsyncGenerator<ReadOutput> {
  let next = start;
  for (let page = 0; ; page++) {
    const most = size(page);
    const output = await table.read({
      ...input,
      ...(Number.isFinite(most) && { Limit: most }),
      ...(next && { ExclusiveStartKey: next }),
    });
    yield output;
    next = output.LastEvaluatedKey;
    if (next === undefined) return;
  }
}

/** How many there are, counted by DynamoDB, which reads them all the same. */
export async function countItems(table: DynamoTable, input: ReadInput): Promise<number> {
  let count = 0;
  const counted: ReadInput = { ...input, Select: "COUNT" };
  for await (const output of readPages(table, counted, undefined, () => Number.POSITIVE_INFINITY)) {
    count += output.Count ?? 0;
  }
  return count;
}

import { BadRequest } from "../../core/errors.ts";
import type { OrderStep } from "../query/ordering.ts";
import type { ConditionTree } from "../query/where.ts";
import type { Item } from "./api.ts";
import { conjunctsOf, folded } from "./expression.ts";
import { itemKey, keyOfId } from "./ids.ts";
import { type KeyPart, keyOperand, type Path, type TableLayout } from "./layout.ts";
import { isSaid, type KeyCondition, sortCondition } from "./sort.ts";

/** A part of a table or of an index, or all of it, one page after the other. */
export interface Reading {
  kind: "read";
  path: Path;
  /** The keys' conditions; none to scan. */
  keys: readonly KeyCondition[];
  backward: boolean;
  /** What must hold besides. */
  rest: readonly ConditionTree[];
  /** Whether the keys' conditions say all that they stand for. */
  isExact: boolean;
  /** Whether the order is yet to be made of what was read. */
  isUnsorted: boolean;
}

/** How to read what a query asks for. */
export type Plan = { kind: "nothing" } | { kind: "items"; keys: Item[] } | Reading;

/** The values that a field must have one of, if the conditions say so. */
function choices(conjuncts: readonly ConditionTree[], field: string | undefined): unknown[] | undefined {
  for (const node of conjuncts) {
    if (node.op === "eq" && node.field === field) return [node.value];
    if (node.op === "in" && node.field === field) return node.values;
  }
  return undefined;
}

const isFixed = (conjuncts: readonly ConditionTree[], field: string): boolean =>
  choices(conjuncts, field)?.length === 1;

/** The keys of all items that the conditions allow, where they name them; `undefined` where they do not. */
function namedKeys(
  layout: TableLayout,
  conjuncts: readonly ConditionTree[],
): (Item | undefined)[] | undefined {
  const { table, idForm, idKey } = layout;
  const ids = idForm === "both" ? choices(conjuncts, idKey) : undefined;
  if (ids) return ids.map(id => keyOfId(layout, id));
  const values = (part: KeyPart | undefined): unknown[] | undefined =>
    part === undefined || part.value !== undefined ? [undefined] : choices(conjuncts, part.field);
  const [first, second] = [values(table.partition), values(table.sort)];
  return first && second?.flatMap(sort => first.map(partition => itemKey(table, partition, sort)));
}

function itemsPlan(keys: readonly (Item | undefined)[], most: number): Plan {
  const known = new Map<string, Item>();
  for (const key of keys) if (key !== undefined) known.set(JSON.stringify(Object.entries(key)), key);
  if (known.size === 0) return { kind: "nothing" };
  if (known.size > most) throw new BadRequest(`Invalid filter: names more than ${most} objects`);
  return { kind: "items", keys: [...known.values()] };
}

/** The order in which a path holds what it holds; `undefined` when it is not the one asked for. */
function direction(
  path: Path,
  steps: readonly OrderStep[],
  conjuncts: readonly ConditionTree[],
  idKey: string,
): "forward" | "backward" | undefined {
  const open = steps.filter(({ field }) => !isFixed(conjuncts, field));
  const [first, second] = open;
  if (first === undefined) return "forward";
  if (path.sort?.field !== first.field || open.length > 2) return undefined;
  if (second && (second.field !== idKey || second.descending)) return undefined;
  return first.descending ? "backward" : "forward";
}

interface Candidate {
  reading: Reading;
  score: number;
}

/** An item without a value for a key is not in the index: what asks for such items can't be read there. */
const asksForNone = (conjuncts: readonly ConditionTree[], { sort }: Path): boolean =>
  conjuncts.some(node => node.op === "isNull" && node.field === sort?.field);

function candidate(
  path: Path,
  conjuncts: readonly ConditionTree[],
  steps: readonly OrderStep[],
  idKey: string,
): Candidate | "nothing" | undefined {
  const { partition, sort, index } = path;
  const found = partition.value === undefined ? choices(conjuncts, partition.field) : [partition.value];
  if (found?.length !== 1 || asksForNone(conjuncts, path)) return undefined;
  const value = keyOperand(partition, found[0]);
  const sorted = sort && sortCondition(sort, conjuncts);
  if (value === undefined || sorted === "nothing") return "nothing";
  const first: KeyCondition = { attribute: partition.attribute, op: "eq", values: [value], isExact: true };
  const turned = direction(path, steps, conjuncts, idKey);
  const rest = conjuncts.filter(
    node => !isSaid(node, partition, first) && !(sort && sorted && isSaid(node, sort, sorted)),
  );
  return {
    reading: {
      kind: "read",
      path,
      keys: sorted ? [first, sorted] : [first],
      backward: turned === "backward",
      rest,
      isExact: sorted?.isExact ?? true,
      isUnsorted: turned === undefined,
    },
    score: (turned ? 4 : 0) + (sorted ? 2 : 0) + (index === undefined ? 1 : 0),
  };
}

function fieldsIn(node: ConditionTree): string[] {
  if ("field" in node) return [node.field];
  if ("fields" in node) return node.fields;
  return "nodes" in node ? node.nodes.flatMap(fieldsIn) : fieldsIn(node.node);
}

/** Says what is missing, in the words of the option that would supply it. */
function unserved(
  { name, idKey }: TableLayout,
  conjuncts: readonly ConditionTree[],
  steps: readonly OrderStep[],
): BadRequest {
  const fields = [...new Set(conjuncts.flatMap(fieldsIn))];
  const [first, ...more] = steps.filter(
    ({ field, descending }, at) => at === 0 || field !== idKey || descending,
  );
  const order = first && [first, ...more].map(({ field }) => field).join(", ");
  const asked = [
    fields.length ? `filtered by ${fields.join(", ")}` : "listed without a filter",
    ...(order === undefined ? [] : [`ordered by ${order}`]),
  ].join(" and ");
  const at = fields[0] ?? first?.field;
  const options = at === undefined ? {} : { field: at };
  if (more.length > 0) {
    return new BadRequest(`${name} can't be ${asked}: an index has the order of one field`, options);
  }
  const equal = fields.find(field => isFixed(conjuncts, field));
  const sort = first?.field ?? (equal && fields.find(field => field !== equal));
  const partition = equal === undefined ? "a field that the filter equals" : `"${equal}"`;
  const index = `{ partition: ${partition}${sort === undefined ? "" : `, sort: "${sort}"`} }`;
  return new BadRequest(
    `${name} can't be ${asked}: no key or index serves it; an index ${index} or allowScan would`,
    options,
  );
}

/** What of a model decides how it is read. */
export interface PlanContext {
  layout: TableLayout;
  allowScan: boolean;
  /** How many items a query may name. */
  mostKeys: number;
}

/**
 * Chooses how to read: items by their keys, else the path of which the conditions fix the partition, best one that also
 * has the order, else, if that is allowed, a scan.
 *
 * @param condition which objects are asked for
 * @param steps the order asked for; without one any order will do
 * @throws BadRequest naming the index that is missing
 */
export function planOf(
  { layout, allowScan, mostKeys }: PlanContext,
  condition: ConditionTree | undefined,
  steps: readonly OrderStep[],
): Plan {
  const whole = condition === undefined ? true : folded(condition);
  if (whole === false) return { kind: "nothing" };
  const conjuncts = whole === true ? [] : conjunctsOf(whole);
  const keys = namedKeys(layout, conjuncts);
  if (keys) return itemsPlan(keys, mostKeys);
  let best: Candidate | undefined;
  for (const path of [layout.table, ...layout.indexes]) {
    const found = candidate(path, conjuncts, steps, layout.idKey);
    if (found === "nothing") return { kind: "nothing" };
    if (found && (best === undefined || found.score > best.score)) best = found;
  }
  if (best && (allowScan || !best.reading.isUnsorted)) return best.reading;
  if (!allowScan) throw unserved(layout, conjuncts, steps);
  return {
    kind: "read",
    path: layout.table,
    keys: [],
    backward: false,
    rest: conjuncts,
    isExact: true,
    isUnsorted: steps.length > 0,
  };
}

import { ServerError } from "../../core/errors.ts";
import { decodeCursor, encodeCursor, isSealed, malformed } from "../query/cursor.ts";
import { decodeIds, encodeIds } from "../query/place.ts";
import type { ConditionTree } from "../query/where.ts";
import type { FieldKind, PageRequest } from "../types.ts";
import type { Item } from "./api.ts";
import { conjunctsOf } from "./expression.ts";
import { type KeyPart, keyOperand, type Path, partsOf, type TableLayout } from "./layout.ts";

/** Where a page of a path begins and ends, and what a cursor may say of it. */
export interface Places {
  /** Reads a cursor. @throws BadRequest when it is none */
  start(cursor: unknown): Promise<Item>;
  /**
   * Makes a cursor.
   *
   * @param last the last item that was read
   * @param found the items of the page; the cursor goes by these where nothing else may be revealed
   * @throws ServerError where without a secret key no position can go out
   */
  cursor(last: Item, found: readonly { row: object; item: Item }[]): string;
}

type Attribute = Item[string];

/** The value that the query itself gives a part of a key. */
function fixedValue(part: KeyPart, condition: ConditionTree | undefined): Attribute | undefined {
  if (part.value !== undefined) return keyOperand(part, undefined);
  for (const node of condition === undefined ? [] : conjunctsOf(condition)) {
    if (node.op === "eq" && node.field === part.field) return keyOperand(part, node.value);
    if (node.op === "in" && node.field === part.field && node.values.length === 1) {
      return keyOperand(part, node.values[0]);
    }
  }
  return undefined;
}

/** Whether the value of a part goes out: by itself, or within the id. */
function isShown({ idKey, idForm, table }: TableLayout, part: KeyPart, shows: PageRequest["shows"]): boolean {
  const field = part.field as string;
  const isOfTable = partsOf([table]).some(one => one.field === field);
  if (shows === undefined) return isOfTable;
  if (field === idKey) return shows(field) !== false;
  const isInId = idForm === "both" && isOfTable && shows(idKey) !== false;
  return isInId || shows(field) === true;
}

function readAttribute(value: unknown): Attribute {
  const [number] = Array.isArray(value) ? (value as unknown[]) : [];
  if (typeof value === "string" && value !== "") return { S: value };
  if (typeof number === "string" && /^-?\d{1,140}(\.\d{1,140})?$/.test(number)) return { N: number };
  throw malformed();
}

const writeAttribute = (attribute: Attribute | undefined): unknown => attribute?.S ?? [attribute?.N];

function readTexts(text: string): unknown[] {
  try {
    const values: unknown = JSON.parse(text);
    if (Array.isArray(values)) return values as unknown[];
  } catch {}
  throw malformed();
}

/**
 * The places of a path. A cursor holds the attributes of its keys that the query does not fix already: encrypted, or where all of
 * them go out anyway. Else it holds ids, and the items are read again.
 *
 * @param hash the query's
 * @param shows which fields go out; `undefined` where only the key of the table may be revealed
 * @param itemOf the item of an id, if it is among the objects
 */
export function placesOf(
  layout: TableLayout,
  path: Path,
  condition: ConditionTree | undefined,
  hash: string,
  shows: PageRequest["shows"],
  itemOf: (id: unknown) => Promise<Item | undefined>,
): Places {
  const { idKey, idForm, kinds, name, table } = layout;
  const parts = new Map(partsOf([table, path]).map(part => [part.attribute, part]));
  const fixed: Item = {};
  const open: KeyPart[] = [];
  for (const part of parts.values()) {
    const value = fixedValue(part, condition);
    if (value === undefined) open.push(part);
    else fixed[part.attribute] = value;
  }
  const isOpen = !isSealed();
  const isPosition = !isOpen || open.every(part => isShown(layout, part, shows));
  const revealsId = idForm === "partition" && table.sort !== undefined && table.sort.value === undefined;
  const hasIds = shows?.(idKey) !== false && !revealsId;

  function unsafe(): ServerError {
    const cause = new Error(
      `${name}: without the setting "secretKey" a cursor would show values that do not go out; set it`,
    );
    return new ServerError(undefined, { cause });
  }

  function positionOf(item: Item): string {
    const values = open.map(({ attribute }) => writeAttribute(item[attribute]));
    return encodeCursor(hash, [JSON.stringify(values)]);
  }

  return {
    async start(cursor) {
      if (isPosition) {
        const [text] = decodeCursor(cursor, hash, ["text"]);
        const values = readTexts(String(text));
        if (values.length !== open.length) throw malformed();
        const read = open.map(({ attribute }, at) => [attribute, readAttribute(values[at])]);
        return { ...fixed, ...(Object.fromEntries(read) as Item) };
      }
      if (!hasIds) throw malformed();
      for (const id of decodeIds(cursor, hash, kinds?.[idKey] as FieldKind | undefined)) {
        const item = await itemOf(id);
        if (item === undefined) continue;
        return Object.fromEntries([...parts.keys()].map(key => [key, item[key] as Attribute]));
      }
      throw malformed();
    },
    cursor(last, found) {
      const ids = found.map(({ row }) => (row as Record<string, unknown>)[idKey]).reverse();
      const isFound = found.at(-1)?.item === last;
      // What was read last need not be among the objects: only their own keys are shown to whom the fields are shown.
      if (isPosition && (isFound || !isOpen || shows === undefined)) return positionOf(last);
      const lastFound = found.at(-1);
      if (isPosition && lastFound !== undefined) return positionOf(lastFound.item);
      if (!hasIds || ids.length === 0) throw unsafe();
      return encodeIds(hash, ids);
    },
  };
}

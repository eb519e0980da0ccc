import type { Row } from "../../core/types.ts";
import { isStorableText } from "../fields/checkValue.ts";
import type { FieldKind } from "../types.ts";
import type { Item } from "./api.ts";
import { type KeyPart, keyOperand, type Path, type TableLayout } from "./layout.ts";

const longestId = 4000;

const escaped = (text: string): string => text.replace(/[%~]/g, sign => (sign === "%" ? "%25" : "%7E"));
const unescaped = (text: string): string => text.replace(/%25|%7E/g, code => (code === "%25" ? "%" : "~"));

const keyText = (value: unknown): string => (value instanceof Date ? value.toISOString() : String(value));

/** The id of an object that is known by both its keys: `partition~sort`, with `~` as `%7E` and `%` as `%25` in them. */
export function joinId({ partition, sort }: Path, row: Row): string {
  return `${escaped(keyText(row[partition.field as string]))}~${escaped(keyText(row[sort?.field as string]))}`;
}

/** A text as a key of this kind writes it and no other way. */
function readKey(kind: FieldKind | undefined, text: string): unknown {
  if (kind === "date") {
    const date = new Date(text);
    return Number.isNaN(date.getTime()) || date.toISOString() !== text ? undefined : date;
  }
  if (kind !== "integer" && kind !== "bigint") return text === "" ? undefined : text;
  const read = /^-?\d{1,19}$/.test(text) ? BigInt(text) : undefined;
  if (read === undefined || String(read) !== text) return undefined;
  return kind === "bigint" ? read : Number(read);
}

/** An id as its field holds it; `undefined` for what can be nobody's. */
export function readId(layout: TableLayout, id: unknown): unknown {
  const text = typeof id === "number" || typeof id === "bigint" ? String(id) : id;
  if (!isStorableText(text) || text.length > longestId) return undefined;
  const { partition, sort } = layout.table;
  if (layout.idForm === "both") return splitId(layout, text) && text;
  return readKey(layout.idForm === "sort" ? sort?.kind : partition.kind, text);
}

function splitId({ table: { partition, sort } }: TableLayout, id: string): [unknown, unknown] | undefined {
  const halves = id.split("~");
  if (halves.length !== 2) return undefined;
  const texts = halves.map(unescaped);
  if (texts.map(escaped).join("~") !== id) return undefined;
  const [first, second] = texts as [string, string];
  const values: [unknown, unknown] = [readKey(partition.kind, first), readKey(sort?.kind, second)];
  return values.includes(undefined) ? undefined : values;
}

/** The key of an item, of the values of its fields; `undefined` when no item can have it. */
export function itemKey({ partition, sort }: Path, first: unknown, second: unknown): Item | undefined {
  const key: Item = {};
  for (const [part, value] of [
    [partition, first],
    [sort, second],
  ] as const) {
    if (part === undefined) continue;
    const attribute = isGiven(part, value) ? keyOperand(part, value) : undefined;
    if (attribute === undefined) return undefined;
    key[part.attribute] = attribute;
  }
  return key;
}

const isGiven = (part: KeyPart, value: unknown): boolean =>
  part.value !== undefined || (value !== undefined && value !== null);

/** The key of a whole object. */
export function keyOfRow(layout: TableLayout, row: Row): Item | undefined {
  const { partition, sort } = layout.table;
  return itemKey(layout.table, row[partition.field ?? ""], row[sort?.field ?? ""]);
}

/** The key of an id that alone determines it; see {@link TableLayout}. */
export function keyOfId(layout: TableLayout, id: unknown): Item | undefined {
  if (layout.idForm !== "both") return itemKey(layout.table, id, id);
  const halves = typeof id === "string" ? splitId(layout, id) : undefined;
  return halves && itemKey(layout.table, ...halves);
}

import { randomBytes } from "node:crypto";
import type { TestResponse } from "../requests/response.ts";
import type { Snapshot, Stored } from "./world.ts";

/** Who has a value: a field of an object. */
export interface Holder {
  readonly key: string;
  readonly stored: Stored;
  readonly field: string;
}

/** Values that betray where they come from, each with all fields that hold it. */
export type Canaries = ReadonlyMap<string, readonly Holder[]>;

const mark = "cnry";

/** A text that is nowhere else. */
export const canary = (): string => `${mark}${randomBytes(6).toString("hex")}`;

/** Texts this long are looked for within others; shorter ones have to be a whole value. */
const distinctive = 12;
/** Shorter texts and numbers are everywhere. */
const shortest = 4;
const leastNumber = 100_000;

/** The texts and numbers within a value, as JSON would have them. */
export function* leavesOf(value: unknown): Generator<string> {
  if (typeof value === "string") yield value;
  else if (typeof value === "number" || typeof value === "bigint") yield String(value);
  else if (value instanceof Date) {
    if (!Number.isNaN(value.getTime())) yield value.toISOString();
  } else if (value instanceof Uint8Array) yield Buffer.from(value).toString("base64");
  else if (typeof value === "object" && value !== null) {
    for (const part of Object.values(value)) yield* leavesOf(part);
  }
}

const isDistinctive = (text: string): boolean =>
  /^-?\d+(\.\d+)?$/.test(text) ? Math.abs(Number(text)) >= leastNumber : text.length >= shortest;

/** What each stored value says, by value. */
export function canariesOf(snapshot: Snapshot): Canaries {
  const found = new Map<string, Holder[]>();
  for (const [key, stored] of snapshot) {
    for (const [field, value] of Object.entries(stored.row)) {
      for (const text of leavesOf(value)) {
        if (isDistinctive(text)) found.set(text, [...(found.get(text) ?? []), { key, stored, field }]);
      }
    }
  }
  return found;
}

/** With the slashes of base64, and without those of paths. */
const runs = [/[A-Za-z0-9_\-+/]{12,}/g, /[A-Za-z0-9_\-+]{12,}/g];

/** What is in a token: a cursor, a tag, a text in base64 or with percents. */
function* decodings(text: string): Generator<string> {
  if (text.includes("%")) {
    try {
      yield decodeURIComponent(text);
    } catch {
      // It is not an encoding at all.
    }
  }
  for (const [token] of runs.flatMap(run => [...text.matchAll(run)])) {
    yield Buffer.from(token, "base64url").toString("utf8");
    if (/^[0-9a-f]+$/i.test(token)) yield Buffer.from(token, "hex").toString("utf8");
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** All that a response says: whole values, and texts to look within, tokens decoded twice over. */
export interface Said {
  readonly values: ReadonlySet<string>;
  readonly text: string;
  readonly decoded: string;
}

/** Reads a response: its body, its headers, its cookies, and what is encoded in them. */
export function readSaid({ headers, cookies, text }: TestResponse): Said {
  const values = new Set<string>(leavesOf(parsed(text)));
  const plain = [text, ...values, ...[...headers].flat(), ...cookies].join("\n");
  const once = [...decodings(plain)].join("\n");
  const twice = [...decodings(once)].join("\n");
  return { values, text: plain, decoded: `${once}\n${twice}` };
}

const isWord = (character: string | undefined): boolean => character !== undefined && /\w/.test(character);

/** Whether a value stands in a text, and is not part of a longer word. */
function standsAlone(text: string, value: string): boolean {
  for (let at = text.indexOf(value); at >= 0; at = text.indexOf(value, at + 1)) {
    if (!isWord(text[at - 1]) && !isWord(text[at + value.length])) return true;
  }
  return false;
}

/** Whether a value is in what a response says. */
export function reveals({ values, text, decoded }: Said, value: string): boolean {
  if (value.length >= distinctive) return text.includes(value) || decoded.includes(value);
  return values.has(value) || standsAlone(decoded, value);
}

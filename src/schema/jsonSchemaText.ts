import { isRecord } from "../core/objects.ts";
import type { View } from "./jsonSchemaViews.ts";

/** Decimal numbers alone: `0x10`, `Infinity` and blanks are not numbers of a query string. */
const decimal = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/i;

/** The number that a text stands for; undefined when there is none, or when digits would be lost. */
function numberOf(text: string): number | undefined {
  if (!decimal.test(text)) return undefined;
  const number = Number(text);
  const exact = Number.isFinite(number) && (!Number.isInteger(number) || Number.isSafeInteger(number));
  return exact ? number : undefined;
}

function coerceString(types: ReadonlySet<string>, text: string): unknown {
  if (types.has("string")) return text;
  if (types.has("number") || types.has("integer")) {
    const number = numberOf(text);
    if (number !== undefined) return number;
  }
  if (types.has("boolean") && (text === "true" || text === "false")) return text === "true";
  if (types.has("null") && text === "") return null;
  return text;
}

/**
 * Turns text into what the schema expects, as query strings, path parameters and headers need it: `"5"` into 5, `"true"`
 * into true, `""` into null, a single value into a list where a list is expected, and a list of one into its value where
 * none is. Only strings change type, and only where the schema does not allow a string. What fits nothing stays as it is,
 * for the check to refuse. The input is left untouched.
 */
export function coerceText(view: View | undefined, value: unknown): unknown {
  if (view === undefined) return value;
  const { types } = view;
  if (Array.isArray(value)) {
    if (types.has("array")) return value.map((item, index) => coerceText(view.item(index), item));
    return value.length === 1 && types.size > 0 ? coerceText(view, value[0]) : value;
  }
  if (typeof value === "string") {
    return types.has("array") && !types.has("string")
      ? [coerceText(view.item(0), value)]
      : coerceString(types, value);
  }
  if (!isRecord(value)) return value;
  const copy: Record<string, unknown> = { ...value };
  for (const name of Object.keys(copy)) copy[name] = coerceText(view.property(name), copy[name]);
  return copy;
}

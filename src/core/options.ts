import { isObject } from "./objects.ts";

/** What an option may be. `count` is a whole number of at least 0; `names` is a list of strings. */
export type OptionKind =
  | "any"
  | "array"
  | "boolean"
  | "count"
  | "function"
  | "model"
  | "names"
  | "number"
  | "object"
  | "status"
  | "string";

const kinds: Record<OptionKind, [wanted: string, test: (value: unknown) => boolean]> = {
  any: ["anything", () => true],
  array: ["an array", Array.isArray],
  boolean: ["true or false", value => typeof value === "boolean"],
  count: ["a whole number of at least 0", value => Number.isSafeInteger(value) && (value as number) >= 0],
  function: ["a function", value => typeof value === "function"],
  model: [
    "a model",
    value => isObject(value) && typeof value.create === "function" && isObject(value.objects),
  ],
  names: [
    "an array of strings",
    value => Array.isArray(value) && value.every(item => typeof item === "string"),
  ],
  number: ["a number", value => typeof value === "number" && Number.isFinite(value)],
  object: ["an object", isObject],
  status: [
    "a status from 200 to 599",
    value => Number.isInteger(value) && (value as number) >= 200 && (value as number) <= 599,
  ],
  string: ["a string", value => typeof value === "string"],
};

/** True when `value` is of one of the kinds. */
export function isKind(value: unknown, allowed: OptionKind | readonly OptionKind[]): boolean {
  return [allowed].flat().some(kind => kinds[kind as OptionKind][1](value));
}

/** Says in words what one of the kinds would be, for messages. */
export function wantedKind(allowed: OptionKind | readonly OptionKind[]): string {
  return [allowed]
    .flat()
    .map(kind => kinds[kind as OptionKind][0])
    .join(" or ");
}

/**
 * Checks the options of a factory, once, when the factory runs.
 *
 * @param factory the factory's name, for the message
 * @param options what the user gave; `undefined` is an empty set
 * @param allowed every known option with the kind (or kinds) it may be
 * @throws TypeError naming the option that is unknown or of the wrong type
 */
export function checkOptions(
  factory: string,
  options: unknown,
  allowed: Readonly<Record<string, OptionKind | readonly OptionKind[]>>,
): void {
  if (options === undefined) return;
  if (!isObject(options)) throw new TypeError(`${factory}: options must be an object`);
  for (const [name, value] of Object.entries(options)) {
    const kind = Object.hasOwn(allowed, name) ? allowed[name] : undefined;
    if (kind === undefined) {
      throw new TypeError(
        `${factory}: unknown option "${name}"; it takes ${Object.keys(allowed).join(", ") || "none"}`,
      );
    }
    checkArgument(factory, `option "${name}"`, value, kind);
  }
}

/**
 * Checks one argument of a factory; `undefined` passes.
 *
 * @throws TypeError naming the argument
 */
export function checkArgument(
  factory: string,
  name: string,
  value: unknown,
  kind: OptionKind | readonly OptionKind[],
): void {
  if (value !== undefined && !isKind(value, kind)) {
    throw new TypeError(`${factory}: ${name} must be ${wantedKind(kind)}`);
  }
}

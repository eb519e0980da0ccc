import { isObject } from "./objects.ts";

/** What an option may be. `count` is a whole number of at least 0; `names` is a list of strings. */
export type OptionKind =
  | "any"
  | "array"
  | "boolean"
  | "count"
  | "false"
  | "function"
  | "model"
  | "names"
  | "number"
  | "object"
  | "status"
  | "string";

/** The kind of an option, or the kinds that it may have. */
export type OptionKinds = OptionKind | readonly OptionKind[];

/**
 * The table of a set of options: each of them with its kind, and no other. The check of a factory is made of it, so an option
 * that is only in the type, or only in the table, does not compile.
 */
export type OptionTable<Own> = Readonly<Record<keyof Own, OptionKinds>>;

/** The options that a factory takes as its second argument. */
export type OptionsOf<Factory extends (...args: never) => unknown> = NonNullable<Parameters<Factory>[1]>;

const kinds: Record<OptionKind, [wanted: string, test: (value: unknown) => boolean]> = {
  any: ["anything", () => true],
  array: ["an array", Array.isArray],
  boolean: ["true or false", value => typeof value === "boolean"],
  count: ["a whole number of at least 0", value => Number.isSafeInteger(value) && (value as number) >= 0],
  false: ["false", value => value === false],
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
export function isKind(value: unknown, allowed: OptionKinds): boolean {
  return [allowed].flat().some(kind => kinds[kind as OptionKind][1](value));
}

/** Says in words what one of the kinds would be, for messages. */
export function wantedKind(allowed: OptionKinds): string {
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
 * @param allowed every option of that type with the kind (or kinds) it may be
 * @throws TypeError naming the option that is unknown or of the wrong type
 * @example
 * checkOptions("warmup", options, { isWarmingUp: "function" });
 */
export function checkOptions<Own extends object>(
  factory: string,
  options: Own | null | undefined,
  allowed: OptionTable<NoInfer<Own>>,
): void {
  if (options === undefined) return;
  if (!isObject(options)) throw new TypeError(`${factory}: options must be an object`);
  for (const [name, value] of Object.entries(options)) {
    if (!Object.hasOwn(allowed, name)) {
      throw new TypeError(
        `${factory}: unknown option "${name}"; it takes ${Object.keys(allowed).join(", ") || "none"}`,
      );
    }
    checkArgument(factory, `option "${name}"`, value, allowed[name as keyof Own]);
  }
}

/**
 * Checks one argument of a factory; `undefined` passes.
 *
 * @throws TypeError naming the argument
 */
export function checkArgument(factory: string, name: string, value: unknown, kind: OptionKinds): void {
  if (value !== undefined && !isKind(value, kind)) {
    throw new TypeError(`${factory}: ${name} must be ${wantedKind(kind)}`);
  }
}

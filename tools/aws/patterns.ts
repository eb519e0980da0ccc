import { BlockList, isIP } from "node:net";
import { isObject } from "../../src/core/objects.ts";

type Conditions = Readonly<Record<string, unknown>>;

const isText = (value: unknown): value is string => typeof value === "string";
const lower = (value: unknown): string => String(value).toLowerCase();

/** `*` stands for any text, and a backslash takes its meaning away. */
function likeWildcard(value: unknown, wildcard: string): boolean {
  if (!isText(value)) return false;
  const parts = wildcard.split(/(?<!\\)\*/).map(part => part.replaceAll(/\\([*\\])/g, "$1"));
  const [first = "", ...rest] = parts;
  const last = rest.pop();
  if (last === undefined) return value === first;
  if (!value.startsWith(first)) return false;
  let place = first.length;
  for (const part of rest) {
    const found = value.indexOf(part, place);
    if (found < 0) return false;
    place = found + part.length;
  }
  return value.length - last.length >= place && value.endsWith(last);
}

const comparisons: Readonly<Record<string, (value: number, limit: number) => boolean>> = {
  "=": (value, limit) => value === limit,
  "<": (value, limit) => value < limit,
  "<=": (value, limit) => value <= limit,
  ">": (value, limit) => value > limit,
  ">=": (value, limit) => value >= limit,
};

function inRange(value: unknown, range: unknown): boolean {
  if (typeof value !== "number" || !Array.isArray(range)) return false;
  for (let index = 0; index < range.length; index += 2) {
    if (comparisons[range[index]]?.(value, range[index + 1]) !== true) return false;
  }
  return range.length > 0;
}

function inNetwork(value: unknown, cidr: string): boolean {
  const [address = "", bits] = cidr.split("/");
  const family = isIP(address);
  if (!isText(value) || family === 0 || isIP(value) !== family) return false;
  const type = family === 4 ? "ipv4" : "ipv6";
  const list = new BlockList();
  list.addSubnet(address, Number(bits), type);
  return list.check(value, type);
}

/** `{ prefix: "a" }`, or `{ prefix: { "equals-ignore-case": "a" } }`; and so for `suffix`. */
function atEdge(value: unknown, wanted: unknown, isAt: (text: string, part: string) => boolean): boolean {
  if (!isText(value)) return false;
  if (isText(wanted)) return isAt(value, wanted);
  const ignoring = isObject(wanted) ? (wanted as Conditions)["equals-ignore-case"] : undefined;
  return isText(ignoring) && isAt(lower(value), lower(ignoring));
}

const begins = (text: string, part: string): boolean => text.startsWith(part);
const ends = (text: string, part: string): boolean => text.endsWith(part);

/** What a comparison says of a value that is there, by its name. */
const operators: Readonly<Record<string, (value: unknown, wanted: unknown) => boolean>> = {
  prefix: (value, wanted) => atEdge(value, wanted, begins),
  suffix: (value, wanted) => atEdge(value, wanted, ends),
  "equals-ignore-case": (value, wanted) =>
    [wanted].flat().some(one => isText(value) && lower(value) === lower(one)),
  wildcard: (value, wanted) => [wanted].flat().some(one => likeWildcard(value, String(one))),
  numeric: inRange,
  cidr: (value, wanted) => inNetwork(value, String(wanted)),
  exists: (_value, wanted) => wanted === true,
  "anything-but": (value, wanted) =>
    !(isObject(wanted) && !Array.isArray(wanted)
      ? Object.entries(wanted).some(([name, one]) =>
          [one].flat().some(part => operators[name]?.(value, part)),
        )
      : [wanted].flat().includes(value)),
};

function meets(value: unknown, condition: unknown): boolean {
  if (!isObject(condition)) return value === condition;
  return Object.entries(condition).every(([name, wanted]) => {
    const operator = Object.hasOwn(operators, name) ? operators[name] : undefined;
    if (operator === undefined) throw new TypeError(`There is no comparison "${name}" in patterns`);
    return operator(value, wanted);
  });
}

/** Of a field: one of its conditions holds for its value, or for one of its values. */
function fieldMatches(conditions: readonly unknown[], value: unknown): boolean {
  const isThere = value !== undefined && (!isObject(value) || Array.isArray(value));
  if (!isThere) {
    return conditions.some(condition => isObject(condition) && (condition as Conditions).exists === false);
  }
  const values = Array.isArray(value) ? value : [value];
  return conditions.some(condition => values.some(one => meets(one, condition)));
}

/**
 * Whether an event is one of those that a pattern describes: all fields of the pattern are as it says, and of `$or` one alternative.
 *
 * @throws TypeError naming a comparison that there is not
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
 * @see https://docs.aws.amazon.com/sns/latest/dg/sns-subscription-filter-policies.html
 */
export function matches(pattern: Conditions, event: unknown): boolean {
  const fields = isObject(event) ? (event as Conditions) : {};
  return Object.entries(pattern).every(([name, wanted]) => {
    if (name === "$or" && Array.isArray(wanted)) return wanted.some(one => matches(one as Conditions, event));
    const value = Object.hasOwn(fields, name) ? fields[name] : undefined;
    if (Array.isArray(wanted)) return fieldMatches(wanted, value);
    // Of a list of objects, one is enough.
    if (Array.isArray(value)) return value.some(one => matches(wanted as Conditions, one));
    return isObject(wanted) && matches(wanted as Conditions, value);
  });
}

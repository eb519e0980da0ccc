import { dereferenced } from "../../src/core/jsonReference.ts";
import { isObject } from "../../src/core/objects.ts";
import type { Json } from "./types.ts";

const formats: Readonly<Record<string, string>> = {
  date: "2026-01-31",
  "date-time": "2026-01-31T12:00:00.000Z",
  time: "12:00:00Z",
  duration: "P1D",
  email: "ann@example.com",
  hostname: "example.com",
  ipv4: "192.0.2.1",
  ipv6: "2001:db8::1",
  uri: "https://example.com",
  url: "https://example.com",
  uuid: "6fb1a1ae-92ca-4d8b-8f0d-1d8c3a1f3c55",
};

const deepest = 6;

function text(
  { format, pattern, minLength = 0, maxLength = Number.POSITIVE_INFINITY }: Json,
  name: string,
): unknown {
  const known = typeof format === "string" ? formats[format] : undefined;
  const plain = name.padEnd(minLength as number, " text").slice(0, maxLength as number);
  const candidates = known === undefined ? [plain, "a", "A", "1", "a1", "AB", "12"] : [known];
  return candidates.find(
    each =>
      each.length >= (minLength as number) &&
      each.length <= (maxLength as number) &&
      (typeof pattern !== "string" || new RegExp(pattern, "u").test(each)),
  );
}

function number({ type, minimum, exclusiveMinimum, maximum, exclusiveMaximum, multipleOf }: Json): number {
  const step = typeof multipleOf === "number" ? multipleOf : 1;
  const least = typeof exclusiveMinimum === "number" ? exclusiveMinimum + step : minimum;
  const most = typeof exclusiveMaximum === "number" ? exclusiveMaximum - step : maximum;
  let made = Math.max(step, typeof least === "number" ? Math.ceil(least / step) * step : step);
  if (typeof most === "number" && made > most) made = Math.floor(most / step) * step;
  return type === "integer" ? Math.round(made) : made;
}

/**
 * Makes a value that a schema may take; whether it does is for the schema to say.
 *
 * @param given a JSON Schema; examples, defaults and fixed values in it are used
 * @param root the document in which its references lead
 * @param name what the value is called, for texts
 * @returns `undefined` when none comes to mind
 */
export function sample(given: Json, root: Readonly<Json>, name = "text", depth = 0): unknown {
  const schema = dereferenced(root, given);
  const level = schema === given ? depth : depth + 1;
  const within = (part: unknown, of = name): unknown =>
    isObject(part) && level < deepest ? sample(part as Json, root, of, level + 1) : undefined;
  for (const known of [schema.examples, schema.enum])
    if (Array.isArray(known) && known.length > 0) return known[0];
  for (const keyword of ["example", "const", "default"]) if (keyword in schema) return schema[keyword];
  if (Array.isArray(schema.allOf)) {
    const made = schema.allOf.map(part => within(part));
    return made.every(isObject) ? Object.assign({}, ...made, properties(schema, within)) : made[0];
  }
  const branches = schema.anyOf ?? schema.oneOf;
  if (Array.isArray(branches)) return within(branches.find(({ type }) => type !== "null"));
  const type = Array.isArray(schema.type) ? schema.type.find(each => each !== "null") : schema.type;
  switch (type) {
    case "string":
      return text(schema, name);
    case "integer":
    case "number":
      return number({ ...schema, type });
    case "boolean":
      return true;
    case "array": {
      const item = within(schema.items);
      const least = typeof schema.minItems === "number" ? schema.minItems : 0;
      if (item === undefined) return least > 0 ? undefined : [];
      return Array.from({ length: Math.max(1, least) }, () => item);
    }
    case "object":
      return properties(schema, within);
    default:
      return undefined;
  }
}

/** An object with all properties for which a value can be made; none at all when a needed one can't. */
function properties(schema: Json, within: (part: unknown, of: string) => unknown): Json | undefined {
  const made: Json = {};
  for (const [key, part] of Object.entries(isObject(schema.properties) ? schema.properties : {})) {
    const value = within(part, key);
    if (value !== undefined) made[key] = value;
  }
  const needed = Array.isArray(schema.required) ? (schema.required as string[]) : [];
  return needed.every(key => key in made) ? made : undefined;
}

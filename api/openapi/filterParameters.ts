import { operatorsOfKind } from "../../src/models/query/filters.ts";
import { kindSchema } from "./modelSchema.ts";
import type { Json, ParameterObject } from "./types.ts";

const text: Json = { type: "string" };

/** What stands behind an operator. */
function operandOf(operator: string, value: Json, maxSearch: number): Json {
  const list: Json = { type: "array", items: value };
  switch (operator) {
    case "in":
    case "notIn":
      return list;
    case "between":
      return { ...list, minItems: 2, maxItems: 2 };
    case "isNull":
      return { type: "boolean" };
    case "startsWith":
    case "endsWith":
      return text;
    case "contains":
    case "ieq":
    case "icontains":
    case "istartsWith":
    case "iendsWith":
      return { ...text, maxLength: maxSearch };
    default:
      return value;
  }
}

/** What the bare name of a field means, where it means something. */
function bareWords(field: string, allowed: readonly string[]): string[] {
  if (allowed.includes("in")) return [`\`${field}=…\` is one of these values, with commas between them`];
  return allowed.includes("eq") ? [`\`${field}=…\` equals it`] : [];
}

/**
 * How a list may be filtered by a field: one parameter, an object by operators. The bare name can't be a parameter of its own, for
 * a name and a place make one (OpenAPI 3.1 section 4.8.10.1): its description says it.
 *
 * @param field the field's name
 * @param kind what it holds, where that is known
 * @param allowed the operators that the list takes
 * @param maxSearch how many characters a part of text may have
 * @returns none where no operator fits the kind
 */
export function filterParameter(
  field: string,
  kind: string | undefined,
  allowed: readonly string[],
  maxSearch: number,
): ParameterObject[] {
  const isKnown = kind !== undefined && kind !== "json";
  const { format, ...value } = isKnown ? kindSchema(kind) : text;
  const operators = operatorsOfKind(kind, allowed);
  if (operators.length === 0) return [];
  const words = [
    `Filters by ${field}, as \`${field}[${operators[0]}]=…\``,
    ...bareWords(field, operators),
    ...(kind === "date" ? ["a day, or a time with its zone (ISO 8601)"] : []),
  ];
  return [
    {
      name: field,
      in: "query",
      description: words.join("; "),
      style: "deepObject",
      explode: true,
      schema: {
        type: "object",
        properties: Object.fromEntries(
          operators.map(operator => [operator, operandOf(operator, value, maxSearch)]),
        ),
        additionalProperties: false,
      },
    },
  ];
}

/** Filters of which one of several must hold; OpenAPI has no word for how deep objects nest, so that the description says it. */
export function alternativesParameter(fields: readonly string[]): ParameterObject {
  const [first = "", second = first] = fields;
  return {
    name: "or",
    in: "query",
    description: `Filters of which one of several must hold, ten at most, numbered from 0: \`or[0][${first}]=…&or[1][${second}][ne]=…\``,
    style: "deepObject",
    explode: true,
    schema: { type: "object", additionalProperties: { type: "object" }, maxProperties: 10, default: {} },
  };
}

import type { ListMetadata, ParameterMetadata } from "../../src/core/operationMetadata.ts";
import { fieldsOfModel } from "../../src/models/fields/fields.ts";
import { operatorsFor } from "../../src/models/query/filters.ts";
import type { FieldKind } from "../../src/models/types.ts";
import type { StandardSchemaV1 } from "../../src/schema/standard.ts";
import { type Shows, shownFields } from "../../src/serializers/shownFields.ts";
import type { Components } from "./components.ts";
import { alternativesParameter, filterParameter } from "./filterParameters.ts";
import type { RouteMetadata } from "./gather.ts";
import { documentedSource, shapeOf, sourceParts } from "./modelSchema.ts";
import { type Parts, resolved, schemaParts, unknownForm } from "./schemas.ts";
import type { Json, ParameterObject } from "./types.ts";

const text: Json = { type: "string" };
/** Headers that OpenAPI has other places for. */
const elsewhere = new Set(["accept", "authorization", "content-type"]);

type ParameterPlace = ParameterObject["in"];

function parameter(
  place: ParameterPlace,
  name: string,
  schema: Json,
  more: Partial<ParameterObject> = {},
): ParameterObject {
  return { name, in: place, ...more, schema };
}

const listOf = (items: Json): Json => ({ type: "array", items });

function ofMetadata(entry: ParameterMetadata, components: Components): ParameterObject {
  const parts = entry.source === undefined ? unknownForm : sourceParts(entry.source, "input", entry.name);
  const plain = resolved(parts);
  // What stands in a URL or a header is text that reads as one value.
  const isValue = ["string", "integer", "number", "boolean"].includes(String(plain.type));
  const one = isValue ? plain : Array.isArray(plain.type) ? withoutNull(plain) : text;
  const list = entry.list !== undefined;
  return parameter(
    entry.in,
    entry.name,
    list ? listOf(one) : components.add({ ...parts, schema: one }, [entry.name]),
    {
      ...(entry.description !== undefined && { description: entry.description }),
      ...((entry.required ?? entry.in === "path") && { required: true }),
      ...(list && ({ style: "form", explode: entry.list === "repeat" } as const)),
    },
  );
}

/** A field may be null, text of a URL may not. */
function withoutNull(schema: Json): Json {
  const types = (schema.type as string[]).filter(type => type !== "null");
  return { ...schema, type: types.length === 1 ? types[0] : types };
}

/** Which fields go out: the serializer of the first response of success that has one says it. */
function showsOf({ responses }: RouteMetadata): Shows {
  const found = responses.find(({ status, content }) => status < 300 && content && "serializer" in content);
  return shownFields((found?.content as { serializer?: unknown } | undefined)?.serializer);
}

function ofNarrowing(
  { model, filters, or, ordering, search, maxSearch, shows: declared }: ListMetadata,
  known: RouteMetadata,
): ParameterObject[] {
  const shows = declared ?? showsOf(known);
  const kinds = fieldsOfModel(model as { fields?: Record<string, FieldKind>; schema?: StandardSchemaV1 });
  const keys = ordering.flatMap(field => [field, `-${field}`]);
  return [
    ...Object.entries(filters).flatMap(([field, filter]) =>
      filterParameter(
        field,
        filter.kind ?? kinds?.[field],
        operatorsFor(filter, shows(field, filter.path !== undefined) === true),
        maxSearch,
      ),
    ),
    ...(or ? [alternativesParameter(Object.keys(filters))] : []),
    ...(keys.length === 0
      ? []
      : [
          parameter("query", "order", listOf({ type: "string", enum: keys }), {
            description: "The order; - stands for the greatest first",
            style: "form",
            explode: false,
          }),
        ]),
    ...(search.length === 0
      ? []
      : [
          parameter(
            "query",
            "q",
            { ...text, maxLength: maxSearch },
            {
              description: `A text that ${search.join(" or ")} holds, whatever its case`,
            },
          ),
        ]),
  ];
}

/** The parameters that a schema of a whole query string, path or set of headers declares. */
function ofSchema(place: ParameterPlace, parts: Parts, components: Components): ParameterObject[] {
  const shape = shapeOf(parts);
  return Object.entries(shape?.properties ?? {}).map(([name, property]) => {
    const { description, ...schema } = property;
    const isList = resolved({ schema, defs: parts.defs }).type === "array";
    return parameter(place, name, components.add({ schema, defs: parts.defs }, [name]), {
      ...(typeof description === "string" && { description }),
      ...((place === "path" || shape?.required.includes(name)) && { required: true }),
      ...(isList && place === "query" && ({ style: "form", explode: true } as const)),
    });
  });
}

/**
 * The parameters of one operation, those of the path first.
 *
 * @param known what the chain knows
 * @param path the names of the path's variables, in the handler's words, each with the name in the document
 */
export function parametersOf(
  known: RouteMetadata,
  path: ReadonlyMap<string, string>,
  components: Components,
): ParameterObject[] {
  const sets = known.schemas.map(
    ({ in: place, schema }) => [place, schemaParts(schema, "input", place)] as const,
  );
  const query = known.operation.query;
  const all = [
    ...known.parameters.map(entry => ofMetadata(entry, components)),
    ...(known.narrows ? ofNarrowing(known.narrows, known) : []),
    ...sets.flatMap(([place, parts]) => ofSchema(place, parts, components)),
    ...(query === undefined
      ? []
      : ofSchema("query", sourceParts(documentedSource(query), "input", "query"), components)),
  ];
  const found = new Map<string, ParameterObject>();
  for (const [name, shown] of path)
    found.set(`path ${name}`, parameter("path", shown, text, { required: true }));
  for (const one of all) {
    const name = one.in === "header" ? one.name.toLowerCase() : one.name;
    if (one.in === "header" && elsewhere.has(name)) continue;
    const key = `${one.in} ${name}`;
    if (one.in !== "path") found.set(key, one);
    else if (path.has(name)) found.set(key, { ...one, name: path.get(name) as string });
  }
  return [...found.values()];
}

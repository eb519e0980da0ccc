import type { Operation } from "../../src/core/operationMetadata.ts";
import { bodyOf } from "./bodies.ts";
import type { Components } from "./components.ts";
import type { RouteMetadata } from "./gather.ts";
import { summaryOf } from "./naming.ts";
import { parametersOf } from "./parameters.ts";
import type { RoutePlace } from "./paths.ts";
import type { ResponseDocuments } from "./responses.ts";
import { responsesOf } from "./responses.ts";
import type { Security } from "./security.ts";
import type {
  ExampleObject,
  Method,
  OperationObject,
  ParameterObject,
  SecurityRequirement,
} from "./types.ts";

/** What all operations of a document share. */
export interface Shared {
  components: Components;
  documents: ResponseDocuments;
  security: Security;
}

/** Methods whose body has no meaning (RFC 9110 section 9.3). */
const bodiless: ReadonlySet<Method> = new Set(["get", "head", "delete", "options"]);

function exampleOf(
  operation: Operation,
  { in: place, name }: ParameterObject,
): { examples?: ParameterObject["examples"] } {
  const all = Object.entries({
    ...(operation.example && { example: operation.example }),
    ...operation.examples,
  });
  const key = place === "header" ? "headers" : place;
  const found = all.flatMap(([label, example]): [string, ExampleObject][] => {
    const values = example[key] ?? {};
    if (!Object.hasOwn(values, name)) return [];
    return [[label, { ...(example.summary && { summary: example.summary }), value: values[name] }]];
  });
  return found.length > 0 ? { examples: Object.fromEntries(found) } : {};
}

/**
 * Documents what one route does under one method.
 *
 * @param known what its chain knows
 * @param place where it is
 * @param method one that it serves
 * @param operationId its name in the document
 * @param tag where its author names none
 */
export function operationOf(
  known: RouteMetadata,
  place: RoutePlace,
  method: Method,
  { operationId, name, tag }: { operationId: string; name: string; tag: string | undefined },
  { components, documents, security }: Shared,
): OperationObject {
  const { operation } = known;
  const tags = operation.tags ?? (tag === undefined ? [] : [tag]);
  const parameters = parametersOf(known, place.variables, components).map(one => ({
    ...one,
    ...(one.in === "path" &&
      one.name === place.greedy &&
      ({ description: "The rest of the path; it may hold slashes", "x-greedy": true } as const)),
    ...exampleOf(operation, one),
  }));
  const requestBody = bodiless.has(method) ? undefined : bodyOf(known, name, components, method);
  return {
    operationId,
    summary: operation.summary ?? summaryOf(known.kind, name),
    ...(operation.description !== undefined && { description: operation.description }),
    ...(tags.length > 0 && { tags: [...tags] }),
    ...(operation.deprecated && { deprecated: true }),
    security: (operation.security as SecurityRequirement[] | undefined) ?? security.of(known.auth),
    ...(parameters.length > 0 && { parameters }),
    ...(requestBody && { requestBody }),
    responses: responsesOf({ known, name, components }, method.toUpperCase(), documents),
  };
}

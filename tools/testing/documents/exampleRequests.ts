import { sample } from "../../../api/openapi/sample.ts";
import type {
  Json,
  Method,
  OpenApiDocument,
  OperationObject,
  ParameterObject,
} from "../../../api/openapi/types.ts";
import { targetOf } from "./documentPaths.ts";

/** A request that a document shows. */
export interface ExampleRequest {
  operationId: string;
  /** The name of the example; none where the document shows none. */
  example: string | undefined;
  method: string;
  /** With its query. */
  path: string;
  headers: Record<string, string>;
  /** As it is to be sent. */
  body?: string;
  /** Whether nobody may send it without signing in. */
  signedIn: boolean;
}

type Named = [name: string | undefined, body?: { type: string; value: unknown }];

/** The examples of an operation by name: of its body, and of its parameters. */
function namesOf({ requestBody, parameters = [] }: OperationObject): Named[] {
  const bodies = Object.entries(requestBody?.content ?? {}).flatMap(
    ([type, { example, examples = {} }]): Named[] => [
      ...(example === undefined ? [] : [[undefined, { type, value: example }] as Named]),
      ...Object.entries(examples).map(([name, { value }]): Named => [name, { type, value }]),
    ],
  );
  const others = new Set(parameters.flatMap(one => Object.keys(one.examples ?? {})));
  for (const [name] of bodies) if (name !== undefined) others.delete(name);
  const all: Named[] = [...bodies, ...[...others].map((name): Named => [name])];
  return all.length > 0 ? all : [[undefined]];
}

function valueFor(
  name: string | undefined,
  document: OpenApiDocument,
): (parameter: ParameterObject) => unknown {
  return ({ examples = {}, required, schema, name: of }) => {
    const documented = examples[name ?? ""] ?? (required ? Object.values(examples)[0] : undefined);
    if (documented !== undefined) return documented.value;
    return required ? sample(schema, document as unknown as Json, of) : undefined;
  };
}

/**
 * The requests that a document shows: one for each example, and one for each operation that has none. What is required and
 * has no example is made from its schema.
 *
 * @param document what `openapi` made
 * @example
 * for (const { method, path, headers, body } of exampleRequests(document)) await fetch(url + path, { method, headers, body });
 */
export function exampleRequests(document: OpenApiDocument): ExampleRequest[] {
  return Object.entries(document.paths).flatMap(([path, item]) =>
    (Object.entries(item) as [Method, OperationObject][]).flatMap(([method, operation]) =>
      namesOf(operation).map(([example, body]): ExampleRequest => {
        const { operationId, parameters = [], security } = operation;
        const valueIn = valueFor(example, document);
        const headers = parameters
          .filter(parameter => parameter.in === "header")
          .map(parameter => [parameter.name, valueIn(parameter)] as const)
          .filter(([, value]) => value !== undefined)
          .map(([name, value]) => [name, String(value)]);
        return {
          operationId,
          example,
          method: method.toUpperCase(),
          path: targetOf(path, parameters, valueIn),
          headers: { ...Object.fromEntries(headers), ...(body && { "content-type": body.type }) },
          ...(body && { body: JSON.stringify(body.value) }),
          signedIn: security.length > 0 && security.every(each => Object.keys(each).length > 0),
        };
      }),
    ),
  );
}

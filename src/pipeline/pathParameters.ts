import { isOurs } from "../core/middleware.ts";
import { definitionOf } from "./explain.ts";

const place = "event.pathParameters.";

/** What a middleware says that it needs when it reads a parameter of the path. */
export const needsParameter = (name: string): string => place + name;

const namesIn = (needs: readonly string[]): string[] =>
  needs.filter(path => path.startsWith(place)).map(path => path.slice(place.length));

/** The path parameters that the chain of a handler reads; none of a handler that is not ours. */
export function pathParametersReadBy(handler: object): string[] {
  const chain = definitionOf(handler)?.chain ?? [];
  return [...new Set(chain.filter(isOurs).flatMap(({ needs }) => namesIn(needs)))];
}

/** The path parameter by which the chain of a handler loads its object, if it loads one. */
export function objectParameterOf(handler: object): string | undefined {
  const chain = definitionOf(handler)?.chain ?? [];
  const loader = chain.filter(isOurs).find(({ adds }) => adds.includes("context.object"));
  return loader && namesIn(loader.needs)[0];
}

import { BadRequest } from "../src/core/errors.ts";
import { defineMiddleware, type HookRequest, type Middleware, type Shape } from "../src/core/middleware.ts";
import { isRecord } from "../src/core/objects.ts";
import { checkOptions } from "../src/core/options.ts";
import { withoutStack } from "../src/core/withoutStack.ts";
import { keepQuery, readQuery } from "../src/http/query.ts";

/** Options of {@link queryParams}: names of parameters. */
export interface QueryParamsOptions<
  Required extends string = string,
  Optional extends string = string,
  RequiredMulti extends string = string,
  OptionalMulti extends string = string,
> {
  /** Must be sent; an empty value counts as sent. */
  required?: readonly Required[];
  /** May be sent. */
  optional?: readonly Optional[];
  /** Must be sent at least once; all values are kept. */
  requiredMulti?: readonly RequiredMulti[];
  /** May be sent, any number of times; all values are kept. */
  optionalMulti?: readonly OptionalMulti[];
}

/** What {@link queryParams} leaves on the event. */
export interface QueryParamsShape<
  Required extends string,
  Optional extends string,
  RequiredMulti extends string,
  OptionalMulti extends string,
> {
  event: {
    queryStringParameters: { [K in Required]: string } & { [K in Optional]?: string };
    multiValueQueryStringParameters: { [K in RequiredMulti]: string[] } & { [K in OptionalMulti]?: string[] };
  };
  takes: {
    query: { [K in Required]: string } & { [K in Optional]?: string } & {
      [K in RequiredMulti]: string | readonly string[];
    } & { [K in OptionalMulti]?: string | readonly string[] };
  };
}

/**
 * Keeps exactly the listed parameters of the query string, decoded alike on every event source. Of a single parameter
 * that is sent repeatedly the last value counts.
 *
 * @param options the names: `required` and `optional` go to `event.queryStringParameters` as strings, `requiredMulti`
 * and `optionalMulti` to `event.multiValueQueryStringParameters` as lists of strings
 * @returns a middleware that adds both
 * @throws TypeError when an option is unknown or of the wrong type. A request gets BadRequest (400)
 * `Missing key(s): …`, in declared order
 * @example
 * pipeline([queryParams({ required: ["age"], optionalMulti: ["tag"] })], event => [
 *   event.queryStringParameters.age,
 *   event.multiValueQueryStringParameters.tag ?? [],
 * ]);
 */
export function queryParams<
  const Required extends string = never,
  const Optional extends string = never,
  const RequiredMulti extends string = never,
  const OptionalMulti extends string = never,
>(
  options: QueryParamsOptions<Required, Optional, RequiredMulti, OptionalMulti> = {},
): Middleware<Shape, QueryParamsShape<Required, Optional, RequiredMulti, OptionalMulti>> {
  checkOptions("queryParams", options, {
    required: "names",
    optional: "names",
    requiredMulti: "names",
    optionalMulti: "names",
  });
  const { required = [], optional = [], requiredMulti = [], optionalMulti = [] } = options;
  const needed: readonly string[] = [...new Set<string>([...required, ...requiredMulti])];
  const singles: readonly string[] = [...required, ...optional];
  const lists: readonly string[] = [...requiredMulti, ...optionalMulti];

  function narrow(
    query: Record<string, string[]>,
  ): QueryParamsShape<Required, Optional, RequiredMulti, OptionalMulti>["event"] {
    const missing = needed.filter(name => query[name] === undefined);
    if (missing.length > 0) throw withoutStack(() => new BadRequest(`Missing key(s): ${missing.join(", ")}`));
    const single: Record<string, string | undefined> = {};
    for (const name of singles) if (query[name] !== undefined) single[name] = query[name].at(-1);
    const multi: Record<string, string[]> = {};
    for (const name of lists) if (query[name] !== undefined) multi[name] = query[name];
    return {
      queryStringParameters: single,
      multiValueQueryStringParameters: multi,
    } as QueryParamsShape<Required, Optional, RequiredMulti, OptionalMulti>["event"];
  }

  return defineMiddleware<Shape, QueryParamsShape<Required, Optional, RequiredMulti, OptionalMulti>>({
    name: "queryParams",
    adds: ["event.queryStringParameters", "event.multiValueQueryStringParameters"],
    openapi: () => ({
      parameters: [...new Set([...singles, ...lists])].map(name => ({
        in: "query",
        name,
        required: needed.includes(name),
        ...(lists.includes(name) && { list: "repeat" }),
      })),
      errors: needed.length > 0 ? [400] : [],
    }),
    before: function queryParamsBefore(
      request: HookRequest<QueryParamsShape<Required, Optional, RequiredMulti, OptionalMulti>["event"]>,
    ): void {
      const query = readQuery(request.event);
      const narrowed = narrow(query);
      if (isRecord(request.event)) {
        keepQuery(request.event, query);
        Object.assign(request.event, narrowed);
      } else {
        request.event = narrowed;
      }
    },
  });
}

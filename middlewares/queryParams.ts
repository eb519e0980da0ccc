import { BadRequest } from "../src/core/errors.ts";
import { defineMiddleware, type HookRequest, type Middleware, type Shape } from "../src/core/middleware.ts";
import { isRecord } from "../src/core/objects.ts";
import { checkOptions } from "../src/core/options.ts";
import { withoutStack } from "../src/core/withoutStack.ts";
import { keepQuery, readQuery } from "../src/http/query.ts";

/** Options of {@link queryParams}: names of parameters. */
export interface QueryParamsOptions<
  R extends string = string,
  O extends string = string,
  RM extends string = string,
  OM extends string = string,
> {
  /** Must be sent; an empty value counts as sent. */
  required?: readonly R[];
  /** May be sent. */
  optional?: readonly O[];
  /** Must be sent at least once; all values are kept. */
  requiredMulti?: readonly RM[];
  /** May be sent, any number of times; all values are kept. */
  optionalMulti?: readonly OM[];
}

/** What {@link queryParams} leaves on the event. */
export interface QueryParamsShape<R extends string, O extends string, RM extends string, OM extends string> {
  event: {
    queryStringParameters: { [K in R]: string } & { [K in O]?: string };
    multiValueQueryStringParameters: { [K in RM]: string[] } & { [K in OM]?: string[] };
  };
  takes: {
    query: { [K in R]: string } & { [K in O]?: string } & {
      [K in RM]: string | readonly string[];
    } & { [K in OM]?: string | readonly string[] };
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
  const R extends string = never,
  const O extends string = never,
  const RM extends string = never,
  const OM extends string = never,
>(options: QueryParamsOptions<R, O, RM, OM> = {}): Middleware<Shape, QueryParamsShape<R, O, RM, OM>> {
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

  function narrow(query: Record<string, string[]>): QueryParamsShape<R, O, RM, OM>["event"] {
    const missing = needed.filter(name => query[name] === undefined);
    if (missing.length > 0) throw withoutStack(() => new BadRequest(`Missing key(s): ${missing.join(", ")}`));
    const single: Record<string, string | undefined> = {};
    for (const name of singles) if (query[name] !== undefined) single[name] = query[name].at(-1);
    const multi: Record<string, string[]> = {};
    for (const name of lists) if (query[name] !== undefined) multi[name] = query[name];
    return {
      queryStringParameters: single,
      multiValueQueryStringParameters: multi,
    } as QueryParamsShape<R, O, RM, OM>["event"];
  }

  return defineMiddleware<Shape, QueryParamsShape<R, O, RM, OM>>({
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
    before: function queryParamsBefore(request: HookRequest<QueryParamsShape<R, O, RM, OM>["event"]>): void {
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

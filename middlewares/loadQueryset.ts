import { defineMiddleware, type HookRequest, type Middleware } from "../src/core/middleware.ts";
import type { OperationMetadata } from "../src/core/operationMetadata.ts";
import { checkArgument, checkOptions, type OptionTable } from "../src/core/options.ts";
import { sentQuery } from "../src/http/query.ts";
import { serializeHookOf } from "../src/http/responseState.ts";
import { dateFormatOf, fieldsOfModel } from "../src/models/fields/fields.ts";
import { completed } from "../src/models/query/completed.ts";
import { type FiltersOption, readFilters } from "../src/models/query/filters.ts";
import { pagingNames } from "../src/models/query/paging.ts";
import { type Allowed, type Asked, readListQuery } from "../src/models/query/queryParameters.ts";
import { boundTo } from "../src/models/query/relating.ts";
import {
  type AnyScope,
  type NeedsOfScope,
  scopePaths,
  type UntypedScope,
  withScope,
} from "../src/models/query/scope.ts";
import { maxSearch } from "../src/models/query/where.ts";
import type { FullQueryset, Model, OrderKey, RelatedModel, Where } from "../src/models/types.ts";
import { serializerOf } from "../src/serializers/hookSerializer.ts";
import { checkNamedFields } from "../src/serializers/namedFields.ts";
import { type Shows, shownFields } from "../src/serializers/shownFields.ts";
import { toSerializer } from "../src/serializers/toSerializer.ts";
import type { AnySerializer } from "./serialize.ts";

/** Options of {@link loadQueryset}. */
export interface LoadQuerysetOptions<T, Scope> {
  /** The objects that this request may reach: a queryset, an array, or a promise of either. @default all */
  queryset?: Scope;
  /**
   * Fields to filter by: `?age=18`, `?age[gte]=18`, `?role=admin,editor`. With their kinds where the model does not know
   * them, `{ age: "integer" }`, or with their operators, `{ token: ["eq"] }`; `true` stands for neither. Without operators of
   * its own a field that does not go out is compared for equality alone: `eq`, `ne`, `in`, `notIn`, `isNull`.
   * @default none
   */
  filters?: FiltersOption<T>;
  /**
   * Lets filters stand in alternatives of which one must hold, ten at most: `?or[0][status]=open&or[1][priority][gte]=3`.
   * @default false
   */
  or?: boolean;
  /** Fields to order by: `?order=-createdAt,name`. @default none */
  ordering?: readonly (keyof T & string)[];
  /** Text fields that `?q=` looks into. @default none */
  search?: readonly (keyof T & string)[];
  /**
   * How many characters a text may have that is searched for, by `?q=` or by `contains`: what a search costs grows with it.
   * 1000 at most. @default 100
   */
  maxSearch?: number;
  /** Further parameters to let through, which something else reads. @default none */
  allow?: readonly string[];
  /**
   * What goes out of the objects, where something else than the chain's `serialize` lets it out. A function shows no field as
   * it is.
   * @default the serializer of the chain; where there is none the objects themselves go out
   */
  serializer?: AnySerializer<T>;
}

/** The options of {@link loadQueryset}, which lists have too. */
export const querysetKinds: OptionTable<LoadQuerysetOptions<never, never>> = {
  queryset: "function",
  filters: ["names", "object"],
  or: "boolean",
  ordering: "names",
  search: "names",
  maxSearch: "count",
  allow: "names",
  serializer: "any",
};

function allowedOf(options: LoadQuerysetOptions<never, never>, model: RelatedModel): Allowed {
  const {
    filters = [],
    or = false,
    ordering = [],
    search = [],
    maxSearch: longest = 100,
    allow = [],
  } = options;
  if (longest < 1 || longest > maxSearch) {
    throw new TypeError(`loadQueryset: option "maxSearch" must be from 1 to ${maxSearch}`);
  }
  const read = readFilters("loadQueryset", filters, model);
  for (const name of pagingNames) {
    if (read.has(name)) throw new TypeError(`loadQueryset: option "filters" can't name "${name}"`);
  }
  if (or && read.has("or")) {
    throw new TypeError('loadQueryset: option "filters" can\'t name "or" beside option "or"');
  }
  if (or && read.size === 0) throw new TypeError('loadQueryset: option "or" needs option "filters"');
  return {
    filters: read,
    or,
    ordering: new Set(ordering),
    search: search.length > 0,
    maxSearch: longest,
    ignored: new Set([...pagingNames, ...allow]),
  };
}

/**
 * Narrows the model's objects by the query string and puts them, still to be read, on `context.queryset`.
 *
 * Only what is listed may be asked for, everything else is refused: an unknown parameter never gives more than was
 * meant. `?role=admin,editor` and `?role=admin&role=editor` mean one of the two, `?name[eq]=Smith, Ann` takes its comma
 * to the letter. `limit`, `offset` and `cursor` are left to what reads the page. Which fields go out is what the serializer of
 * the pipeline says; in a plain `middy()` stack say it by `serializer`.
 *
 * @param model where the objects live
 * @param options which objects, and what they may be narrowed by
 * @returns a middleware that adds `context.queryset`; it answers 400 naming the parameter that is unknown or malformed
 * @throws TypeError on a wrong option
 * @example
 * loadQueryset(Users, { filters: ["age", "role"], ordering: ["createdAt"], search: ["name"] });
 */
export function loadQueryset<T, Scope extends AnyScope<T>>(
  model: Model<T>,
  options?: LoadQuerysetOptions<NoInfer<T>, Scope>,
): Middleware<{ context: NeedsOfScope<Scope, T> }, { context: { queryset: FullQueryset<T> } }>;
export function loadQueryset<T, Scope extends UntypedScope<T>>(
  model: Model<T>,
  options: LoadQuerysetOptions<NoInfer<T>, Scope>,
): Middleware<{ context: NeedsOfScope<Scope, T> }, { context: { queryset: FullQueryset<T> } }>;
export function loadQueryset<T, Scope extends AnyScope<T>>(
  model: Model<T>,
  options: LoadQuerysetOptions<NoInfer<T>, Scope> = {},
): Middleware<{ context: NeedsOfScope<Scope, T> }, { context: { queryset: FullQueryset<T> } }> {
  checkArgument("loadQueryset", "model", model ?? null, "model");
  checkOptions("loadQueryset", options, querysetKinds);
  const { queryset: scope, search = [], serializer } = options;
  const allowed = allowedOf(options as LoadQuerysetOptions<never, never>, model as never);
  if (serializer !== undefined) toSerializer(serializer as never);
  checkNamedFields("loadQueryset", model, {
    filters: [...allowed.filters].flatMap(([name, { path }]) => (path === undefined ? [name] : [])),
    ordering: options.ordering,
    search,
    serializer,
  });
  const ownShows = serializer === undefined ? undefined : shownFields(serializer);

  function narrow(objects: FullQueryset<T>, { where, order, text }: Asked): FullQueryset<T> {
    let queryset = objects;
    for (const condition of where) queryset = queryset.filter(condition as Where<T>);
    if (text !== undefined && text !== "") queryset = queryset.search(text, search);
    return order.length > 0 ? queryset.orderBy(...(order as OrderKey<T>[])) : queryset;
  }
  function openapi(): OperationMetadata {
    const { ordering = [], allow = [] } = options;
    return {
      narrows: {
        model,
        filters: Object.fromEntries(allowed.filters),
        or: allowed.or,
        ordering,
        search,
        maxSearch: allowed.maxSearch,
        ...(ownShows && { shows: ownShows }),
      },
      reaches: { model, queryset: scope },
      parameters: allow.map(name => ({ in: "query", name })),
      errors: [400],
    };
  }
  function showsIn(request: HookRequest): Shows {
    return ownShows ?? shownFields(serializerOf(serializeHookOf(request)));
  }
  function loadQuerysetBefore(request: HookRequest): unknown {
    const fields = allowed.filters.size > 0 ? fieldsOfModel(model) : undefined;
    const asked = readListQuery(sentQuery(request.event), allowed, {
      fields,
      dates: (field, path) =>
        path === undefined ? dateFormatOf(model, field) : dateFormatOf(path.model, path.name),
      shows: showsIn(request),
    });
    return withScope(model, scope, request, objects => {
      (request.context as { queryset?: FullQueryset<T> }).queryset = narrow(
        boundTo(completed(objects, model), request),
        asked,
      );
    });
  }
  return defineMiddleware<{ context: NeedsOfScope<Scope, T> }, { context: { queryset: FullQueryset<T> } }>({
    name: "loadQueryset",
    needs: ["event.queryStringParameters", ...scopePaths(scope)],
    adds: ["context.queryset"],
    openapi,
    before: loadQuerysetBefore,
  });
}

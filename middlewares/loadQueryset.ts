import type { Facts } from "../src/facts.ts";
import { readQuery } from "../src/http/query.ts";
import { defineMiddleware, type HookRequest, type Middleware } from "../src/middleware.ts";
import { checkKind } from "../src/models/checkValue.ts";
import { fieldsOfModel } from "../src/models/fields.ts";
import { type Allowed, type Asked, readListQuery } from "../src/models/queryParameters.ts";
import {
  type AnyScope,
  type LooseScope,
  type NeedsOfScope,
  scopePaths,
  withScope,
} from "../src/models/scope.ts";
import type { FieldKind, Model, OrderKey, Queryset, Where } from "../src/models/types.ts";
import { checkArgument, checkOptions } from "../src/options.ts";

/** Options of {@link loadQueryset}. */
export interface LoadQuerysetOptions<T, Q> {
  /** The objects that this request may reach: a queryset, an array, or a promise of either. @default all */
  queryset?: Q;
  /**
   * Fields to filter by: `?age=18`, `?age[gte]=18`, `?role=admin,editor`. With their kinds where the model does not know
   * them: `{ age: "integer" }`. @default none
   */
  filters?: readonly (keyof T & string)[] | { readonly [K in keyof T & string]?: FieldKind };
  /** Fields to order by: `?order=-createdAt,name`. @default none */
  ordering?: readonly (keyof T & string)[];
  /** Text fields that `?q=` looks into. @default none */
  search?: readonly (keyof T & string)[];
  /** Further parameters to let through, which something else reads. @default none */
  allow?: readonly string[];
}

const paging = ["limit", "offset", "cursor"];

function allowedOf(options: LoadQuerysetOptions<never, never>): Allowed {
  const { filters = [], ordering = [], search = [], allow = [] } = options;
  const entries: [string, FieldKind | undefined][] = Array.isArray(filters)
    ? filters.map((name: string) => [name, undefined])
    : Object.entries(filters as Record<string, FieldKind>);
  for (const [name, kind] of entries) {
    if (paging.includes(name)) throw new TypeError(`loadQueryset: option "filters" can't name "${name}"`);
    if (kind !== undefined) checkKind("loadQueryset", name, kind);
  }
  return {
    filters: new Map(entries),
    ordering: new Set(ordering),
    search: search.length > 0,
    ignored: new Set([...paging, ...allow]),
  };
}

/**
 * Narrows the model's objects by the query string and puts them, still to be read, on `context.queryset`.
 *
 * Only what is listed may be asked for, everything else is refused: an unknown parameter never gives more than was
 * meant. `?role=admin,editor` and `?role=admin&role=editor` mean one of the two, `?name[eq]=Smith, Ann` takes its comma
 * to the letter. `limit`, `offset` and `cursor` are left to what reads the page.
 *
 * @param model where the objects live
 * @param options which objects, and what they may be narrowed by
 * @returns a middleware that adds `context.queryset`; it answers 400 naming the parameter that is unknown or malformed
 * @throws TypeError on a wrong option
 * @example
 * loadQueryset(Users, { filters: ["age", "role"], ordering: ["createdAt"], search: ["name"] });
 */
export function loadQueryset<T, Q extends AnyScope<T>>(
  model: Model<T>,
  options?: LoadQuerysetOptions<NoInfer<T>, Q>,
): Middleware<{ context: NeedsOfScope<Q, T> }, { context: { queryset: Queryset<T> } }>;
export function loadQueryset<T, Q extends LooseScope<T>>(
  model: Model<T>,
  options: LoadQuerysetOptions<NoInfer<T>, Q>,
): Middleware<{ context: NeedsOfScope<Q, T> }, { context: { queryset: Queryset<T> } }>;
export function loadQueryset<T, Q extends AnyScope<T>>(
  model: Model<T>,
  options: LoadQuerysetOptions<NoInfer<T>, Q> = {},
): Middleware<{ context: NeedsOfScope<Q, T> }, { context: { queryset: Queryset<T> } }> {
  checkArgument("loadQueryset", "model", model ?? null, "model");
  checkOptions("loadQueryset", options, {
    queryset: "function",
    filters: ["names", "object"],
    ordering: "names",
    search: "names",
    allow: "names",
  });
  const { queryset: scope, search = [] } = options;
  const allowed = allowedOf(options as LoadQuerysetOptions<never, never>);

  function narrow(objects: Queryset<T>, { where, order, text }: Asked): Queryset<T> {
    let queryset = objects;
    for (const condition of where) queryset = queryset.filter(condition as Where<T>);
    if (text !== undefined && text !== "") queryset = queryset.search(text, search);
    return order.length > 0 ? queryset.orderBy(...(order as OrderKey<T>[])) : queryset;
  }
  function facts(): Facts {
    const { ordering = [], allow = [] } = options;
    return {
      narrows: { model, filters: Object.fromEntries(allowed.filters), ordering, search },
      parameters: allow.map(name => ({ in: "query", name })),
      errors: [400],
    };
  }
  function loadQuerysetBefore(request: HookRequest): unknown {
    const fields = allowed.filters.size > 0 ? fieldsOfModel(model) : undefined;
    const asked = readListQuery(readQuery(request.event), allowed, fields);
    return withScope(model, scope, request, objects => {
      (request.context as { queryset?: Queryset<T> }).queryset = narrow(objects, asked);
    });
  }
  return defineMiddleware<{ context: NeedsOfScope<Q, T> }, { context: { queryset: Queryset<T> } }>({
    name: "loadQueryset",
    needs: ["event.queryStringParameters", ...scopePaths(scope)],
    adds: ["context.queryset"],
    facts,
    before: loadQuerysetBefore,
  });
}

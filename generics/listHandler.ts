import { loadQueryset } from "../middlewares/loadQueryset.ts";
import { BadRequest } from "../src/errors.ts";
import { type Paging, readPaging } from "../src/http/paging.ts";
import { readPath } from "../src/http/path.ts";
import { readQuery } from "../src/http/query.ts";
import { isRaw, reply, willReply } from "../src/http/reply.ts";
import { isAnswer } from "../src/http/result.ts";
import { type AnyMiddleware, defineMiddleware, type HookRequest } from "../src/middleware.ts";
import { asQueryset } from "../src/models/asQueryset.ts";
import type { FieldKind, Model, Page, Queryset } from "../src/models/types.ts";
import { assemble, type LambdaHandler } from "../src/pipeline/pipeline.ts";
import { serializeAll } from "../src/serializers/toSerializer.ts";
import { checkGeneric, frame, type LooseOptions } from "./parts/frame.ts";
import { requireSerializer, whenSettled } from "./parts/representation.ts";
import type {
  AuthOption,
  Begin,
  ModelOptions,
  RequestBehind,
  ScopeResult,
  UnknownUser,
  UserOf,
} from "./parts/types.ts";

export interface ListOptions<T, W, M extends readonly AnyMiddleware[]>
  extends ModelOptions<T, M, Begin<W, unknown, { queryset: Queryset<T> }>> {
  /** The objects that this request may see. @default all of them */
  queryset?: (event: Begin<W>["event"], context: Begin<W>["context"]) => ScopeResult<T>;
  /** Fields to filter by: `?age=18`, `?age[gte]=18`; with their kinds where the model does not know them. @default none */
  filters?: readonly (keyof T & string)[] | { readonly [K in keyof T & string]?: FieldKind };
  /** Fields to order by: `?order=-createdAt`. @default none */
  ordering?: readonly (keyof T & string)[];
  /** Text fields that `?q=` looks into. @default none */
  search?: readonly (keyof T & string)[];
  /** Further query parameters to let through, for a step of your own. @default none */
  allow?: readonly string[];
  /** How many objects a page has when the request does not say. @default 50 */
  limit?: number;
  /** How many it has at most; a larger `?limit` is capped. @default 100 */
  maxLimit?: number;
  /**
   * Gives the objects: a queryset, a list in the order that it shall have, or a page.
   * @default queryset => queryset
   */
  list?: (
    queryset: Queryset<T>,
    request: RequestBehind<M, Begin<W, unknown, { queryset: Queryset<T> }>>,
  ) => ScopeResult<T> | Page<T> | Promise<Page<T>>;
}

/** What leads to the page that follows. */
type Next = ["offset" | "cursor", string] | undefined;

/** A page of objects. It is a class so that a middleware's early reply is not taken for one. */
class Listed {
  readonly items: readonly unknown[];
  readonly next: Next;

  constructor(items: readonly unknown[], next: Next) {
    this.items = items;
    this.next = next;
  }
}

const isPage = (value: unknown): value is Page<unknown> =>
  Array.isArray((value as Page<unknown> | null)?.items);

/** A list that a step gave keeps its order, so that its pages are counted. */
function pageOfList(items: readonly unknown[], { limit, offset = 0, cursor }: Paging): Listed {
  if (cursor !== undefined) throw new BadRequest("This list takes offset and no cursor", { field: "cursor" });
  const end = offset + limit;
  return new Listed(items.slice(offset, end), end < items.length ? ["offset", String(end)] : undefined);
}

function pageOf({ items, nextCursor }: Page<unknown>, { offset }: Paging): Listed {
  if (nextCursor === undefined) return new Listed(items, undefined);
  const next: Next =
    offset === undefined ? ["cursor", nextCursor] : ["offset", String(offset + items.length)];
  return new Listed(items, next);
}

/** The same request for the page that follows (RFC 8288): by offset where that was asked for, else by cursor. */
function linkToNext(event: unknown, next: Next): Record<string, string> | undefined {
  if (next === undefined) return undefined;
  const query = new URLSearchParams();
  for (const [name, values] of Object.entries(readQuery(event))) {
    if (name === "cursor" || name === "offset") continue;
    for (const value of values) query.append(name, value);
  }
  query.append(...next);
  return { Link: `<${readPath(event)}?${query}>; rel="next"` };
}

function limitsOf({ limit = 50, maxLimit = 100 }: { limit?: number; maxLimit?: number }): {
  limit: number;
  maxLimit: number;
} {
  if (limit < 1) throw new TypeError('listHandler: option "limit" must be at least 1');
  if (maxLimit < 1) throw new TypeError('listHandler: option "maxLimit" must be at least 1');
  return { limit, maxLimit };
}

/**
 * Makes a handler that answers with a list: `GET /users`.
 *
 * It answers 200 with an array of serialized objects and `Link: <…>; rel="next"` while there are more. The query string
 * takes `limit` with `offset` or `cursor`, and what `filters`, `ordering` and `search` allow; anything else is 400.
 *
 * @param model where the objects are
 * @param options what goes out (`serializer` is required), which objects, what a request may ask for
 * @returns a Lambda handler for every HTTP event source
 * @throws TypeError when an argument is not what it should be
 * @example
 * export const handler = listHandler(Users, { serializer: pick("id", "email"), filters: ["age"], ordering: ["email"] });
 */
export function listHandler<
  T,
  U = UnknownUser,
  const Opt extends boolean = false,
  const M extends readonly AnyMiddleware[] = [],
>(model: Model<T>, options: ListOptions<T, UserOf<U, Opt>, M> & AuthOption<U, Opt>): LambdaHandler {
  checkGeneric("listHandler", model, options, {
    serializer: "any",
    queryset: "function",
    filters: ["names", "object"],
    ordering: "names",
    search: "names",
    allow: "names",
    limit: "count",
    maxLimit: "count",
    list: "function",
  });
  const loose = (options ?? {}) as unknown as LooseOptions & ListOptions<T, undefined, []>;
  const { queryset, filters, ordering, search, allow, status } = loose;
  const limits = limitsOf(loose);
  const serialize = requireSerializer("listHandler", loose.serializer);
  const list = (loose.list ?? ((all: Queryset<T>) => all)) as (all: Queryset<T>, request: unknown) => unknown;

  async function listObjects(event: unknown, context: object): Promise<unknown> {
    const paging = readPaging(readQuery(event), limits);
    const given = await list((context as { queryset: Queryset<T> }).queryset, { event, context });
    if (isAnswer(given)) return given;
    if (Array.isArray(given)) return pageOfList(given, paging);
    return pageOf(isPage(given) ? given : await asQueryset(given as Queryset<T>, model).page(paging), paging);
  }

  function listAfter(request: HookRequest): void | Promise<void> {
    if (isRaw(request)) return undefined;
    const { response, event, context } = request;
    const listed = response instanceof Listed ? response : undefined;
    const items = listed?.items ?? response;
    if (!Array.isArray(items)) return reply(request, items);
    const headers = linkToNext(event, listed?.next);
    const output = serializeAll(serialize, items, { event, context });
    return whenSettled(output, settled => reply(request, settled, { status, headers }));
  }
  const answer = defineMiddleware({ name: "serialize", before: willReply, after: listAfter });
  const load = [loadQueryset(model, { queryset, filters, ordering, search, allow } as never)];
  return assemble(frame(loose, { answer, load }), listObjects);
}

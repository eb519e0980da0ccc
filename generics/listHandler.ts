import { sparseOf } from "#sparse";
import { loadQueryset, querysetKinds } from "../middlewares/loadQueryset.ts";
import { mapMaybePromise } from "../src/core/maybePromise.ts";
import type { AnyMiddleware, HookRequest } from "../src/core/middleware.ts";
import type { OptionsOf } from "../src/core/options.ts";
import { sentQuery } from "../src/http/query.ts";
import { isResponse } from "../src/http/ready.ts";
import type { HttpEvent, HttpResult } from "../src/http/types.ts";
import { writeResponse } from "../src/http/writeResponse.ts";
import { asQueryset } from "../src/models/query/asQueryset.ts";
import type { FiltersOption } from "../src/models/query/filters.ts";
import { readCount, readPaging } from "../src/models/query/paging.ts";
import type { FullQueryset, Model, Page, Queryset } from "../src/models/types.ts";
import { assemble, type LambdaHandler } from "../src/pipeline/pipeline.ts";
import { checkNamedFields } from "../src/serializers/namedFields.ts";
import { serializeData } from "../src/serializers/serializeData.ts";
import { shownFields } from "../src/serializers/shownFields.ts";
import { buildChain, checkGeneric } from "./parts/buildChain.ts";
import { askedDeleted, checkSoftDelete, type DeletedOption, deletedParameter } from "./parts/deleted.ts";
import { ending } from "./parts/ending.ts";
import type { ListEndpoint, StrictOptions } from "./parts/endpoint.ts";
import { Exported, type FormatsOption, formatMetadata, formatsOf } from "./parts/formats.ts";
import type { IncludeOption } from "./parts/including.ts";
import { commonKinds, type GenericTable } from "./parts/kinds.ts";
import { allowedBy, checkFilters, limitsOf, namesOf, ownNames } from "./parts/listing.ts";
import { type BasePathOption, checkBasePath } from "./parts/location.ts";
import { chosenBy, requireOutput } from "./parts/output.ts";
import { headersOf, isPage, Listed, linksOf, pageOf, pageOfList, pagingMetadata } from "./parts/page.ts";
import { belowParent } from "./parts/parent.ts";
import type { CallerOf, ParentOption, ResolvedParentOptions } from "./parts/parentTypes.ts";
import type { SparseOption } from "./parts/sparse.ts";
import type {
  AuthOption,
  Begin,
  ModelOptions,
  RequestBehind,
  ScopeResult,
  SerializerRequired,
  UnknownUser,
} from "./parts/types.ts";

export interface ListOptions<T, Caller, Use extends readonly AnyMiddleware[]>
  extends ModelOptions<T, Use, Begin<Caller, unknown, { queryset: FullQueryset<T> }>>,
    BasePathOption,
    SparseOption,
    IncludeOption<T>,
    DeletedOption,
    FormatsOption {
  /** The objects that this request may see. @default all of them */
  queryset?: (event: HttpEvent, context: Begin<Caller>["context"]) => ScopeResult<T>;
  /**
   * Fields to filter by: `?age=18`, `?age[gte]=18`; with their kinds where the model does not know them, `{ age: "integer" }`, or
   * with their operators, `{ token: ["eq"] }`; `true` stands for neither. Without operators of its own a field that the
   * serializer does not let out as it is (a function declares none) is compared for equality alone: `eq`, `ne`, `in`, `notIn`, `isNull`.
   * @default none
   */
  filters?: FiltersOption<T>;
  /**
   * Lets filters stand in alternatives of which one must hold, ten at most: `?or[0][status]=open&or[1][priority][gte]=3`.
   * @default false
   */
  or?: boolean;
  /** Fields to order by: `?order=-createdAt`. @default none */
  ordering?: readonly (keyof T & string)[];
  /** Text fields that `?q=` looks into. @default none */
  search?: readonly (keyof T & string)[];
  /** How many characters a text may have that `?q=` or `contains` searches for; 1000 at most. @default 100 */
  maxSearch?: number;
  /** Further query parameters to let through, for a step of your own. @default none */
  allow?: readonly string[];
  /** How many objects a page has when the request does not say. @default 50 */
  limit?: number;
  /** How many it has at most; a larger `?limit` is capped. @default 100 */
  maxLimit?: number;
  /** Lets `?count=true` ask how many objects there are on all pages: the header `Total-Count`. @default false */
  count?: boolean;
  /**
   * Answers `{ items, next, total }` instead of an array: `next` is where the next page is, or null; `total` is there
   * when `?count=true` asks for it.
   * @default false
   */
  envelope?: boolean;
  /**
   * Gives the objects: a queryset, a list in the order that it shall have, or a page (with `total`, if that is to
   * go out).
   * @default queryset => queryset
   */
  list?: (
    queryset: FullQueryset<T>,
    request: RequestBehind<Use, Begin<Caller, unknown, { queryset: FullQueryset<T> }>>,
  ) => ScopeResult<T> | Page<T> | Promise<Page<T>>;
}

type ResolvedList<T> = ResolvedParentOptions &
  Omit<ListOptions<T, undefined, []>, "list"> & {
    list?: (objects: FullQueryset<T>, request: unknown) => unknown;
  };

/** The options of {@link listHandler}. */
export const listKinds: GenericTable<OptionsOf<typeof listHandler>> = {
  ...commonKinds,
  ...querysetKinds,
  limit: "count",
  maxLimit: "count",
  count: "boolean",
  envelope: "boolean",
  formats: "names",
  formatParam: "boolean",
  fields: "boolean",
  include: "names",
  deleted: "boolean",
  list: "function",
  basePath: "string",
};

/**
 * Makes a handler that answers with a list: `GET /users`.
 *
 * It answers 200 with an array of serialized objects, and a `Link` header (RFC 8288) when there are other pages: `next`
 * while there are more, `first`, and `prev` where offsets are used. The query string takes `limit` with `offset` or
 * `cursor`, and what `filters`, `ordering`, `search` and `count` allow; anything else is 400.
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
  User = UnknownUser,
  const MaybeUser extends boolean = false,
  Parent = never,
  Above = never,
  Top = never,
  const Use extends readonly AnyMiddleware[] = [],
  const Options = object,
>(
  model: Model<T>,
  options: StrictOptions<
    ListOptions<T, CallerOf<User, MaybeUser, Parent, Above, Top>, Use> &
      AuthOption<User, MaybeUser> &
      ParentOption<T, User, MaybeUser, Parent, Above, Top> &
      SerializerRequired,
    Options
  >,
): LambdaHandler<HttpResult, ListEndpoint<T, Options>> {
  const resolved = checkGeneric<ResolvedList<T>>("listHandler", model, options, listKinds);
  const basePath = checkBasePath("listHandler", resolved.basePath);
  const below = belowParent("listHandler", model, resolved, false);
  const { filters, or, ordering, search, maxSearch, allow = [], envelope = false, status } = resolved;
  const { list = all => all } = resolved;
  const limits = limitsOf(resolved);
  const { count: mayCount = false, fields, include, deleted: mayShowDeleted = false } = resolved;
  const asking = { count: mayCount, fields, include, deleted: mayShowDeleted };
  checkFilters(namesOf(filters), asking);
  if (mayShowDeleted) checkSoftDelete("listHandler", model);
  checkNamedFields("listHandler", model, {
    filters: ownNames(model, filters),
    ordering,
    search,
  });
  const output = requireOutput("listHandler", resolved, model);
  const shows = shownFields(resolved.serializer);
  const sparse = sparseOf("listHandler", resolved, model, output.serialize);
  const chosenFor = chosenBy(output, sparse);
  const formats = formatsOf(resolved, model, output.serialize, namesOf(filters));

  async function listObjects(event: unknown, context: object): Promise<unknown> {
    const query = sentQuery(event);
    // What can't go out is not read.
    chosenFor(event);
    const { queryset: found } = context as { queryset: FullQueryset<T> };
    const objects = mayShowDeleted ? askedDeleted(query, found) : found;
    if (formats !== undefined) {
      const listed = (): unknown => list(objects, { event, context });
      const whole = await formats.open(event, listed, () => mayCount && readCount(query));
      if (whole !== undefined) return whole;
    }
    const paging = readPaging(query, limits);
    const counted = mayCount && readCount(query);
    const given = await list(objects, { event, context });
    if (isResponse(given)) return given;
    if (Array.isArray(given)) return pageOfList(given, paging, counted);
    if (isPage(given)) return pageOf(given, paging, counted ? given.total : undefined);
    const queryset = asQueryset(given as Queryset<T>, model);
    const asked = { ...paging, shows };
    if (!counted) return pageOf(await queryset.page(asked), paging, undefined);
    const [page, total] = await Promise.all([queryset.page(asked), queryset.count()]);
    return pageOf(page, paging, total);
  }

  function send(given: unknown, request: HookRequest): void | Promise<void> {
    const narrowed = chosenFor(request.event);
    if (given instanceof Exported) return formats?.send(given, request, status, narrowed);
    const listed = given instanceof Listed ? given : undefined;
    const links = listed && linksOf(request.event, listed, basePath);
    const total = listed?.total;
    const headers = headersOf(links, total, formats?.headers);
    const shown = serializeData(narrowed ?? output.serialize, listed?.items ?? given, request);
    return mapMaybePromise(shown, settled => {
      const rest = total === undefined ? {} : { total };
      const body = envelope ? { items: settled, next: links?.next ?? null, ...rest } : settled;
      return writeResponse(request, body, { status, headers });
    });
  }
  const end = ending({
    openapi: () => ({
      kind: { verb: "list", model },
      parameters: [
        ...pagingMetadata(limits, mayCount),
        ...(sparse ? [sparse.metadata] : []),
        ...(mayShowDeleted ? [deletedParameter] : []),
        ...formatMetadata(resolved),
      ],
      responses: [
        {
          status: status ?? 200,
          headers: {
            Link: "Where the other pages are (RFC 8288)",
            ...(mayCount && { "Total-Count": "How many there are" }),
          },
          content: { model, serializer: resolved.serializer, include: resolved.include },
          list: envelope ? "envelope" : true,
          formats: resolved.formats,
          sparse: sparse !== undefined,
        },
      ],
      errors: formats === undefined ? [400] : [400, 406],
    }),
    send,
  });
  const load = [
    ...output.checks,
    ...below.load,
    loadQueryset(model, {
      queryset: below.queryset,
      filters,
      or,
      ordering,
      search,
      maxSearch,
      allow: allowedBy(allow, { ...asking, format: resolved.formatParam }),
      serializer: resolved.serializer,
    } as never),
  ];
  return assemble(buildChain(resolved, { ending: end, load }), listObjects);
}

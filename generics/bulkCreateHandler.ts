import { jsonBody } from "../middlewares/jsonBody.ts";
import { BadRequest } from "../src/core/errors.ts";
import { readLong } from "../src/core/longNumbers.ts";
import { type AnyMiddleware, defineMiddleware, type Hook, type HookRequest } from "../src/core/middleware.ts";
import type { OperationMetadata } from "../src/core/operationMetadata.ts";
import type { OptionsOf } from "../src/core/options.ts";
import { copyEvent } from "../src/http/body.ts";
import type { HttpEvent, HttpResult } from "../src/http/types.ts";
import type { Model } from "../src/models/types.ts";
import { assemble, type LambdaHandler } from "../src/pipeline/pipeline.ts";
import { bodyMetadata, checkBodyWith, type ResolvedBodyOptions, settableBy } from "./parts/body.ts";
import { buildChain, checkGeneric } from "./parts/buildChain.ts";
import { bulkResponse, bulkRunner, type ResolvedBulkOptions } from "./parts/bulk.ts";
import { checkCount, mostItems, type WriteItem } from "./parts/bulkItems.ts";
import { withDefaults } from "./parts/defaults.ts";
import type { BulkCreateEndpoint, StrictOptions } from "./parts/endpoint.ts";
import { bodyKinds, commonKinds, type GenericTable } from "./parts/kinds.ts";
import { type BasePathOption, type LocationOptions, locator } from "./parts/location.ts";
import { checkItem, longNumbersOfItems } from "./parts/longNumbers.ts";
import { belowParent } from "./parts/parent.ts";
import type { CallerOf, ParentOption, ResolvedParentOptions } from "./parts/parentTypes.ts";
import { lookUpReferences } from "./parts/references.ts";
import type {
  AtomicOption,
  AuthOption,
  Begin,
  BodyFits,
  BodyOf,
  BodyOptions,
  CommonOptions,
  DataOf,
  DefaultsOption,
  Permit,
  RequestBehind,
  ScopeResult,
  UnknownUser,
} from "./parts/types.ts";
import { type Create, creatingIn, creatingTogether, type Opened, openBounds } from "./parts/within.ts";

export interface BulkCreateOptions<
  T,
  Required extends keyof T & string,
  Optional extends keyof T & string,
  Body,
  Caller,
  Use extends readonly AnyMiddleware[],
  Defaults = object,
> extends CommonOptions<Use, Begin<Caller, readonly unknown[]>>,
    BodyOptions<T, Required, Optional, Body>,
    BasePathOption,
    AtomicOption,
    DefaultsOption<T, Defaults, RequestBehind<Use, Begin<Caller, BodyOf<T, Required, Optional, Body>>>> {
  /** Rules that must hold, all of them; 403 otherwise. */
  permit?: Permit<Begin<Caller>> | readonly Permit<Begin<Caller>>[];
  /**
   * The objects that this request may reach; an item that would not be among them is not stored: 404. A plain list admits none.
   * @default all of them
   */
  queryset?: (event: HttpEvent, context: Begin<Caller>["context"]) => ScopeResult<T>;
  /** How many items a request may have; 413 beyond. @default 100 */
  maxItems?: number;
  /** Where an object is, when it is not under the path of the request. @default the path and the id */
  location?: (
    object: T,
    request: RequestBehind<Use, Begin<Caller, BodyOf<T, Required, Optional, Body>>>,
  ) => string;
  /**
   * Stores one object.
   * @default data => model.create(data)
   */
  create?: (
    data: DataOf<BodyOf<T, Required, Optional, Body>, Defaults>,
    request: RequestBehind<Use, Begin<Caller, BodyOf<T, Required, Optional, Body>>>,
  ) => T | Promise<T>;
}

type ResolvedBulkCreate = ResolvedBodyOptions &
  ResolvedBulkOptions &
  ResolvedParentOptions &
  LocationOptions & {
    queryset?: unknown;
    defaults?: unknown;
    create?: Create;
    maxItems?: number;
  };

/** The options of {@link bulkCreateHandler}. */
export const bulkCreateKinds: GenericTable<OptionsOf<typeof bulkCreateHandler>> = {
  ...commonKinds,
  ...bodyKinds,
  queryset: "function",
  defaults: "function",
  create: "function",
  location: "function",
  basePath: "string",
  maxItems: "count",
  atomic: "boolean",
};

/**
 * Makes a handler that creates many objects from a JSON list: `POST /users/bulk`.
 *
 * Each item is read, checked and stored by itself, one after another, as `createHandler` does it; one that fails does not
 * stop the others. It answers a list in the order of the items, `{ status, id?, location?, error? }` each: by 201 when all
 * were created, by 207 when one was not. With `atomic` one that fails is the response, and nothing is stored.
 *
 * @param model where the objects are stored
 * @param options what an item may hold, what is set by the API itself, who may call
 * @returns a Lambda handler for every HTTP event source; it answers 413 beyond `maxItems`
 * @throws TypeError when an argument is not what it should be
 * @example
 * export const handler = bulkCreateHandler(Users, { required: ["email"], location: ({ id }) => `/users/${id}` });
 */
export function bulkCreateHandler<
  T,
  const Required extends keyof T & string = never,
  const Optional extends keyof T & string = never,
  Body = unknown,
  User = UnknownUser,
  const MaybeUser extends boolean = false,
  Parent = never,
  Above = never,
  Top = never,
  const Use extends readonly AnyMiddleware[] = [],
  Defaults = object,
  const Options = object,
>(
  model: Model<T>,
  options: StrictOptions<
    BulkCreateOptions<
      T,
      Required,
      Optional,
      Body,
      CallerOf<User, MaybeUser, Parent, Above, Top>,
      Use,
      Defaults
    > &
      AuthOption<User, MaybeUser> &
      ParentOption<T, User, MaybeUser, Parent, Above, Top>,
    Options
  > &
    BodyFits<T, NoInfer<Body>, "create"> = {} as never,
): LambdaHandler<HttpResult, BulkCreateEndpoint<T, Options>> {
  const resolved = checkGeneric<ResolvedBulkCreate>("bulkCreateHandler", model, options, bulkCreateKinds);
  const locate = locator("bulkCreateHandler", resolved);
  const below = belowParent("bulkCreateHandler", model, resolved, false);
  const { queryset } = below;
  const maxItems = mostItems("bulkCreateHandler", resolved.maxItems);
  const settable = settableBy("bulkCreateHandler", resolved, model);
  const checks = checkBodyWith("bulkCreateHandler", model, resolved, below).map(
    ({ before }) => before as Hook,
  );
  const step = { name: "create", own: resolved.create };
  const runBulk = bulkRunner("bulkCreateHandler", model, resolved, step);
  const complete = withDefaults(below.defaults, data => data);

  /** What `createHandler` does for a body, for one item of the list. */
  async function prepareItem(
    item: unknown,
    event: object,
    context: object,
    bounds: Opened<T>,
  ): Promise<WriteItem<T>> {
    checkItem(item);
    const request = { event: copyEvent(event, { body: item }), context };
    for (const check of checks) await check(request as never);
    const data = await complete(request.event.body, request);
    return async function createItem(inner) {
      const create = resolved.atomic ? creatingTogether(inner) : creatingIn(inner, resolved.create);
      const object = await create(bounds, data, request);
      const id = (object as Record<string, unknown> | null | undefined)?.[model.idKey];
      const location = locate(object, id, event, request);
      return { status: 201, id, ...(location !== undefined && { location }) };
    };
  }

  function readItemsBefore(request: HookRequest): void {
    const { body } = request.event as { body: unknown };
    if (!Array.isArray(body)) throw new BadRequest("The body must be a list");
    checkCount(body, maxItems);
  }
  const readItems = defineMiddleware({
    name: "readItems",
    needs: ["event.body"],
    adds: ["event.body"],
    before: readItemsBefore,
  });
  const { keys } = settable;
  const numbers = longNumbersOfItems({ model, keys, body: resolved.body });
  const read = [jsonBody({ ...resolved.jsonBody, [readLong]: numbers } as object), readItems];
  const metadata: OperationMetadata = {
    kind: { verb: "createMany", model },
    reaches: { model, queryset },
    body: {
      model,
      as: "list",
      maxItems,
      ...bodyMetadata(settable, resolved),
    },
  };
  const ending = bulkResponse(resolved.status ?? 201, metadata, resolved.atomic);
  const chain = buildChain(resolved, { ending, load: below.load, read });
  return assemble(chain, async function createObjects(event, context) {
    const { body } = event as { body: unknown[] };
    await lookUpReferences(model, keys, body, { event, context });
    const bounds = await openBounds<T>(queryset, { event, context });
    return runBulk({
      items: body,
      request: { event, context },
      prepare: item => prepareItem(item, event as object, context, bounds),
      placeOf: String,
    });
  });
}

import { jsonBody } from "../middlewares/jsonBody.ts";
import { permit } from "../middlewares/permit.ts";
import { BadRequest, NotFound } from "../src/core/errors.ts";
import { type AnyMiddleware, defineMiddleware, type Hook, type HookRequest } from "../src/core/middleware.ts";
import { isObject } from "../src/core/objects.ts";
import type { OperationMetadata } from "../src/core/operationMetadata.ts";
import type { OptionsOf } from "../src/core/options.ts";
import { readQuery } from "../src/http/query.ts";
import type { HttpEvent, HttpResult } from "../src/http/types.ts";
import { completed } from "../src/models/query/completed.ts";
import { type AnyScope, withScope } from "../src/models/query/scope.ts";
import type { FullQueryset, Model } from "../src/models/types.ts";
import { assemble, type LambdaHandler } from "../src/pipeline/pipeline.ts";
import { buildChain, checkGeneric } from "./parts/buildChain.ts";
import { bulkResponse, bulkRunner, type ResolvedBulkOptions } from "./parts/bulk.ts";
import { checkCount, checkDistinct, mostItems, type WriteItem } from "./parts/bulkItems.ts";
import type { BulkDeleteEndpoint, StrictOptions } from "./parts/endpoint.ts";
import { findMany, isId } from "./parts/findMany.ts";
import { commonKinds, type GenericTable } from "./parts/kinds.ts";
import { belowParent } from "./parts/parent.ts";
import type { CallerOf, ParentOption, ResolvedParentOptions } from "./parts/parentTypes.ts";
import type {
  AtomicOption,
  AuthOption,
  Begin,
  CommonOptions,
  Permit,
  RequestBehind,
  ScopeResult,
  UnknownUser,
} from "./parts/types.ts";

/** What the body is once it has been read, wherever the ids came from. */
interface Ids {
  ids: readonly string[];
}

export interface BulkDeleteOptions<T, Caller, Use extends readonly AnyMiddleware[]>
  extends CommonOptions<Use, Begin<Caller, Ids>>,
    AtomicOption {
  /** Rules that must hold for each object, all of them; they see `context.object`. */
  permit?: Permit<Begin<Caller, Ids, { object: T }>> | readonly Permit<Begin<Caller, Ids, { object: T }>>[];
  /** The objects that this request may reach; others are 404. @default all of them */
  queryset?: (event: HttpEvent, context: Begin<Caller>["context"]) => ScopeResult<T>;
  /** How many ids a request may have; 413 beyond. @default 100 */
  maxItems?: number;
  /**
   * Removes one object.
   * @default object => model.delete(object)
   */
  remove?: (object: T, request: RequestBehind<Use, Begin<Caller, Ids, { object: T }>>) => unknown;
}

interface ResolvedBulkDelete<T> extends ResolvedBulkOptions, ResolvedParentOptions {
  queryset?: AnyScope<T>;
  remove?: (object: T, request: unknown) => unknown;
  maxItems?: number;
}

/** The ids of `{ "ids": […] }` or of `?id=…&id=…`, as text. */
function idsOf(event: unknown): string[] {
  const asked = readQuery(event).id;
  const { body } = event as { body: unknown };
  if (!isObject(body)) throw new BadRequest("The body must be an object");
  const ids = Object.hasOwn(body, "ids") ? body.ids : undefined;
  if (ids !== undefined && asked !== undefined) {
    throw new BadRequest("ids and ?id can't be used together", { field: "ids" });
  }
  const given: unknown = ids === undefined ? asked : ids;
  if (given === undefined) throw new BadRequest("Missing key(s): ids");
  if (!Array.isArray(given) || !given.every(isId)) {
    throw new BadRequest("ids must be a list of texts or whole numbers", { field: "ids" });
  }
  return given.map(String);
}

/** The options of {@link bulkDeleteHandler}. */
export const bulkDeleteKinds: GenericTable<OptionsOf<typeof bulkDeleteHandler>> = {
  ...commonKinds,
  queryset: "function",
  remove: "function",
  maxItems: "count",
  atomic: "boolean",
};

/**
 * Makes a handler that removes many objects: `DELETE /users?id=1&id=2`, or `POST /users/bulk-delete` with
 * `{ "ids": ["1", "2"] }`.
 *
 * Each object is looked up within `queryset`, put to the rules and removed by itself, one after another; one that fails
 * does not stop the others. It answers a list in the order of the ids, `{ status, id, error? }` each: by 200 when all were
 * removed, by 207 when one was not. With `atomic` one that fails is the response, and nothing is removed. The rules are asked for each object, so they come last: after the body and `use`.
 *
 * @param model where the objects are
 * @param options who may call, which objects
 * @returns a Lambda handler for every HTTP event source; it answers 413 beyond `maxItems`
 * @throws TypeError when an argument is not what it should be
 * @example
 * export const handler = bulkDeleteHandler(Posts, {
 *   auth: { model: Users },
 *   queryset: (_event, { user }) => Posts.objects.filter({ author: user.id }),
 * });
 */
export function bulkDeleteHandler<
  T,
  User = UnknownUser,
  const MaybeUser extends boolean = false,
  Parent = never,
  Above = never,
  Top = never,
  const Options = object,
  const Use extends readonly AnyMiddleware[] = [],
>(
  model: Model<T>,
  options: StrictOptions<
    BulkDeleteOptions<T, CallerOf<User, MaybeUser, Parent, Above, Top>, Use> &
      AuthOption<User, MaybeUser> &
      ParentOption<T, User, MaybeUser, Parent, Above, Top>,
    Options
  > = {} as never,
): LambdaHandler<HttpResult, BulkDeleteEndpoint<Options>> {
  const { permit: rules, ...resolved } = checkGeneric<ResolvedBulkDelete<T>>(
    "bulkDeleteHandler",
    model,
    options,
    bulkDeleteKinds,
  );
  const { load, queryset: scope } = belowParent("bulkDeleteHandler", model, resolved, false);
  const { remove } = resolved;
  const maxItems = mostItems("bulkDeleteHandler", resolved.maxItems);
  const checkRules =
    rules === undefined ? undefined : (permit(...([rules].flat() as [() => boolean])).before as Hook);
  const runBulk = bulkRunner("bulkDeleteHandler", model, resolved, { name: "remove", own: remove });

  function readIdsBefore(request: HookRequest): void {
    const ids = idsOf(request.event);
    checkCount(ids, maxItems);
    // One by one, the second time there is nothing left; together, that would undo the first.
    if (resolved.atomic) checkDistinct(ids, index => `ids.${index}`);
    (request.event as { body: Ids }).body = { ids };
  }
  const readIds = defineMiddleware({
    name: "readIds",
    needs: ["event.body"],
    adds: ["event.body"],
    before: readIdsBefore,
  });
  const ids = { type: "array", items: { type: ["string", "integer"] }, maxItems };
  const metadata: OperationMetadata = {
    kind: { verb: "deleteMany", model },
    reaches: { model, queryset: scope },
    ...(rules !== undefined && { rules: [rules].flat() }),
    parameters: [
      {
        in: "query",
        name: "id",
        source: { model, field: model.idKey },
        list: "repeat",
        description: "The ids, unless the body has them",
      },
    ],
    body: { source: { json: { type: "object", properties: { ids } } } },
  };
  const chain = buildChain(resolved, {
    load,
    ending: bulkResponse(resolved.status ?? 200, metadata, resolved.atomic),
    read: [jsonBody(), readIds],
  });
  return assemble(chain, async function deleteObjects(event, context) {
    const request = { event, context };
    const { ids } = (event as { body: Ids }).body;
    const objects: FullQueryset<T> = await withScope(model, scope, request, found => completed(found, model));
    const find = await findMany(model, objects, ids);

    /** Items come one after another, so that each has the context to itself. */
    async function prepareItem(id: string): Promise<WriteItem<T>> {
      const object = await find(id);
      if (object === undefined) throw new NotFound();
      (context as { object?: T }).object = object;
      await checkRules?.(request as never);
      return async function deleteItem(inner) {
        await (remove ? remove(object, request) : inner.delete(object));
        return { status: 204, id };
      };
    }
    return runBulk({
      items: ids,
      request,
      prepare: prepareItem,
      known: id => ({ id }),
      placeOf: index => `ids.${index}`,
    });
  });
}

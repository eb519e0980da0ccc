import { jsonBody } from "../middlewares/jsonBody.ts";
import { permit } from "../middlewares/permit.ts";
import { BadRequest, NotFound } from "../src/core/errors.ts";
import { readLong } from "../src/core/longNumbers.ts";
import { type AnyMiddleware, defineMiddleware, type Hook, type HookRequest } from "../src/core/middleware.ts";
import type { OperationMetadata } from "../src/core/operationMetadata.ts";
import type { OptionsOf } from "../src/core/options.ts";
import { copyEvent } from "../src/http/body.ts";
import type { HttpEvent, HttpResult } from "../src/http/types.ts";
import { versionOf } from "../src/models/query/admission.ts";
import { asQueryset } from "../src/models/query/asQueryset.ts";
import type { Model } from "../src/models/types.ts";
import { assemble, type LambdaHandler } from "../src/pipeline/pipeline.ts";
import { bodyMetadata } from "./parts/body.ts";
import { buildChain, checkGeneric } from "./parts/buildChain.ts";
import { bulkResponse, bulkRunner, type ResolvedBulkOptions } from "./parts/bulk.ts";
import { checkCount, checkDistinct, mostItems, type WriteItem } from "./parts/bulkItems.ts";
import { changeItems } from "./parts/changeItems.ts";
import type { BulkUpdateEndpoint, StrictOptions } from "./parts/endpoint.ts";
import { findMany } from "./parts/findMany.ts";
import { bodyKinds, commonKinds, type GenericTable } from "./parts/kinds.ts";
import { longNumbersOfItems } from "./parts/longNumbers.ts";
import { belowParent } from "./parts/parent.ts";
import type { CallerOf, ParentOption, ResolvedParentOptions } from "./parts/parentTypes.ts";
import { patching, type ResolvedPatchOptions } from "./parts/patching.ts";
import { checkReferencesWith, lookUpReferences } from "./parts/references.ts";
import type {
  AtomicOption,
  AuthOption,
  Begin,
  BodyFits,
  BodyOptions,
  CommonOptions,
  Permit,
  RequestBehind,
  ScopeResult,
  UnknownUser,
} from "./parts/types.ts";
import { openBounds, type Update, updatingIn, updatingTogether } from "./parts/within.ts";
import type { ChangesOf } from "./updateHandler.ts";

export interface BulkUpdateOptions<
  T,
  Required extends keyof T & string,
  Optional extends keyof T & string,
  Body,
  Caller,
  Use extends readonly AnyMiddleware[],
> extends CommonOptions<Use, Begin<Caller, readonly unknown[]>>,
    BodyOptions<T, Required, Optional, Body>,
    AtomicOption {
  /** Rules that must hold for each object, all of them; they see `context.object`. */
  permit?:
    | Permit<Begin<Caller, readonly unknown[], { object: T }>>
    | readonly Permit<Begin<Caller, readonly unknown[], { object: T }>>[];
  /** The objects that this request may reach, before and after; others are 404. @default all of them */
  queryset?: (event: HttpEvent, context: Begin<Caller>["context"]) => ScopeResult<T>;
  /** How many items a request may have; 413 beyond. @default 100 */
  maxItems?: number;
  /**
   * Stores the changes of one object.
   * @default (object, changes) => model.update(object, changes)
   */
  update?: (
    object: T,
    changes: ChangesOf<T, Required, Optional, Body>,
    request: RequestBehind<Use, Begin<Caller, ChangesOf<T, Required, Optional, Body>, { object: T }>>,
  ) => T | Promise<T>;
}

type ResolvedBulkUpdate<T> = ResolvedPatchOptions &
  ResolvedParentOptions &
  ResolvedBulkOptions & { queryset?: unknown; update?: Update<T>; maxItems?: number };

/** The options of {@link bulkUpdateHandler}. */
export const bulkUpdateKinds: GenericTable<OptionsOf<typeof bulkUpdateHandler>> = {
  ...commonKinds,
  ...bodyKinds,
  queryset: "function",
  update: "function",
  maxItems: "count",
  atomic: "boolean",
};

/**
 * Makes a handler that changes many objects by a JSON list: `PATCH /users/bulk` with `[{ "id": "1", "name": "Ann" }, …]`.
 *
 * Each item is the id and what is to change, as a PATCH of `updateHandler` has it as plain JSON: what is not sent stays. Where
 * the model counts versions, an item may have the one that it is about: 409 when it is another. All objects are loaded by one
 * read, within `queryset`, put to the rules, and changed one after another; one that fails does not stop the others. It answers
 * a list in the order of the items, `{ status, id, error? }` each: by 200 when all were changed, by 207 when one was not. With
 * `atomic` one that fails is the response, and nothing is changed.
 *
 * @param model where the objects are
 * @param options what may be changed, who may call, which objects
 * @returns a Lambda handler for every HTTP event source; it answers 413 beyond `maxItems`, 400 when an id is there twice
 * @throws TypeError when an argument is not what it should be
 * @example
 * export const handler = bulkUpdateHandler(Posts, { optional: ["title", "published"], atomic: true });
 */
export function bulkUpdateHandler<
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
  const Options = object,
>(
  model: Model<T>,
  options: StrictOptions<
    BulkUpdateOptions<T, Required, Optional, Body, CallerOf<User, MaybeUser, Parent, Above, Top>, Use> &
      AuthOption<User, MaybeUser> &
      ParentOption<T, User, MaybeUser, Parent, Above, Top>,
    Options
  > &
    BodyFits<T, NoInfer<Body>, "update"> = {} as never,
): LambdaHandler<HttpResult, BulkUpdateEndpoint<T, Options>> {
  const name = "bulkUpdateHandler";
  const { permit: rules, ...resolved } = checkGeneric<ResolvedBulkUpdate<T>>(
    name,
    model,
    options,
    bulkUpdateKinds,
  );
  const { idKey } = model;
  const below = belowParent(name, model, resolved, false);
  const { queryset } = below;
  const { update: own } = resolved;
  const maxItems = mostItems(name, resolved.maxItems);
  const { settable, isShared, readKeys } = patching(name, model, resolved);
  const runBulk = bulkRunner(name, model, resolved, { name: "update", own });
  const mayMove = settable.keys.includes(resolved.parent?.key as string);
  const checkKeys = below.checkKey(mayMove).map(({ before }) => before as Hook);
  const checkReferences = checkReferencesWith(model, settable.keys).map(({ before }) => before as Hook);
  const checkRules =
    rules === undefined ? undefined : (permit(...([rules].flat() as [() => boolean])).before as Hook);

  const { idIn, checkId, checkVersion, changesOf } = changeItems(model);

  function readItemsBefore(request: HookRequest): void {
    const { body } = request.event as { body: unknown };
    if (!Array.isArray(body)) throw new BadRequest("The body must be a list");
    checkCount(body, maxItems);
    checkDistinct(body.map(idIn), index => `${index}.${idKey}`);
  }

  const { keys } = settable;
  const numbers = longNumbersOfItems({ model, keys: [...keys, idKey], body: resolved.body });
  const readItems = defineMiddleware({
    name: "readItems",
    needs: ["event.body"],
    adds: ["event.body"],
    before: readItemsBefore,
  });
  const metadata: OperationMetadata = {
    kind: { verb: "updateMany", model },
    reaches: { model, queryset },
    ...(rules !== undefined && { rules: [rules].flat() }),
    body: {
      model,
      as: "changesList",
      maxItems,
      keys: [idKey, versionOf(model) ?? []].flat(),
      ...bodyMetadata(settable, resolved),
      demanded: isShared ? [] : (resolved.required ?? []),
    },
  };
  const chain = buildChain(resolved, {
    load: below.load,
    ending: bulkResponse(resolved.status ?? 200, metadata, resolved.atomic),
    read: [jsonBody({ ...resolved.jsonBody, [readLong]: numbers } as object), readItems],
  });
  return assemble(chain, async function updateObjects(event, context) {
    const { body } = event as { body: unknown[] };
    await lookUpReferences(model, keys, body, { event, context });
    const bounds = await openBounds<T>(queryset, { event, context });
    const ids = body.map(idIn).filter(id => id !== undefined);
    const find = await findMany(model, asQueryset(bounds ?? model.objects, model), ids);

    /** Items come one after another, so that each has the context to itself. */
    async function prepareItem(item: unknown): Promise<WriteItem<T>> {
      const id = checkId(item);
      const object = await find(id);
      if (object === undefined) throw new NotFound();
      (context as { object?: T }).object = object;
      await checkRules?.({ event, context } as never);
      checkVersion(item, object);
      const request = { event: copyEvent(event as object, { body: changesOf(item) as unknown }), context };
      for (const check of checkKeys) await check(request as never);
      await readKeys(request as never, object as Record<string, unknown>);
      for (const check of checkReferences) await check(request as never);
      const changes = request.event.body;
      const after = below.boundsAfter ? await below.boundsAfter(changes, request) : bounds;
      return async function updateItem(inner) {
        const update = resolved.atomic ? updatingTogether(inner) : updatingIn(inner, own);
        await update(after, object, changes, request);
        return { status: 200, id };
      };
    }
    return runBulk({
      items: body,
      request: { event, context },
      prepare: prepareItem,
      known: item => ({ id: idIn(item) }),
      placeOf: String,
    });
  });
}

import { bulkHandlers } from "#bulk";
import { restoreVerb } from "#restore";
import { createHandler, createKinds } from "../generics/createHandler.ts";
import { deleteHandler, deleteKinds } from "../generics/deleteHandler.ts";
import { listHandler, listKinds } from "../generics/listHandler.ts";
import type { StrictOptions } from "../generics/parts/endpoint.ts";
import { bodyKinds, commonKinds, type GenericTable, objectKinds } from "../generics/parts/kinds.ts";
import type { CallerOf, ParentOption } from "../generics/parts/parentTypes.ts";
import { requiredIsShared } from "../generics/parts/patching.ts";
import type { AuthOption, SerializerRequired, UnknownUser } from "../generics/parts/types.ts";
import type { ResourceFits, ResourceVerb, SingleVerb, Verb } from "../generics/parts/verbs.ts";
import { retrieveHandler, retrieveKinds } from "../generics/retrieveHandler.ts";
import { updateHandler, updateKinds } from "../generics/updateHandler.ts";
import type { AnyMiddleware } from "../src/core/middleware.ts";
import { checkArgument, checkOptions, type OptionsOf, type OptionTable } from "../src/core/options.ts";
import type { Model } from "../src/models/types.ts";
import type { LambdaHandler } from "../src/pipeline/pipeline.ts";
import type { BulkOptions, Resource, ResourceOptions, SharedWords } from "./resourceTypes.ts";

export type { BulkOptions, Resource, ResourceOptions } from "./resourceTypes.ts";

/** The factory of each verb, and the options that it takes. */
const verbs: Record<Verb, [factory: unknown, kinds: object]> = {
  create: [createHandler, createKinds],
  retrieve: [retrieveHandler, retrieveKinds],
  update: [updateHandler, updateKinds],
  delete: [deleteHandler, deleteKinds],
  list: [listHandler, listKinds],
};

const { status: _, ...commonToVerbs } = commonKinds;

/** The options of {@link resource}. Those of the factories have the kinds that they have there. */
export const resourceKinds: GenericTable<OptionsOf<typeof resource>> = {
  ...commonToVerbs,
  ...objectKinds,
  ...bodyKinds,
  requireMatch: updateKinds.requireMatch,
  defaults: createKinds.defaults,
  location: createKinds.location,
  basePath: createKinds.basePath,
  filters: listKinds.filters,
  ordering: listKinds.ordering,
  search: listKinds.search,
  or: listKinds.or,
  maxSearch: listKinds.maxSearch,
  allow: listKinds.allow,
  limit: listKinds.limit,
  maxLimit: listKinds.maxLimit,
  count: listKinds.count,
  envelope: listKinds.envelope,
  deleted: listKinds.deleted,
  formats: listKinds.formats,
  formatParam: listKinds.formatParam,
  fields: listKinds.fields,
  include: listKinds.include,
  create: ["object", "false"],
  retrieve: ["object", "false"],
  update: ["object", "false"],
  delete: ["object", "false"],
  list: ["object", "false"],
  restore: ["boolean", "object"],
  bulk: ["boolean", "object"],
};

const sharedKinds: OptionTable<SharedWords> = {
  tags: "names",
  description: "string",
  deprecated: "boolean",
  hidden: "boolean",
  security: "array",
  responses: "object",
};

/** Whether the verbs share an option: a verb's name is that of its own options, and what documents say is merged. */
const isShared = (name: string): boolean =>
  !["operation", "restore", "bulk"].includes(name) && !Object.hasOwn(verbs, name);

type ResolvedOptions = Record<string, unknown>;
type Factory = (model: unknown, options: ResolvedOptions) => LambdaHandler;

function checkResource(model: unknown, options: object): asserts options is ResolvedOptions {
  checkArgument("resource", "model", model ?? null, "model");
  checkOptions<object>("resource", options ?? null, resourceKinds);
  checkOptions<SharedWords>("resource", (options as ResolvedOptions).operation as object, sharedKinds);
}

/** The shared lists without the keys that the verb's own other list names. */
function withoutRepeated(shared: ResolvedOptions, part: ResolvedOptions | undefined): ResolvedOptions {
  const lists = { ...shared };
  for (const [name, other] of [
    ["required", "optional"],
    ["optional", "required"],
  ] as const) {
    const [list, own] = [shared[name], part?.[other]];
    const isMixed = Array.isArray(list) && Array.isArray(own) && part?.[name] === undefined;
    if (isMixed) lists[name] = list.filter(key => !own.includes(key));
  }
  return lists;
}

/** What documents say of one verb: its own words over those of the resource. */
function operationOf(
  { operation }: ResolvedOptions,
  part: ResolvedOptions | undefined,
): { operation?: object } {
  if (operation === undefined) return {};
  return { operation: { ...(operation as object), ...(part?.operation as object | undefined) } };
}

/**
 * Makes the handlers of a model at once: `create`, `retrieve`, `update`, `delete` and `list`, with `restore` that too, and with
 * `bulk` those of many objects.
 *
 * @param model where the objects are
 * @param options what the verbs share; under a verb's name what it does differently, or `false` to leave it out
 * @returns a handler for each verb
 * @throws TypeError when an argument is not what it should be
 * @example
 * export const users = resource(Users, {
 *   auth: { model: Users },
 *   serializer: pick("id", "email"),
 *   required: ["email"],
 *   create: { auth: undefined },
 *   delete: false,
 * });
 */
export function resource<
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
  const Upsert extends boolean = false,
  CreateBody = unknown,
  UpdateBody = unknown,
  const Param extends string = "id",
  const OwnParam extends string = never,
  const Options = object,
>(
  model: Model<T>,
  options: StrictOptions<
    ResourceOptions<
      T,
      Required,
      Optional,
      Body,
      CallerOf<User, MaybeUser, Parent, Above, Top>,
      Use,
      Defaults,
      Upsert,
      CreateBody,
      UpdateBody,
      Param,
      OwnParam
    > &
      AuthOption<User, MaybeUser> &
      ParentOption<T, User, MaybeUser, Parent, Above, Top> &
      SerializerRequired,
    Options
  > &
    ResourceFits<T, NoInfer<Body>, NoInfer<CreateBody>, NoInfer<UpdateBody>>,
): Resource<T, Options> {
  checkResource(model, options);
  const handlers: Partial<Record<ResourceVerb, LambdaHandler>> = {};
  const owns: Partial<Record<SingleVerb, ResolvedOptions>> = {};
  const { restore = false } = options as ResolvedOptions;
  const all = restore === false ? verbs : { ...verbs, restore: restoreVerb() };
  for (const [verb, [factory, kinds]] of Object.entries(all) as [SingleVerb, [Factory, object]][]) {
    const given = options[verb];
    if (given === false) continue;
    const part = given === true ? undefined : given;
    const shared: ResolvedOptions = Object.fromEntries(
      Object.entries(options).filter(([name]) => isShared(name) && Object.hasOwn(kinds, name)),
    );
    // An update has defaults for what it creates, and may not create.
    if (verb === "update" && (part as ResolvedOptions | undefined)?.upsert !== true) delete shared.defaults;
    const own: ResolvedOptions = {
      ...withoutRepeated(shared, part as ResolvedOptions | undefined),
      ...(part as ResolvedOptions | undefined),
      ...operationOf(options, part as ResolvedOptions | undefined),
    };
    if (verb === "update" && !Object.hasOwn((part as ResolvedOptions | undefined) ?? {}, "required")) {
      Object.assign(own, { [requiredIsShared]: true });
    }
    handlers[verb] = factory(model, own);
    owns[verb] = own;
  }
  const { bulk = false, operation } = options as ResolvedOptions;
  if (bulk !== false)
    Object.assign(handlers, bulkHandlers(model, bulk as true | BulkOptions, owns, operation));
  return handlers as Resource<T, Options>;
}

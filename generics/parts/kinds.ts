import type { querysetKinds } from "../../middlewares/loadQueryset.ts";
import type { SqsMessagesOptions } from "../../middlewares/sqsMessages.ts";
import type { OptionTable } from "../../src/core/options.ts";
import type { ParentOption } from "./parentTypes.ts";
import type { QueueOptions } from "./queue.ts";
import type { AuthOption, BodyOptions, CommonOptions, ModelOptions, ObjectOptions } from "./types.ts";

/** The options of every generic that answers HTTP requests for a model. */
type Common = CommonOptions<readonly [], never> &
  AuthOption<unknown, boolean> &
  ParentOption<unknown, unknown, boolean, unknown> &
  Pick<ModelOptions<unknown, readonly [], never>, "permit">;

export const commonKinds: OptionTable<Common> = {
  auth: "object",
  around: "array",
  use: "array",
  permit: ["function", "array"],
  status: "status",
  cors: ["object", "false"],
  errors: "object",
  warmup: ["object", "false"],
  operation: "object",
  parent: "object",
};

/** The options of generics that read a body. */
export const bodyKinds: OptionTable<BodyOptions<unknown, never, never, unknown>> = {
  required: "names",
  optional: "names",
  body: ["object", "function"],
  jsonBody: "object",
};

/** The options of generics that are about one object, besides those of all. */
export const objectKinds: OptionTable<
  Omit<ObjectOptions<unknown, unknown, readonly [], never>, keyof Common>
> = {
  serializer: "any",
  include: "names",
  param: "string",
  lookup: "string",
  queryset: "function",
  etag: "function",
};

/** The options of generics that serve queues and buckets. */
export const queueKinds: OptionTable<QueueOptions> = {
  around: "array",
  use: "array",
  errors: "object",
  warmup: ["object", "false"],
};

/** The options of generics that read messages. */
export const messageKinds: OptionTable<SqsMessagesOptions> = { json: ["boolean", "object", "function"] };

type Part = typeof commonKinds &
  typeof bodyKinds &
  typeof objectKinds &
  typeof queueKinds &
  typeof messageKinds &
  typeof querysetKinds;

/**
 * The table of a generic's options, into which those of the parts above are spread. The compiler looks for too many options
 * only in what is written out, so a part that the generic does not take is refused here.
 */
export type GenericTable<Own> = OptionTable<Own> & {
  readonly [K in Exclude<keyof Part, keyof Own>]?: never;
};

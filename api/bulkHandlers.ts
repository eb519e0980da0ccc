import { bulkCreateHandler, bulkCreateKinds } from "../generics/bulkCreateHandler.ts";
import { bulkDeleteHandler, bulkDeleteKinds } from "../generics/bulkDeleteHandler.ts";
import { bulkUpdateHandler, bulkUpdateKinds } from "../generics/bulkUpdateHandler.ts";
import { endOfPath } from "../generics/parts/location.ts";
import type { BulkVerb, Verb } from "../generics/parts/verbs.ts";
import { checkOptions } from "../src/core/options.ts";
import type { LambdaHandler } from "../src/pipeline/pipeline.ts";
import type { BulkOptions } from "./resourceTypes.ts";

type Given = Readonly<Record<PropertyKey, unknown>>;
type Factory = (model: unknown, options: object) => LambdaHandler;

const factories: Readonly<Record<BulkVerb, [single: Verb, factory: unknown, kinds: object]>> = {
  bulkCreate: ["create", bulkCreateHandler, bulkCreateKinds],
  bulkUpdate: ["update", bulkUpdateHandler, bulkUpdateKinds],
  bulkDelete: ["delete", bulkDeleteHandler, bulkDeleteKinds],
};

/** What is about one response alone, and what documents say of one verb. */
const ofOne: ReadonlySet<PropertyKey> = new Set(["status", "operation"]);

/** The options of a single verb that its bulk has too: who may call, which objects, which keys, its steps. */
function sharedWith(single: Given, kinds: object): object {
  const names = Reflect.ownKeys(single).filter(
    name => typeof name === "symbol" || (Object.hasOwn(kinds, name) && !ofOne.has(name)),
  );
  return Object.fromEntries(names.map(name => [name, single[name]]));
}

/**
 * Makes the handlers of many objects of a resource: what holds for one object holds for each of many. It is what `#bulk` means
 * unless the condition `tsverless-no-bulk` is set.
 *
 * @param bulk the option `bulk`
 * @param singles the options of the verbs that the resource has
 * @param operation what documents say of all verbs
 * @throws TypeError on a wrong option, and where `requireMatch` can't be kept
 */
export function bulkHandlers(
  model: unknown,
  bulk: true | BulkOptions,
  singles: Readonly<Partial<Record<Verb, Given>>>,
  operation: unknown,
): Partial<Record<BulkVerb, LambdaHandler>> {
  const options = bulk === true ? {} : bulk;
  checkOptions<BulkOptions>("resource: bulk", options, {
    atomic: "boolean",
    maxItems: "count",
    create: "false",
    update: "false",
    delete: "false",
  });
  const { atomic, maxItems } = options;
  const handlers: Partial<Record<BulkVerb, LambdaHandler>> = {};
  for (const [name, [verb, factory, kinds]] of Object.entries(factories)) {
    const single = singles[verb];
    if (single === undefined || options[verb as keyof BulkOptions] === false) continue;
    if (single.requireMatch === true) {
      throw new TypeError(
        `resource: options "bulk" and "requireMatch" exclude each other: many objects have no If-Match; leave ${verb} out of bulk`,
      );
    }
    handlers[name as BulkVerb] = (factory as Factory)(model, {
      ...sharedWith(single, kinds),
      ...(operation !== undefined && { operation }),
      ...(atomic !== undefined && { atomic }),
      ...(maxItems !== undefined && { maxItems }),
      ...(verb === "create" && { [endOfPath]: "/bulk" }),
    });
  }
  return handlers;
}

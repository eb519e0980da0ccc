import type {
  BulkCreateEndpoint,
  BulkDeleteEndpoint,
  BulkUpdateEndpoint,
  CreateEndpoint,
  DeleteEndpoint,
  ListEndpoint,
  RetrieveEndpoint,
  UpdateEndpoint,
} from "./endpoint.ts";
import type { BodyFits, Fitting } from "./types.ts";

/** The verbs of a resource. */
export type Verb = "create" | "retrieve" | "update" | "delete" | "list";

/** The verbs of one object or of the list, of which one is there where it is asked for. */
export type SingleVerb = Verb | "restore";

/** The verbs that a resource has for many objects. */
export type BulkVerb = "bulkCreate" | "bulkUpdate" | "bulkDelete";

/** All that a resource may have. */
export type ResourceVerb = SingleVerb | BulkVerb;

/** The options of one verb: its own over those that are shared. */
type OptionsFor<Given, V extends SingleVerb> = Given extends { readonly [K in V]: infer Own extends object }
  ? Omit<Given, keyof Own> & Own
  : Given;

/** What the update itself requires, and so of a PATCH too. */
type OwnRequired<Given> = Given extends { readonly update: { readonly required: readonly (infer Name)[] } }
  ? Name
  : never;

/** What is sent to each handler of a resource, and what comes back. */
export interface VerbCalls<T, Given> {
  create: CreateEndpoint<T, OptionsFor<Given, "create">>;
  retrieve: RetrieveEndpoint<T, OptionsFor<Given, "retrieve">>;
  update: UpdateEndpoint<T, OptionsFor<Given, "update">, OwnRequired<Given>>;
  delete: DeleteEndpoint<OptionsFor<Given, "delete">>;
  list: ListEndpoint<T, OptionsFor<Given, "list">>;
  restore: RetrieveEndpoint<T, Omit<OptionsFor<Given, "restore">, "fields">>;
}

/** The verbs that are not `false`. */
export type VerbsOn<Given> = { [V in Verb]: Given extends { readonly [K in V]: false } ? never : V }[Verb];

/** The verb that restores, where the option asks for it. */
export type RestoreOn<Given> = Given extends { readonly restore: true | object } ? "restore" : never;

/** What is sent to each handler of many objects, and what comes back. */
export interface BulkCalls<T, Given> {
  bulkCreate: BulkCreateEndpoint<T, OptionsFor<Given, "create">>;
  bulkUpdate: BulkUpdateEndpoint<T, OptionsFor<Given, "update">, OwnRequired<Given>>;
  bulkDelete: BulkDeleteEndpoint<Given>;
}

interface Singles {
  bulkCreate: "create";
  bulkUpdate: "update";
  bulkDelete: "delete";
}

/** The verbs of many objects, where the option `bulk` asks for them: those that the resource has for one, but for what is `false`. */
export type BulkVerbsOn<Given> = Given extends { readonly bulk: infer Bulk extends true | object }
  ? {
      [V in BulkVerb]: Singles[V] extends VerbsOn<Given>
        ? Bulk extends { readonly [K in Singles[V]]: false }
          ? never
          : V
        : never;
    }[BulkVerb]
  : never;

/** The schemas fit the model, where no step of one's own stores something else of what they give. */
export type ResourceFits<T, Body, CreateBody, UpdateBody> = {
  create?: BodyFits<T, CreateBody, "create"> | false;
  update?: BodyFits<T, UpdateBody, "update"> | false;
} & (
  | { create: { create: object } | false; update: { update: object } | false }
  | { body?: Fitting<T, Body> }
);

import type {
  CreateEndpoint,
  DeleteEndpoint,
  ListEndpoint,
  RetrieveEndpoint,
  UpdateEndpoint,
} from "./endpoint.ts";
import type { BodyFits, Fitting } from "./types.ts";

/** The verbs of a resource. */
export type Verb = "create" | "retrieve" | "update" | "delete" | "list";

/** The options of one verb: its own over those that are shared. */
type OptionsFor<G, V extends Verb> = G extends { readonly [K in V]: infer Own extends object }
  ? Omit<G, keyof Own> & Own
  : G;

/** What the update itself requires, and so of a PATCH too. */
type OwnRequired<G> = G extends { readonly update: { readonly required: readonly (infer Name)[] } }
  ? Name
  : never;

/** What is sent to each handler of a resource, and what comes back. */
export interface VerbCalls<T, G> {
  create: CreateEndpoint<T, OptionsFor<G, "create">>;
  retrieve: RetrieveEndpoint<T, OptionsFor<G, "retrieve">>;
  update: UpdateEndpoint<T, OptionsFor<G, "update">, OwnRequired<G>>;
  delete: DeleteEndpoint<OptionsFor<G, "delete">>;
  list: ListEndpoint<T, OptionsFor<G, "list">>;
}

/** The verbs that are not `false`. */
export type VerbsOn<G> = { [V in Verb]: G extends { readonly [K in V]: false } ? never : V }[Verb];

/** The schemas fit the model, where no step of one's own stores something else of what they give. */
export type ResourceFits<T, B, BC, BU> = {
  create?: BodyFits<T, BC, "create"> | false;
  update?: BodyFits<T, BU, "update"> | false;
} & ({ create: { create: object } | false; update: { update: object } | false } | { body?: Fitting<T, B> });

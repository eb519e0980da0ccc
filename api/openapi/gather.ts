import type {
  AuthMetadata,
  BodyMetadata,
  ListMetadata,
  Operation,
  OperationKind,
  OperationMetadata,
  ParameterMetadata,
  ParametersMetadata,
  ParentMetadata,
  ResponseMetadata,
} from "../../src/core/operationMetadata.ts";

/** All that the middlewares of one handler know. */
export interface RouteMetadata {
  parameters: readonly ParameterMetadata[];
  schemas: readonly ParametersMetadata[];
  narrows: ListMetadata | undefined;
  /** What its path is under, the nearest first. */
  parents: readonly ParentMetadata[];
  body?: BodyMetadata;
  responses: readonly ResponseMetadata[];
  errors: readonly number[];
  handlesErrors: boolean;
  auth: AuthMetadata | undefined;
  headers: Readonly<Record<string, string>>;
  kind: OperationKind | undefined;
  operation: Operation;
}

const isOne = (entry: ParameterMetadata | ParametersMetadata): entry is ParameterMetadata => !isSet(entry);
const isSet = (entry: ParameterMetadata | ParametersMetadata): entry is ParametersMetadata =>
  "schema" in entry;

/** The later entry of a parameter counts, but one that has its schema counts more. */
function distinct(metadata: readonly ParameterMetadata[]): ParameterMetadata[] {
  const found = new Map<string, ParameterMetadata>();
  for (const entry of metadata) {
    const key = `${entry.in} ${entry.in === "header" ? entry.name.toLowerCase() : entry.name}`;
    const other = found.get(key);
    if (other === undefined || entry.source !== undefined || other.source === undefined)
      found.set(key, entry);
  }
  return [...found.values()];
}

/**
 * Puts together what the middlewares of a chain know, outermost first. Errors count where something makes responses of them.
 *
 * @param all the metadata of the chain
 * @param method the one that is asked about, in capital letters
 */
export function gather(all: readonly OperationMetadata[], method: string): RouteMetadata {
  const metadata = all.filter(({ methods }) => methods?.includes(method) !== false);
  const parameters = metadata
    .flatMap(entry => entry.parameters ?? [])
    .filter(entry => isSet(entry) || entry.methods?.includes(method) !== false);
  const bodies = metadata.flatMap(({ body }) => body ?? []);
  const handlesErrors = metadata.some(entry => entry.handlesErrors === true);
  const errors = handlesErrors ? metadata.flatMap(entry => entry.errors ?? []) : [];
  const byStatus = new Map(
    metadata.flatMap(({ responses = [] }) => responses).map(entry => [entry.status, entry]),
  );
  return {
    parameters: distinct(parameters.filter(isOne)),
    schemas: parameters.filter(isSet),
    narrows: metadata.findLast(({ narrows }) => narrows)?.narrows,
    parents: metadata.flatMap(({ parents = [] }) => parents),
    ...(bodies.length > 0 && { body: Object.assign({}, ...bodies) as BodyMetadata }),
    responses: [...byStatus.values()],
    errors: [...new Set(errors)].sort((a, b) => a - b),
    handlesErrors,
    auth: metadata.findLast(({ auth }) => auth)?.auth,
    headers: Object.assign({}, ...metadata.map(({ headers }) => headers)) as Record<string, string>,
    kind: metadata.findLast(({ kind }) => kind)?.kind,
    operation: Object.assign({}, ...metadata.map(entry => entry.operation)) as Operation,
  };
}

import type {
  AuthFact,
  BodyFact,
  Deed,
  Facts,
  NarrowFact,
  Operation,
  ParameterFact,
  ParametersFact,
  ResponseFact,
} from "../../src/core/facts.ts";

/** All that the middlewares of one handler know. */
export interface Known {
  parameters: readonly ParameterFact[];
  schemas: readonly ParametersFact[];
  narrows: NarrowFact | undefined;
  body?: BodyFact;
  responses: readonly ResponseFact[];
  errors: readonly number[];
  answersErrors: boolean;
  auth: AuthFact | undefined;
  headers: Readonly<Record<string, string>>;
  does: Deed | undefined;
  operation: Operation;
}

const isOne = (fact: ParameterFact | ParametersFact): fact is ParameterFact => !isSet(fact);
const isSet = (fact: ParameterFact | ParametersFact): fact is ParametersFact => "schema" in fact;

/** The later of two facts of a parameter counts, but one that tells its form counts more. */
function distinct(facts: readonly ParameterFact[]): ParameterFact[] {
  const found = new Map<string, ParameterFact>();
  for (const fact of facts) {
    const key = `${fact.in} ${fact.in === "header" ? fact.name.toLowerCase() : fact.name}`;
    const other = found.get(key);
    if (other === undefined || fact.form !== undefined || other.form === undefined) found.set(key, fact);
  }
  return [...found.values()];
}

/**
 * Puts together what the middlewares of a chain know, outermost first. Errors count where something answers them.
 *
 * @param all the facts of the chain
 * @param method the one that is asked about, in capital letters
 */
export function gather(all: readonly Facts[], method: string): Known {
  const facts = all.filter(({ methods }) => methods?.includes(method) !== false);
  const parameters = facts.flatMap(fact => fact.parameters ?? []);
  const bodies = facts.flatMap(({ body }) => body ?? []);
  const answersErrors = facts.some(fact => fact.answersErrors === true);
  const errors = answersErrors ? facts.flatMap(fact => fact.errors ?? []) : [];
  const answers = new Map(facts.flatMap(({ responses = [] }) => responses).map(fact => [fact.status, fact]));
  return {
    parameters: distinct(parameters.filter(isOne)),
    schemas: parameters.filter(isSet),
    narrows: facts.findLast(({ narrows }) => narrows)?.narrows,
    ...(bodies.length > 0 && { body: Object.assign({}, ...bodies) as BodyFact }),
    responses: [...answers.values()],
    errors: [...new Set(errors)].sort((a, b) => a - b),
    answersErrors,
    auth: facts.findLast(({ auth }) => auth)?.auth,
    headers: Object.assign({}, ...facts.map(({ headers }) => headers)) as Record<string, string>,
    does: facts.findLast(({ does }) => does)?.does,
    operation: Object.assign({}, ...facts.map(fact => fact.operation)) as Operation,
  };
}

/** A `Where` of some object, as query strings make it. */
export type Condition = Record<string, unknown>;

/** A response, or what a queue's handler gives. */
export type LambdaResult = Record<string, unknown>;

export type Handler = (event: object, context: object) => Promise<LambdaResult>;

/** Makes the handlers that are compared; a guard asks for a token. */
export interface Contender<Guard> {
  readonly guard: Guard;
  create(guard?: Guard): Handler;
  retrieve(guard?: Guard): Handler;
  list(guard?: Guard): Handler;
  queue(): Handler;
  /** Deletes what was created, so that no round carries the load of those before. */
  forget(): Promise<void>;
}

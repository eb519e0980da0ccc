/** A response, or what a queue's handler gives. */
export type LambdaResult = Record<string, unknown>;

export type Handler = (event: object, context: object) => Promise<LambdaResult>;

/** The parts of an event that handlers written by hand read, of REST and HTTP APIs. */
export interface RawEvent {
  rawPath?: string;
  path?: string;
  headers: Record<string, string | undefined>;
  pathParameters?: { id?: string } | null;
  queryStringParameters?: { limit?: string } | null;
  body?: string;
}

export interface QueueEvent {
  Records: { messageId: string; body: string }[];
}

/** What a handler is made of besides its own code: a guard asks for a token, a check is of a body or a message. */
export interface Parts<Guard = unknown, Check = unknown> {
  guard?: Guard;
  check?: Check;
  /** Whether the response has an entity tag. */
  etag?: boolean;
}

/** Makes the handlers that are compared. */
export interface Contender {
  create?(parts: Parts): Handler;
  /** Gives none when it makes no entity tags. */
  retrieve?(parts: Parts): Handler | undefined;
  list?(parts: Parts): Handler;
  queue?(parts: Parts): Handler;
  /** Deletes what was created, so that no round carries the load of those before. */
  forget(): void | Promise<void>;
}

/** The kinds of handlers. */
export type Kind = "create" | "retrieve" | "list" | "queue";

/** Makes the checks of a contender. */
export interface Checks {
  newUser(): unknown;
  rename(): unknown;
}

/** The HTTP event sources that one handler serves alike. `http-v1` is an HTTP API with payload format 1.0. */
export type Source = "rest" | "http" | "http-v1" | "alb" | "alb-multi" | "lattice-v1" | "lattice-v2";

type Dict<T> = Record<string, T | undefined>;

/**
 * An HTTP event as API Gateway (REST and HTTP APIs), function URLs, ALB and VPC Lattice send it. Every field is
 * optional because each source sends its own; `readMethod`, `readQuery` and their like read them all alike.
 *
 * @typeParam Body text, as it was sent, or what a middleware made of it
 */
export interface HttpEvent<Body = unknown> {
  body?: Body;
  isBase64Encoded?: boolean;
  headers?: Dict<string> | null;
  multiValueHeaders?: Dict<string[]> | null;
  pathParameters?: Dict<string> | null;
  queryStringParameters?: Dict<string> | null;
  multiValueQueryStringParameters?: Dict<string[]> | null;
  stageVariables?: Dict<string> | null;
  cookies?: string[];
  httpMethod?: string;
  path?: string;
  rawPath?: string;
  rawQueryString?: string;
  resource?: string;
  routeKey?: string;
  version?: string;
  requestContext?: object;
}

/** A response in the form that the event's source wants. */
export interface HttpResult {
  statusCode: number;
  statusDescription?: string;
  headers?: Record<string, string>;
  multiValueHeaders?: Record<string, string[]>;
  cookies?: string[];
  body: string;
  isBase64Encoded?: boolean;
}

/** A response that a function returns ready made; it is put into the form that the source wants. */
export interface ReadyResponse {
  statusCode: number;
  headers?: Record<string, string | number | boolean | readonly string[] | undefined>;
  multiValueHeaders?: Record<string, readonly (string | number | boolean)[] | undefined>;
  cookies?: readonly string[];
  /**
   * A string as it is, bytes as base64, any other value as JSON. The pieces of a `Readable`, a `ReadableStream` or an async
   * generator are collected; `stream` sends them as they come.
   */
  body?: unknown;
  isBase64Encoded?: boolean;
}

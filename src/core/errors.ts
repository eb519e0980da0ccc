/** One of several things that are wrong with the input. */
export interface FieldError {
  /** The path of the field, joined by dots: `address.city`, `tags.0`; empty for the whole. */
  field: string;
  message: string;
}

/** What an {@link HttpError} may carry besides its status and message. */
export interface HttpErrorOptions {
  /** The one field that is at fault. */
  field?: string;
  /** All that is wrong, when it is more than one thing. */
  errors?: readonly FieldError[];
  /** Headers of the response, such as `Retry-After`. */
  headers?: Readonly<Record<string, string>>;
  /** Stands in the body's `code` instead of the status, for clients that tell errors apart. */
  code?: string | number;
  /** What caused it; logged, never sent. */
  cause?: unknown;
  /** Whether the client may read the message. @default true below 500 */
  expose?: boolean;
}

/**
 * An error that becomes a response. Throw it anywhere in the chain; `errors()` turns it into the JSON body
 * `{ code, message, field?, errors? }`. It carries `statusCode` and `expose`, so that `@middy/http-error-handler`
 * understands it as well.
 *
 * @throws TypeError when `status` is not a whole number from 400 to 599
 * @example
 * throw new HttpError(402, "The trial has ended", { code: "trial_ended" });
 */
export class HttpError extends Error {
  /** Said in full: bundlers shorten the names of classes, and queues and Step Functions get this one. */
  static override readonly name: string = "HttpError";

  readonly statusCode: number;
  readonly expose: boolean;
  declare readonly field?: string;
  declare readonly errors?: readonly FieldError[];
  declare readonly headers?: Readonly<Record<string, string>>;
  declare readonly code?: string | number;

  constructor(status: number, message?: string, options: HttpErrorOptions = {}) {
    super(message ?? "Error", options.cause === undefined ? undefined : { cause: options.cause });
    if (!Number.isInteger(status) || status < 400 || status > 599) {
      throw new TypeError("HttpError: status must be a whole number from 400 to 599");
    }
    this.name = new.target.name;
    this.statusCode = status;
    this.expose = options.expose ?? status < 500;
    if (options.field !== undefined) this.field = options.field;
    if (options.errors !== undefined) this.errors = options.errors;
    if (options.headers !== undefined) this.headers = options.headers;
    if (options.code !== undefined) this.code = options.code;
  }
}

/** 400: the request is malformed. */
export class BadRequest extends HttpError {
  static override readonly name: string = "BadRequest";

  constructor(message = "Bad Request", options?: HttpErrorOptions) {
    super(400, message, options);
  }
}

/** 401: nobody is signed in. Says `WWW-Authenticate: Bearer` unless other headers are given (RFC 9110 section 11.6.1). */
export class Unauthorized extends HttpError {
  static override readonly name: string = "Unauthorized";

  constructor(message = "Unauthorized", options?: HttpErrorOptions) {
    super(401, message, { headers: { "WWW-Authenticate": "Bearer" }, ...options });
  }
}

/** 403: the caller is known, but may not. */
export class Forbidden extends HttpError {
  static override readonly name: string = "Forbidden";

  constructor(message = "Forbidden", options?: HttpErrorOptions) {
    super(403, message, options);
  }
}

/** 404: there is no such resource, or the caller may not know that there is. */
export class NotFound extends HttpError {
  static override readonly name: string = "NotFound";

  constructor(message = "Resource Not Found", options?: HttpErrorOptions) {
    super(404, message, options);
  }
}

/** 405: the resource does not know this method; `headers` should carry `Allow` (RFC 9110 section 15.5.6). */
export class MethodNotAllowed extends HttpError {
  static override readonly name: string = "MethodNotAllowed";

  constructor(message = "Method Not Allowed", options?: HttpErrorOptions) {
    super(405, message, options);
  }
}

/** 409: the change conflicts with what is stored: a duplicate, or somebody else was faster. */
export class Conflict extends HttpError {
  static override readonly name: string = "Conflict";

  constructor(message = "Conflict", options?: HttpErrorOptions) {
    super(409, message, options);
  }
}

/** 412: `If-Match` or a like condition does not hold (RFC 9110 section 15.5.13). */
export class PreconditionFailed extends HttpError {
  static override readonly name: string = "PreconditionFailed";

  constructor(message = "Precondition Failed", options?: HttpErrorOptions) {
    super(412, message, options);
  }
}

/** 413: the body is larger than allowed. */
export class PayloadTooLarge extends HttpError {
  static override readonly name: string = "PayloadTooLarge";

  constructor(message = "Payload Too Large", options?: HttpErrorOptions) {
    super(413, message, options);
  }
}

/** 415: the body's content type is not understood. */
export class UnsupportedMediaType extends HttpError {
  static override readonly name: string = "UnsupportedMediaType";

  constructor(message = "Unsupported Media Type", options?: HttpErrorOptions) {
    super(415, message, options);
  }
}

/** 429: too many requests; `headers` may carry `Retry-After`. */
export class TooManyRequests extends HttpError {
  static override readonly name: string = "TooManyRequests";

  constructor(message = "Too Many Requests", options?: HttpErrorOptions) {
    super(429, message, options);
  }
}

/** 500: our own fault; the message is not shown to the client unless `expose` is set. */
export class ServerError extends HttpError {
  static override readonly name: string = "ServerError";

  constructor(message = "Internal Server Error", options?: HttpErrorOptions) {
    super(500, message, options);
  }
}

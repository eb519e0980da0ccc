/** One of several things that are wrong with the input. */
export interface ClientFieldError {
  field: string;
  message: string;
}

/** Why a request failed, as the API said it. */
export interface ApiError {
  /** The status, unless the API tells errors apart by a code of its own; `"network"` when there was no answer at all. */
  code: number | string;
  message: string;
  /** The one field that is at fault. */
  field?: string;
  /** All that is wrong, when it is more than one thing. */
  errors?: ClientFieldError[];
}

/** An answer of success. */
export interface Success<Output> {
  ok: true;
  status: number;
  data: Output;
  error?: undefined;
  headers: Headers;
}

/** An answer of failure, or none: then the status is 0. */
export interface Failure {
  ok: false;
  status: number;
  data?: undefined;
  error: ApiError;
  headers: Headers;
  /** What `fetch` threw, when there was no answer. */
  cause?: unknown;
}

/** What a call comes to. `ok` tells which of the two it is. */
export type Result<Output> = Success<Output> | Failure;

/** A failure as an error, for code that would rather throw. */
export class ClientError extends Error {
  readonly status: number;
  readonly error: ApiError;

  constructor({ status, error, cause }: Failure) {
    super(error.message, cause === undefined ? undefined : { cause });
    this.name = "ClientError";
    this.status = status;
    this.error = error;
  }
}

/**
 * The data of a success; a failure is thrown.
 *
 * @param result what a call came to
 * @throws ClientError with the API's `message`, `status` and `error`
 * @example
 * const post = unwrap(await blog.posts.retrieve("42"));
 */
export function unwrap<Output>(result: Result<Output>): Output {
  if (result.ok) return result.data;
  throw new ClientError(result);
}

type Loose = Record<string, unknown>;

const isLoose = (value: unknown): value is Loose =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function contentOf(text: string, headers: Headers): unknown {
  if (text === "") return undefined;
  if (!/[/+]json\b/i.test(headers.get("content-type") ?? "")) return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** The API's own words, also in the form of problem details (RFC 9457); a gateway's where it answered instead. */
function errorOf(content: unknown, { status, statusText }: Response): ApiError {
  const body = isLoose(content) ? content : {};
  const { code, message, detail, title, field, errors } = body;
  const said = [message, detail, title, content, statusText].find(
    words => typeof words === "string" && words !== "",
  );
  return {
    code: typeof code === "number" || typeof code === "string" ? code : status,
    message: (said as string | undefined) ?? `Status ${status}`,
    ...(typeof field === "string" && { field }),
    ...(Array.isArray(errors) && { errors: errors as ClientFieldError[] }),
  };
}

/** Reads a response. */
export async function resultOf(response: Response): Promise<Result<unknown>> {
  const { ok, status, headers } = response;
  const content = contentOf(await response.text(), headers);
  if (ok) return { ok, status, data: content, headers };
  return { ok, status, error: errorOf(content, response), headers };
}

/** What is left to say when `fetch` throws. */
export function lost(cause: unknown): Failure {
  const message = cause instanceof Error && cause.message !== "" ? cause.message : "The request failed";
  return { ok: false, status: 0, error: { code: "network", message }, headers: new Headers(), cause };
}

/** One of several things that are wrong with the input. */
export interface ClientFieldError {
  field: string;
  message: string;
}

/** Why a request failed, as the API said it. */
export interface ApiError {
  /** The status, unless the API tells errors apart by a code of its own; `"network"` when there was no response at all. */
  code: number | string;
  message: string;
  /** The one field that is at fault. */
  field?: string;
  /** All that is wrong, when it is more than one thing. */
  errors?: ClientFieldError[];
}

/** A response of success. */
export interface Success<Output> {
  ok: true;
  status: number;
  data: Output;
  error?: undefined;
  headers: Headers;
}

/** A response of failure, or none: then the status is 0. */
export interface Failure {
  ok: false;
  status: number;
  data?: undefined;
  error: ApiError;
  headers: Headers;
  /** What `fetch` threw, when there was no response. */
  cause?: unknown;
}

/** What a call comes to. `ok` says which of the two it is. */
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

type Properties = Record<string, unknown>;

const isLoose = (value: unknown): value is Properties =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Types of text (RFC 6838 section 4.2.8), and none: that of a gateway's own responses. */
const textual =
  /^(?:$|text\/|application\/(?:ecmascript|graphql|javascript|json|json-seq|jsonl|jwt|ndjson|rtf|sql|toml|x-javascript|x-ndjson|x-sh|x-www-form-urlencoded|x-yaml|xml|xml-dtd|yaml)$|[^;]*\+(?:json|json-seq|xml|yaml)$)/;

/** The text of a body; its bytes where its type or the bytes themselves say that it is none. */
function textOf(bytes: Uint8Array, type: string): string | Uint8Array {
  if (!textual.test(type)) return bytes;
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return bytes;
  }
}

/** What a list or a stream that ended before its end comes to. */
export const brokenOff: ApiError = { code: "broken", message: "The stream broke off before its end" };

/** How a CSV ends that our API could not write to its end: in a cell without one. */
const csvBreak = '"The list broke off here';

const typeOf = (headers: Headers): string =>
  (headers.get("content-type") ?? "").split(";", 1)[0]?.trim().toLowerCase() ?? "";

function contentOf(bytes: Uint8Array, headers: Headers): unknown {
  if (bytes.length === 0) return undefined;
  const type = typeOf(headers);
  const text = textOf(bytes, type);
  if (typeof text !== "string" || !/[/+]json$/.test(type)) return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** The API's own words about a failure, also in the form of problem details (RFC 9457); a gateway's where it answered instead. */
export function errorOf(content: unknown, { status, statusText }: Response): ApiError {
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

/** What gives the items of a response while they come, by its media type. */
export type Readers = Readonly<Record<string, (response: Response) => AsyncIterable<unknown>>>;

/** Reads a response: JSON and text by its content type, items that come one after another by a reader, all else as bytes. */
export async function resultOf(response: Response, readers: Readers): Promise<Result<unknown>> {
  const { ok, status, headers } = response;
  const type = typeOf(headers);
  const read = ok && Object.hasOwn(readers, type) ? readers[type] : undefined;
  if (read !== undefined) return { ok: true, status, data: read(response), headers };
  const content = contentOf(new Uint8Array(await response.arrayBuffer()), headers);
  if (ok && type === "text/csv" && String(content).endsWith(csvBreak)) {
    return { ok: false, status, error: brokenOff, headers };
  }
  if (ok) return { ok, status, data: content, headers };
  return { ok, status, error: errorOf(content, response), headers };
}

/** What is left to say when `fetch` throws. */
export function lost(cause: unknown): Failure {
  const message = cause instanceof Error && cause.message !== "" ? cause.message : "The request failed";
  return { ok: false, status: 0, error: { code: "network", message }, headers: new Headers(), cause };
}

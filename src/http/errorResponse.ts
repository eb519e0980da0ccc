import { type ErrorMap, mappingOf } from "../core/errorMap.ts";
import { type FieldError, HttpError } from "../core/errors.ts";
import { isRecord } from "../core/objects.ts";
import { withoutCredentials, withoutSecrets } from "../core/secrets.ts";
import { settings } from "../core/settings.ts";
import { statusText } from "./status.ts";

/** An error as it goes out: ready to be written for any source. */
export interface ErrorResponse {
  status: number;
  headers: Record<string, string>;
  body: Record<string, unknown>;
}

interface ErrorParts {
  status: number;
  message: string;
  code: string | number;
  field?: string;
  errors?: readonly FieldError[];
  headers?: Readonly<Record<string, unknown>>;
}

type Properties = Record<string, unknown>;

/** True for our errors and for any other package's that carry an HTTP status of 400 to 599. */
export function isHttpError(error: unknown): error is Error & { statusCode: number } {
  if (error instanceof HttpError) return true;
  const status = isRecord(error) ? error.statusCode : undefined;
  return Number.isInteger(status) && (status as number) >= 400 && (status as number) <= 599;
}

/** `@middy/validator` leaves Ajv's list in `cause.data`. */
function ajvErrors({ cause }: Properties): FieldError[] | undefined {
  if (!isRecord(cause) || cause.package !== "@middy/validator") return undefined;
  const { data } = cause;
  if (!Array.isArray(data) || data.length === 0) return undefined;
  if (!data.every(item => isRecord(item) && typeof item.instancePath === "string")) return undefined;
  return data.map(({ instancePath, message }) => ({
    field: String(instancePath).slice(1).replaceAll("/", "."),
    message: String(message ?? "is invalid"),
  }));
}

function partsOfOurs(error: HttpError): ErrorParts {
  const { statusCode: status, expose, message, code = status, field, errors, headers } = error;
  return {
    status,
    message: expose ? message : statusText(status),
    code,
    ...(field !== undefined && { field }),
    ...(errors !== undefined && { errors }),
    ...(headers !== undefined && { headers }),
  };
}

/** The headers that say what to do next; all others of an error that is not ours belong to another's response. */
const taken: ReadonlySet<string> = /* @__PURE__ */ new Set(["retry-after", "www-authenticate"]);

function takenHeaders({ headers }: Properties): Properties {
  if (!isRecord(headers)) return {};
  return Object.fromEntries(Object.entries(headers).filter(([name]) => taken.has(name.toLowerCase())));
}

/** Of an error that is not ours: its status and, below 500, its message. */
function partsOfForeign(error: Properties, status: number): ErrorParts {
  const exposed = status < 500 && error.expose !== false;
  const message = exposed && typeof error.message === "string" && error.message !== "";
  const errors = exposed ? ajvErrors(error) : undefined;
  return {
    status,
    message: message ? (error.message as string) : statusText(status),
    code: status,
    ...(errors && { errors }),
    headers: takenHeaders(error),
  };
}

function partsOf(error: unknown, map: ErrorMap | undefined): ErrorParts {
  const [, to, message, code] = mappingOf(error, map) ?? [];
  const status = to ?? (isHttpError(error) ? error.statusCode : undefined);
  if (status === undefined) return { status: 500, message: statusText(500), code: 500 };
  const parts = error instanceof HttpError ? partsOfOurs(error) : partsOfForeign(error as Properties, status);
  if (to === undefined) return parts;
  return { ...parts, status, message: message ?? parts.message, code: code ?? status };
}

/**
 * What is to be said of an error, to those who run the application: failures are reported, and so logged; an error that is not
 * ours and says that the client was wrong is logged, for nobody can know whether it meant this one.
 *
 * @param error whatever was thrown
 * @param status what it became
 * @param map what classes of errors become
 */
export function noteOf(error: unknown, status: number, map?: ErrorMap): "report" | "log" | undefined {
  if (status >= 500) return "report";
  return error instanceof HttpError || mappingOf(error, map) !== undefined ? undefined : "log";
}

function debugDetails(error: unknown, event: unknown): Properties {
  const stack = isRecord(error) && typeof error.stack === "string" ? error.stack : String(error);
  try {
    return { stack: withoutSecrets(stack), event: JSON.parse(JSON.stringify(withoutCredentials(event))) };
  } catch {
    return { stack: withoutSecrets(stack) };
  }
}

function headersOf(parts: ErrorParts): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(parts.headers ?? {})) {
    if (typeof value === "string" || typeof value === "number") headers[name] = String(value);
  }
  return headers;
}

function detailsOf(
  { status, field, errors }: ErrorParts,
  error: unknown,
  event: unknown,
): Record<string, unknown> {
  return {
    ...(field !== undefined && { field }),
    ...(errors !== undefined && { errors }),
    ...(settings.debug && status >= 500 && debugDetails(error, event)),
  };
}

/**
 * Says what a client may know of anything thrown where no response of its own is left, such as behind the first piece of a body:
 * `{ code, message, field?, errors? }`, whatever the settings say of responses.
 *
 * @param error whatever was thrown
 * @returns what to send in the place of data
 * @example
 * write(`event: error\ndata: ${toJson(errorData(error))}\n\n`);
 */
export function errorData(error: unknown): Record<string, unknown> {
  const parts = partsOf(error, undefined);
  return { code: parts.code, message: parts.message, ...detailsOf(parts, error, undefined) };
}

/**
 * Says what somebody outside may know of anything thrown where an error has a message alone.
 *
 * @param error whatever was thrown
 * @param map what classes of errors become
 */
export function shownError(error: unknown, map?: ErrorMap): { status: number; message: string } {
  const { status, message } = partsOf(error, map);
  return { status, message };
}

/**
 * Turns anything thrown into the one form of error responses: `{ code, message, field?, errors? }`, or RFC 9457
 * problem details when `settings.problemDetails` is set. What is not an HTTP error becomes a 500 that says nothing of it,
 * unless `settings.debug` is set.
 *
 * @param error whatever was thrown
 * @param event the event, shown when debugging
 * @param map what classes of errors become
 */
export function errorResponse(error: unknown, event: unknown, map?: ErrorMap): ErrorResponse {
  const parts = partsOf(error, map);
  const { status, message, code } = parts;
  const details = detailsOf(parts, error, event);
  const headers = headersOf(parts);
  if (!settings.problemDetails) return { status, headers, body: { code, message, ...details } };
  headers["Content-Type"] = "application/problem+json";
  const extra = code === status ? {} : { code };
  const problem = { type: "about:blank", title: statusText(status), status, detail: message, ...extra };
  return { status, headers, body: { ...problem, ...details } };
}

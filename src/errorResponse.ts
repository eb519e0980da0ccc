import { type FieldError, HttpError } from "./errors.ts";
import { statusText } from "./http/status.ts";
import { isRecord } from "./objects.ts";
import { settings } from "./settings.ts";

/** An error as it goes out: ready to be answered on any source. */
export interface ErrorResponse {
  status: number;
  headers: Record<string, string>;
  body: Record<string, unknown>;
}

interface Facts {
  status: number;
  message: string;
  code: string | number;
  field?: string;
  errors?: readonly FieldError[];
  headers?: Readonly<Record<string, unknown>>;
}

type Loose = Record<string, unknown>;

/** True for our errors and for any other package's that carry an HTTP status of 400 to 599. */
export function isHttpError(error: unknown): error is Error & { statusCode: number } {
  if (error instanceof HttpError) return true;
  const status = isRecord(error) ? error.statusCode : undefined;
  return Number.isInteger(status) && (status as number) >= 400 && (status as number) <= 599;
}

/** `@middy/validator` leaves Ajv's list in `cause.data`. */
function ajvErrors(error: Loose): FieldError[] | undefined {
  const data = isRecord(error.cause) ? error.cause.data : undefined;
  if (!Array.isArray(data) || data.length === 0) return undefined;
  if (!data.every(item => isRecord(item) && typeof item.instancePath === "string")) return undefined;
  return data.map(({ instancePath, message }) => ({
    field: String(instancePath).slice(1).replaceAll("/", "."),
    message: String(message ?? "is invalid"),
  }));
}

function factsOf(error: unknown): Facts {
  if (!isHttpError(error)) return { status: 500, message: statusText(500), code: 500 };
  const status = error.statusCode;
  if (error instanceof HttpError) {
    const { expose, message, code = status, field, errors, headers } = error;
    return {
      status,
      message: expose ? message : statusText(status),
      code,
      ...(field !== undefined && { field }),
      ...(errors !== undefined && { errors }),
      ...(headers !== undefined && { headers }),
    };
  }
  const foreign = error as unknown as Loose;
  const exposed = foreign.expose === undefined ? status < 500 : foreign.expose === true;
  const errors = exposed ? ajvErrors(foreign) : undefined;
  const message = exposed && typeof foreign.message === "string" && foreign.message !== "";
  return {
    status,
    message: message ? (foreign.message as string) : statusText(status),
    code: status,
    ...(errors && { errors }),
    ...(isRecord(foreign.headers) && { headers: foreign.headers }),
  };
}

/** Credentials stay out even of what is shown for debugging. */
function withoutCredentials(event: unknown): unknown {
  return JSON.parse(
    JSON.stringify(event ?? null, (key, value) => {
      if (/^(authorization|cookie|cookies|x-amz-security-token)$/i.test(key)) return "(hidden)";
      return typeof value === "bigint" ? String(value) : value;
    }),
  );
}

function debugDetails(error: unknown, event: unknown): Loose {
  const stack = isRecord(error) && typeof error.stack === "string" ? error.stack : String(error);
  try {
    return { stack, event: withoutCredentials(event) };
  } catch {
    return { stack };
  }
}

function headersOf(facts: Facts): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(facts.headers ?? {})) {
    if (typeof value === "string" || typeof value === "number") headers[name] = String(value);
  }
  return headers;
}

/**
 * Turns anything thrown into the one form of error responses: `{ code, message, field?, errors? }`, or RFC 9457
 * problem details when `settings.problemDetails` is set. What is no HTTP error becomes a 500 that tells nothing of it,
 * unless `settings.debug` is set.
 *
 * @param error whatever was thrown
 * @param event the event, shown when debugging
 */
export function errorResponse(error: unknown, event: unknown): ErrorResponse {
  const facts = factsOf(error);
  const { status, message, code, field, errors } = facts;
  const details: Loose = {
    ...(field !== undefined && { field }),
    ...(errors !== undefined && { errors }),
    ...(settings.debug && status >= 500 && debugDetails(error, event)),
  };
  const headers = headersOf(facts);
  if (!settings.problemDetails) return { status, headers, body: { code, message, ...details } };
  headers["Content-Type"] = "application/problem+json";
  const extra = code === status ? {} : { code };
  const problem = { type: "about:blank", title: statusText(status), status, detail: message, ...extra };
  return { status, headers, body: { ...problem, ...details } };
}

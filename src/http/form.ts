import { BadRequest, PayloadTooLarge } from "../core/errors.ts";
import type { HookRequest, Shape } from "../core/middleware.ts";
import { isRecord } from "../core/objects.ts";
import type { OptionTable } from "../core/options.ts";
import { checkSize, mostBytes, putBody } from "./body.ts";
import { checkType } from "./mediaType.ts";

/** A file of a form. */
export interface FormFile {
  /** As the client calls it, without folders; `""` when it does not say. Nothing else of it is checked. */
  filename: string;
  /** Its content type, as the client says it. @default "text/plain" (RFC 7578 section 4.4) */
  type: string;
  bytes: Buffer;
}

/** Steps of a name that packages take for a path: `a.b`, `a[b]`. */
const notInStep = /[^.[\]]+/g;

/** Refuses names through which a careless copy could reach a prototype, also one that takes them for a path. */
function checkName(name: string): void {
  if (!name.includes("__proto__") && !name.includes("constructor")) return;
  const steps: readonly string[] = name.match(notInStep) ?? [];
  const found = steps.find(
    (step, at) => step === "__proto__" || (step === "constructor" && steps[at + 1] === "prototype"),
  );
  if (found !== undefined) throw new BadRequest(`Forbidden key: ${found}`);
}

/**
 * Decodes a name or a value of `application/x-www-form-urlencoded` (WHATWG URL section 5.1). A percent sign that begins no
 * escape stays one.
 *
 * @throws BadRequest (400) `Malformed body` when the escapes are not UTF-8
 */
function decode(sent: string): string {
  const spaced = sent.includes("+") ? sent.replaceAll("+", " ") : sent;
  if (!spaced.includes("%")) return spaced;
  try {
    return decodeURIComponent(spaced.replace(/%(?![\da-f]{2})/gi, "%25"));
  } catch (cause) {
    throw new BadRequest("Malformed body", { cause });
  }
}

/** The names and values of a body of `application/x-www-form-urlencoded`, in the order sent. */
export function* pairsOf(text: string): Generator<[name: string, value: string]> {
  for (let from = 0; from < text.length; ) {
    const ampersand = text.indexOf("&", from);
    const end = ampersand < 0 ? text.length : ampersand;
    if (end > from) {
      const part = text.slice(from, end);
      const equals = part.indexOf("=");
      yield equals < 0 ? [decode(part), ""] : [decode(part.slice(0, equals)), decode(part.slice(equals + 1))];
    }
    from = end + 1;
  }
}

/** Options of the middlewares that read forms. */
export interface FormOptions {
  /** How many bytes the body may have. @default 6291456, the most that Lambda takes */
  maxBytes?: number;
  /** How many fields and files it may have. @default 1000 */
  maxParts?: number;
}

export const formKinds: OptionTable<FormOptions> = { maxBytes: "count", maxParts: "count" };

/** What such a middleware adds. */
export interface AddsForm<T, Sent> extends Shape {
  event: { body: T };
  takes: { body: Sent };
}

type Fields<Value> = Record<string, Value | Value[]>;

/** A name that occurs again makes a list. */
function gather<Value>(pairs: Iterable<[name: string, value: Value]>, maxParts: number): Fields<Value> {
  const fields = new Map<string, Value | Value[]>();
  let count = 0;
  for (const [name, value] of pairs) {
    if (++count > maxParts) throw new PayloadTooLarge();
    checkName(name);
    const known = fields.get(name);
    if (known === undefined) fields.set(name, value);
    else if (Array.isArray(known)) known.push(value);
    else fields.set(name, [known, value]);
  }
  return Object.fromEntries(fields);
}

/** How a form is read. */
export interface FormReader<Value> {
  /** The content type that it has. */
  type: string;
  /** Reads the fields of an event whose body has that type; `parameters` are those of the type. */
  read(
    event: Record<string, unknown>,
    parameters: ReadonlyMap<string, readonly string[]>,
    maxParts: number,
  ): Iterable<[name: string, value: Value]>;
}

/**
 * Puts the fields of a form in the place of an event's body, on every source. An absent or empty body is `{}`, a body that
 * is an object already stays as it is; an event that has no place for one is replaced.
 *
 * @throws BadRequest (400), PayloadTooLarge (413), UnsupportedMediaType (415)
 */
export function putForm<Value>(
  request: Pick<HookRequest<unknown>, "event">,
  { type, read }: FormReader<Value>,
  { maxBytes = mostBytes, maxParts = 1000 }: FormOptions,
): void {
  const { event } = request;
  if (!isRecord(event)) {
    request.event = { body: {} };
    return;
  }
  const { body } = event;
  if (isRecord(body)) {
    for (const name of Object.keys(body)) checkName(name);
    return;
  }
  if (body === undefined || body === null || body === "") {
    putBody(event, {});
    return;
  }
  if (typeof body !== "string") throw new BadRequest("Malformed body");
  const parameters = checkType(event, type);
  checkSize(event, body, maxBytes);
  putBody(event, gather(read(event, parameters, maxParts), maxParts));
}

/** What is sent. */
export interface Outgoing {
  method: string;
  /** With its variables filled in. */
  path: string;
  query?: object | undefined;
  body?: unknown;
  /** @default "application/json" */
  type?: string;
}

/** What URLs take for steps, however they are spelled (WHATWG URL section 4.1), and what is not a segment. */
const steps: ReadonlySet<string> = new Set(["", ".", ".."]);

/** One segment of a path, which arrives as it is. */
function segmentOf(text: string, name: string): string {
  if (steps.has(text)) {
    throw new TypeError(`client: params.${name} can't have ${JSON.stringify(text)} as a segment of the path`);
  }
  if (/\p{Surrogate}/u.test(text)) throw new TypeError(`client: params.${name} has half of a surrogate pair`);
  return encodeURIComponent(text);
}

/**
 * Fills the variables of a path: `/users/{id}`, `/files/{path+}`, whose slashes stay.
 *
 * @throws TypeError when one is missing, or would lead elsewhere: `.`, `..` and the empty text, as a segment too
 */
export function fillPath(path: string, params: Readonly<Record<string, unknown>> = {}): string {
  return path.replace(/\{([^{}+]+)(\+?)\}/g, function fill(_whole, name: string, greedy: string) {
    const value = Object.hasOwn(params, name) ? params[name] : undefined;
    if (value === undefined || value === null || value === "") {
      throw new TypeError(`client: "${path}" needs params.${name}`);
    }
    const text = String(value);
    const segments = greedy === "" ? [text] : text.split("/");
    return segments.map(segment => segmentOf(segment, name)).join("/");
  });
}

const textOf = (value: unknown): string => (value instanceof Date ? value.toISOString() : String(value));

/** Each filter of the alternatives by its own name: `{ "age[gte]": 18 }` as `or[0][age][gte]`. */
function alternativesOf(list: readonly object[]): [name: string, value: unknown][] {
  return list.flatMap((filters, at) =>
    Object.entries(filters).map(([name, value]): [string, unknown] => {
      const end = name.includes("[") ? name.indexOf("[") : name.length;
      return [`or[${at}][${name.slice(0, end)}]${name.slice(end)}`, value];
    }),
  );
}

const isList = (value: unknown): value is object[] =>
  Array.isArray(value) && value.every(item => typeof item === "object" && item !== null);

const listNames: ReadonlySet<string> = new Set(["order", "ordering", "fields", "include"]);

/** Orders, names and the two ends of a range are one list by commas, of all else each value stands for itself. */
function queryOf(query: object | undefined): string {
  const search = new URLSearchParams();
  const entries = Object.entries(query ?? {}).flatMap(([name, value]): [string, unknown][] =>
    name === "or" && isList(value) ? alternativesOf(value) : [[name, value]],
  );
  for (const [name, value] of entries) {
    if (value === undefined || value === null) continue;
    const values = Array.isArray(value) ? value.map(textOf) : [textOf(value)];
    if (listNames.has(name) || name.endsWith("[between]")) search.append(name, values.join(","));
    else for (const one of values) search.append(name, one);
  }
  const text = search.toString();
  return text === "" ? "" : `?${text}`;
}

const plain = (_key: string, value: unknown): unknown => (typeof value === "bigint" ? String(value) : value);

/** The address of a request under the base, which may have a path of its own: a stage, a prefix. */
export function urlOf(base: string, { path, query }: Outgoing): string {
  let end = base.length;
  while (base[end - 1] === "/") end--;
  return `${base.slice(0, end)}${path}${queryOf(query)}`;
}

type Content = NonNullable<RequestInit["body"]>;

/** What `fetch` sends as it is, with the content type that it has: forms with their boundary, files with their own. */
const isContent = (body: unknown): body is Content =>
  body instanceof FormData || body instanceof URLSearchParams || body instanceof Blob;

/** The body and its type, as `fetch` takes them: forms, files and bytes as they are, all else as JSON. */
export function contentOf({ body, type }: Outgoing): { body?: Content; headers: Record<string, string> } {
  if (body === undefined) return { headers: {} };
  if (isContent(body)) return { body, headers: {} };
  if (body instanceof ArrayBuffer || ArrayBuffer.isView(body)) {
    return { body: body as Content, headers: { "content-type": "application/octet-stream" } };
  }
  return { body: JSON.stringify(body, plain), headers: { "content-type": type ?? "application/json" } };
}

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

/** Fills the variables of a path: `/users/{id}`, `/files/{path+}`, whose slashes stay. @throws TypeError when one is missing */
export function fillPath(path: string, params: Readonly<Record<string, unknown>> = {}): string {
  return path.replace(/\{([^{}+]+)(\+?)\}/g, function fill(_whole, name: string, greedy: string) {
    const value = Object.hasOwn(params, name) ? params[name] : undefined;
    if (value === undefined || value === null || value === "") {
      throw new TypeError(`client: "${path}" needs params.${name}`);
    }
    const text = String(value);
    return greedy === "" ? encodeURIComponent(text) : text.split("/").map(encodeURIComponent).join("/");
  });
}

const textOf = (value: unknown): string => (value instanceof Date ? value.toISOString() : String(value));

/** Orders are one list by commas, of all else each value stands for itself. */
function queryOf(query: object | undefined): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query ?? {})) {
    if (value === undefined || value === null) continue;
    const values = Array.isArray(value) ? value.map(textOf) : [textOf(value)];
    if (name === "order" || name === "ordering") search.append(name, values.join(","));
    else for (const one of values) search.append(name, one);
  }
  const text = search.toString();
  return text === "" ? "" : `?${text}`;
}

const plain = (_key: string, value: unknown): unknown => (typeof value === "bigint" ? String(value) : value);

/** The address of a request under the base, which may have a path of its own: a stage, a prefix. */
export function urlOf(base: string, { path, query }: Outgoing): string {
  return `${base.replace(/\/+$/, "")}${path}${queryOf(query)}`;
}

/** The body and its type, as `fetch` takes them. */
export function contentOf({ body, type }: Outgoing): { body?: string; headers: Record<string, string> } {
  if (body === undefined) return { headers: {} };
  return { body: JSON.stringify(body, plain), headers: { "content-type": type ?? "application/json" } };
}

import type {
  OpenApiDocument,
  OperationObject,
  ParameterObject,
  PathItemObject,
} from "../../../api/openapi/types.ts";

const isVariable = (segment: string): boolean => segment.startsWith("{");

/** Whether the last variable of a path takes slashes. */
function isGreedy(item: PathItemObject, last: string | undefined): boolean {
  const operations: OperationObject[] = Object.values(item);
  return operations.some(({ parameters = [] }) =>
    parameters.some(one => one["x-greedy"] === true && `{${one.name}}` === last),
  );
}

function fits(template: readonly string[], path: readonly string[], greedy: boolean): boolean {
  if (greedy ? path.length < template.length : path.length !== template.length) return false;
  return template.every((segment, index) => isVariable(segment) || segment === path[index]);
}

/** A path that names more of its segments comes before one that leaves them open. */
const openness = (template: readonly string[]): string =>
  template.map(segment => (isVariable(segment) ? 1 : 0)).join("");

/** The operations of the path that a request was for; `undefined` when the document has none. */
export function findPath(document: OpenApiDocument, target: string): PathItemObject | undefined {
  const asked = new URL(target, "http://localhost").pathname.replace(/(.)\/$/, "$1");
  const bases = document.servers.map(({ url }) =>
    new URL(url, "http://localhost").pathname.replace(/\/$/, ""),
  );
  const paths = ["", ...bases]
    .filter(base => asked.startsWith(`${base}/`))
    .map(base => asked.slice(base.length));
  const templates = Object.entries(document.paths)
    .map(([path, item]) => ({ segments: path.split("/"), item }))
    .sort((a, b) => openness(a.segments).localeCompare(openness(b.segments)));
  for (const path of paths) {
    const segments = path.split("/").map(decodeURIComponent);
    const found = templates.find(({ segments: template, item }) =>
      fits(template, segments, isGreedy(item, template.at(-1))),
    );
    if (found) return found.item;
  }
  return undefined;
}

/** The path and the query of a request, by the values of its parameters. */
export function targetOf(
  path: string,
  parameters: readonly ParameterObject[],
  valueIn: (parameter: ParameterObject) => unknown,
): string {
  const query = new URLSearchParams();
  let filled = path;
  for (const parameter of parameters) {
    const value = valueIn(parameter);
    if (value === undefined) continue;
    const texts = [value].flat().map(String);
    const joined = parameter.explode === false ? [texts.join(",")] : texts;
    if (parameter.in === "path")
      filled = filled.replace(`{${parameter.name}}`, encodeURIComponent(texts.join(",")));
    if (parameter.in === "query") for (const text of joined) query.append(parameter.name, text);
  }
  return query.size > 0 ? `${filled}?${query}` : filled;
}

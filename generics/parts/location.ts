import { trimEnd } from "../../src/core/trimEnd.ts";
import { isPlainPath } from "../../src/http/basePath.ts";
import { readPath, resolvePath } from "../../src/http/path.ts";

/** The option of generics that give addresses. */
export interface BasePathOption {
  /**
   * Where a custom domain has the handler, by an API mapping or a rule of a proxy: `/shop`. `Location` and `Link` begin with
   * it; on API Gateway's own domain they don't.
   * @default that of the `api` which it is in
   */
  basePath?: string;
}

/** @throws TypeError when the option is not a path */
export function checkBasePath(factory: string, basePath: string | undefined): string | undefined {
  if (basePath === undefined || basePath === "" || isPlainPath(basePath)) return basePath;
  throw new TypeError(`${factory}: option "basePath" must be a path like "/shop"`);
}

/** Stands in the options of a handler whose path is not that of the collection: the end that its own path has besides. */
export const endOfPath: unique symbol = /* @__PURE__ */ Symbol("endOfPath");

/** How a generic finds the address of an object, as its options say. */
export interface LocationOptions {
  basePath?: string;
  location?: (object: unknown, request: unknown) => string;
  [endOfPath]?: string;
}

const isId = (id: unknown): id is string | number | bigint =>
  typeof id === "string" || typeof id === "number" || typeof id === "bigint";

/** Ids that no address can have, for URLs take them for steps, however they are spelled (WHATWG URL section 4.1). */
const steps: ReadonlySet<string> = new Set(["", ".", ".."]);

/** The address of an object that is where the request says, as the client sees it; none through a step. */
export function ownAddress(event: unknown, basePath: string | undefined): string | undefined {
  const path = readPath(event, basePath);
  const isStep = (segment: string): boolean => segment !== "" && steps.has(segment.replace(/%2e/gi, "."));
  return path.split("/").some(isStep) ? undefined : path;
}

/** What stays as it is in an address (RFC 3986 section 2.3). */
const unreserved = /^[\w.~-]*$/;

/** The address of a new object: the collection's own, then the id (RFC 9110 section 10.2.2). */
function below(event: unknown, id: unknown, basePath: string | undefined, end: string): string | undefined {
  if (!isId(id)) return undefined;
  const text = String(id);
  if (text.length < 3 && steps.has(text)) return undefined;
  // Half of a surrogate pair has no encoding: as everywhere in an address it becomes U+FFFD.
  const segment = unreserved.test(text) ? text : encodeURIComponent(text.toWellFormed());
  const path = trimEnd(readPath(event, basePath), "/");
  const collection = path.endsWith(end) ? path.slice(0, path.length - end.length) : path;
  return `${collection}/${segment}`;
}

/**
 * Makes what gives the address of a new object: what the option `location` says, behind the stage, the base path or the
 * mapping of the request, else the path of the request and the id.
 *
 * @returns takes the object, its id, the event as it came, and what the option is given; gives `undefined` for no address
 * @throws TypeError when `basePath` is not a path
 */
export function locator(factory: string, options: LocationOptions) {
  const { basePath, location, [endOfPath]: end = "" } = options;
  const base = checkBasePath(factory, basePath);
  return function locate(object: unknown, id: unknown, event: unknown, request: unknown): string | undefined {
    if (location === undefined) return below(event, id, base, end);
    return resolvePath(event, location(object, request), base);
  };
}

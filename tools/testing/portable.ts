import { AssertionError } from "node:assert";
import { inspect } from "node:util";
import { checkOptions } from "../../src/core/options.ts";
import { knowsAuthorizer } from "../emulator/authorizer.ts";
import { type GatewaySource, gatewaySources } from "../emulator/sources.ts";
import { type Difference, differences } from "./documents/differences.ts";
import { checkSource, send } from "./requests/invoke.ts";
import { prepare, type TestRequest, withForm } from "./requests/request.ts";
import type { TestResponse } from "./requests/response.ts";
import { checkTarget, handlerOf, type Target } from "./requests/target.ts";

/** Options of {@link portable}. */
export interface PortableOptions {
  /** @default all, or those that know the request's authorizer */
  sources?: readonly GatewaySource[];
  /** Runs before each source, to put back what the request before has changed. */
  before?: (source: GatewaySource) => unknown;
  /** What may be different, such as `header.date` or `body.id`; all that is inside it too. @default nothing */
  ignore?: readonly string[];
  /**
   * The `binaryMediaTypes` of the REST API, such as `image/*`. It sends the base64 of bytes of other types on as it is,
   * and takes their bytes for text.
   * @default none, as AWS has it
   */
  binaryMediaTypes?: readonly string[];
}

/** What {@link portable} found. */
export interface Portability<Body = unknown> {
  /** Whether all sources respond alike. */
  same: boolean;
  /** The response of the first source that gave one. */
  response: TestResponse<Body> | undefined;
  differences: Difference[];
}

type Outcome<Body> = { response: TestResponse<Body> } | { error: unknown };

const isIgnored = (what: string, ignore: readonly string[]): boolean =>
  ignore.some(name => what === name || what.startsWith(`${name}.`));

async function compare<Body>(
  factory: string,
  target: Target,
  given: TestRequest,
  options: PortableOptions,
): Promise<Portability<Body>> {
  checkTarget(factory, target);
  checkOptions(factory, options, {
    sources: "names",
    before: "function",
    ignore: "names",
    binaryMediaTypes: "names",
  });
  const request = await withForm(given);
  const { authorizer = {} } = request;
  const known = gatewaySources.filter(source => knowsAuthorizer(source, authorizer));
  const { sources = known, before, ignore = [], binaryMediaTypes = [] } = options;
  if (sources.length === 0) throw new TypeError(`${factory}: option "sources" must name a source`);
  for (const source of sources) {
    checkSource(factory, source);
    prepare(factory, source, request);
  }

  async function ask(source: GatewaySource): Promise<Outcome<Body>> {
    await before?.(source);
    try {
      return {
        response: await send<Body>(factory, handlerOf(target), request, { source, binaryMediaTypes }),
      };
    } catch (error) {
      return { error };
    }
  }
  let first: TestResponse<Body> | undefined;
  const found: Difference[] = [];
  for (const source of sources) {
    const outcome = await ask(source);
    if ("error" in outcome) {
      const { error } = outcome;
      const actual = error instanceof Error ? error.message : String(error);
      found.push({ source, what: "error", expected: undefined, actual });
      continue;
    }
    first ??= outcome.response;
    for (const one of differences(first, outcome.response)) {
      if (!isIgnored(one.what, ignore)) found.push({ source, ...one });
    }
  }
  return { same: found.length === 0, response: first, differences: found };
}

/**
 * Sends one request through every source, reads the responses back as AWS does, and says what is different. A response that
 * AWS would answer 502 to, and whatever the handler throws, counts as a difference.
 *
 * @param target what `api()` made, or any Lambda handler of an HTTP event source
 * @param request the request
 * @param options the sources, what runs before each, and what may be different
 * @returns whether all respond alike, the response of the first, and the differences
 * @throws TypeError naming what is wrong in the request or the options
 * @example
 * const { same, differences } = await portable(handler, { method: "POST", path: "/users", body: { name: "Ann" } });
 */
export function portable<Body = unknown>(
  target: Target,
  request: TestRequest = {},
  options: PortableOptions = {},
): Promise<Portability<Body>> {
  return compare("portable", target, request, options);
}

const show = (value: unknown): string => inspect(value, { depth: 4, breakLength: Number.POSITIVE_INFINITY });

function lineOf({ source, what, expected, actual }: Difference): string {
  if (what === "error") return `  ${source}: ${actual}`;
  return `  ${source}: ${what} is ${show(actual)} instead of ${show(expected)}`;
}

/**
 * The same as {@link portable}, but fails when the sources do not respond alike.
 *
 * @returns the response
 * @throws AssertionError listing the differences
 * @example
 * const { status } = await assertPortable(blog, { path: "/posts?limit=2" });
 */
export async function assertPortable<Body = unknown>(
  target: Target,
  request: TestRequest = {},
  options: PortableOptions = {},
): Promise<TestResponse<Body>> {
  const { response, differences: found } = await compare<Body>("assertPortable", target, request, options);
  if (found.length === 0) return response as TestResponse<Body>;
  const what = `${request.method ?? "The request"}${request.path === undefined ? "" : ` ${request.path}`}`;
  throw new AssertionError({
    message: [`${what} does not get the same response on every source:`, ...found.map(lineOf)].join("\n"),
    actual: found,
    expected: [],
    operator: "assertPortable",
  });
}

import { BadRequest } from "../../src/core/errors.ts";
import type { ParameterMetadata } from "../../src/core/operationMetadata.ts";
import { readPath } from "../../src/http/path.ts";
import { sentQuery } from "../../src/http/query.ts";
import type { Paging } from "../../src/models/query/paging.ts";
import type { Page } from "../../src/models/types.ts";

type PagePosition = ["offset" | "cursor", string];

/** A page of objects. It is a class so that a middleware's early response is not taken for one. */
export class Listed {
  readonly items: readonly unknown[];
  readonly paging: Paging;
  /** What leads to the page that follows. */
  readonly next: PagePosition | undefined;
  /** How many there are in all, when that was asked for and is known. */
  readonly total: number | undefined;

  constructor(
    items: readonly unknown[],
    paging: Paging,
    next: PagePosition | undefined,
    total: number | undefined,
  ) {
    this.items = items;
    this.paging = paging;
    this.next = next;
    this.total = total;
  }
}

/** Whether a step gave a page, and no queryset or list. */
export const isPage = (value: unknown): value is Page<unknown> =>
  Array.isArray((value as Page<unknown> | null)?.items);

/** A list that a step gave keeps its order, so that its pages are counted. */
export function pageOfList(items: readonly unknown[], paging: Paging, counted: boolean): Listed {
  const { limit, offset = 0, cursor } = paging;
  if (cursor !== undefined) throw new BadRequest("This list takes offset and no cursor", { field: "cursor" });
  const end = offset + limit;
  const next: PagePosition | undefined = end < items.length ? ["offset", String(end)] : undefined;
  const asked = { ...paging, offset };
  return new Listed(items.slice(offset, end), asked, next, counted ? items.length : undefined);
}

/** A page goes on by offset where that was asked for, else by cursor. */
export function pageOf(page: Page<unknown>, paging: Paging, total: number | undefined): Listed {
  const { items, nextCursor } = page;
  if (nextCursor === undefined) return new Listed(items, paging, undefined, total);
  const { offset } = paging;
  const next: PagePosition =
    offset === undefined ? ["cursor", nextCursor] : ["offset", String(offset + items.length)];
  return new Listed(items, paging, next, total);
}

/** Where the other pages are: paths with their queries, behind a stage or base path too. */
export interface Links {
  next?: string;
  prev?: string;
  first?: string;
}

/** What forms leave as it is. Most names and values are of these characters alone: these take a fraction of the time. */
const unreserved = /^[\w.*-]*$/;

/** A name or value as in the query of a form: https://url.spec.whatwg.org/#urlencoded-serializing */
const encoded = (text: string): string =>
  unreserved.test(text) ? text : new URLSearchParams([["", text]]).toString().slice(1);

/** What stays of the query on every page. */
function restOf(event: unknown): string {
  const rest: string[] = [];
  for (const [name, values] of Object.entries(sentQuery(event))) {
    if (name === "cursor" || name === "offset") continue;
    for (const value of values) rest.push(`${encoded(name)}=${encoded(value)}`);
  }
  return rest.join("&");
}

/**
 * The same request for the other pages: none when there is only one. A page that was reached by a cursor has no way
 * back but to the first.
 */
export function linksOf(event: unknown, { paging, next }: Listed, basePath?: string): Links | undefined {
  const { limit, offset, cursor } = paging;
  const isFirst = cursor === undefined && (offset === undefined || offset === 0);
  if (next === undefined && isFirst) return undefined;
  const path = readPath(event, basePath);
  const rest = restOf(event);
  const at = (name: string, value: string | number): string =>
    `${path}?${rest === "" ? "" : `${rest}&`}${name}=${encoded(String(value))}`;
  return {
    ...(next && { next: at(...next) }),
    ...(offset !== undefined && !isFirst && { prev: at("offset", Math.max(0, offset - limit)) }),
    first: offset !== undefined ? at("offset", 0) : rest === "" ? path : `${path}?${rest}`,
  };
}

/** What documents say of the parameters that choose a page. */
export function pagingMetadata(
  { limit, maxLimit }: { limit: number; maxLimit: number },
  mayCount: boolean,
): ParameterMetadata[] {
  const usual = Math.min(limit, maxLimit);
  const all: [name: string, schema: object, description: string][] = [
    [
      "limit",
      { type: "integer", minimum: 1, default: usual },
      `How many objects the page has at most; more than ${maxLimit} is taken for ${maxLimit}`,
    ],
    ["offset", { type: "integer", minimum: 0 }, "How many objects to pass over; not beside cursor"],
    ["cursor", { type: "string" }, "The place of the page, as the link to it names it"],
    ["count", { type: "boolean", default: false }, "Asks how many there are on all pages"],
  ];
  return all
    .filter(([name]) => name !== "count" || mayCount)
    .map(([name, json, description]) => ({ in: "query", name, source: { json }, description }));
}

/** Writes the links as a header (RFC 8288 section 3). */
export function linkHeader(links: Links): string {
  return Object.entries(links)
    .map(([relation, target]) => `<${target}>; rel="${relation}"`)
    .join(", ");
}

/** The headers of a list: where its other pages are, how many there are, and what else it says. */
export function headersOf(
  links: Links | undefined,
  total: number | undefined,
  more: Readonly<Record<string, string>> | undefined,
): Readonly<Record<string, string>> | undefined {
  if (links === undefined && total === undefined) return more;
  return {
    ...more,
    ...(links && { Link: linkHeader(links) }),
    ...(total !== undefined && { "Total-Count": String(total) }),
  };
}

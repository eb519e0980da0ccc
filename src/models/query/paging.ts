import { BadRequest } from "../../core/errors.ts";
import type { PageRequest } from "../types.ts";
import { singleValue } from "./singleValue.ts";

/** The part of a list that a request asks for. */
export type Paging = PageRequest & { limit: number };

/** The parameters that say which page is asked for. */
export const pagingNames: readonly string[] = ["limit", "offset", "cursor"];

type Query = Readonly<Record<string, readonly string[]>>;

const sentOnce = (query: Query, name: string): string | undefined =>
  query[name] && singleValue(name, query[name]);

function wholeNumber(name: string, text: string, least: number): number {
  const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= least)) {
    throw new BadRequest(`${name} must be a whole number of at least ${least}`, { field: name });
  }
  return value;
}

/**
 * Reads `?limit`, `?offset` and `?cursor`.
 *
 * @param query the query string's values
 * @param limits `limit` for requests that name none, and `maxLimit`, to which larger ones are capped
 * @throws BadRequest naming the parameter when it is not a whole number or sent twice, or when offset and cursor come together
 * @example
 * readPaging({ limit: ["500"] }, { limit: 50, maxLimit: 100 }); // { limit: 100 }
 */
export function readPaging(query: Query, limits: { limit: number; maxLimit: number }): Paging {
  const limit = sentOnce(query, "limit");
  const offset = sentOnce(query, "offset");
  const cursor = sentOnce(query, "cursor");
  if (offset !== undefined && cursor !== undefined) {
    throw new BadRequest("offset and cursor can't be used together", { field: "cursor" });
  }
  const asked = limit === undefined ? limits.limit : wholeNumber("limit", limit, 1);
  return {
    limit: Math.min(asked, limits.maxLimit),
    ...(offset !== undefined && { offset: wholeNumber("offset", offset, 0) }),
    ...(cursor !== undefined && { cursor }),
  };
}

/**
 * Reads `?count`: whether the client wants to know how many there are in all.
 *
 * @param query the query string's values
 * @throws BadRequest when it is neither `true` nor `false`, or sent twice
 * @example
 * readCount({ count: ["true"] }); // true
 */
export function readCount(query: Query): boolean {
  const count = sentOnce(query, "count");
  if (count === undefined || count === "false") return false;
  if (count === "true") return true;
  throw new BadRequest("count must be true or false", { field: "count" });
}

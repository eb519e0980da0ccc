import { errorResponse } from "../../src/errorResponse.ts";
import { PayloadTooLarge } from "../../src/errors.ts";
import type { Facts, ResponseFact } from "../../src/facts.ts";
import { isRaw, reply, willReply } from "../../src/http/reply.ts";
import { defineMiddleware, type HookRequest, type Middleware } from "../../src/middleware.ts";
import { type ReportOptions, reporter } from "../../src/report.ts";

/** What became of one item of a bulk request. */
export interface BulkResult {
  /** The status that a request for this item alone would have had. */
  status: number;
  /** The object's id. */
  id?: unknown;
  /** Where a new object is. */
  location?: string;
  /** What a request for this item alone would have been answered. */
  error?: Record<string, unknown>;
}

/** The results of a request. It is a class so that a middleware's early reply is not taken for one. */
class BulkResults {
  readonly results: readonly BulkResult[];

  constructor(results: readonly BulkResult[]) {
    this.results = results;
  }
}

/** @throws TypeError when no item could ever pass */
export function mostItems(name: string, maxItems = 100): number {
  if (maxItems < 1) throw new TypeError(`${name}: option "maxItems" must be at least 1`);
  return maxItems;
}

/** @throws PayloadTooLarge when there are too many items */
export function checkCount(items: readonly unknown[], maxItems: number): void {
  if (items.length > maxItems) throw new PayloadTooLarge(`At most ${maxItems} items at once`);
}

/** What documents say of the results. */
const resultForm = {
  json: {
    title: "BulkResult",
    type: "object",
    properties: {
      status: {
        type: "integer",
        description: "The status that a request for this item alone would have had",
      },
      id: {},
      location: { type: "string", description: "Where the new object is" },
      error: { $ref: "#/components/schemas/Error" },
    },
    required: ["status"],
  },
};

/**
 * Answers with the results: by 207 (RFC 4918 section 13) when an item failed, else by the status of success.
 *
 * @param status the status of success
 * @param facts what documents say besides the answers
 */
export function answerResults(status: number, facts: Facts): Middleware {
  function bulkAfter(request: HookRequest): void | Promise<void> {
    if (isRaw(request)) return undefined;
    const { response } = request;
    if (!(response instanceof BulkResults)) return reply(request, response);
    const { results } = response;
    const failed = results.some(result => result.status >= 400);
    return reply(request, results, { status: failed ? 207 : status });
  }
  const answered = (of: number, description: string): ResponseFact => ({
    status: of,
    description,
    content: resultForm,
    list: true,
  });
  return defineMiddleware({
    name: "serialize",
    facts: () => ({
      ...facts,
      responses: [
        answered(status, "All of them, in their order"),
        answered(207, "Each of them; one failed at least"),
      ],
      errors: [400, 413],
    }),
    before: willReply,
    after: bulkAfter,
  });
}

/** Deals with the items of one request. */
export type RunEach = <Item>(
  items: readonly Item[],
  request: { event: unknown; context: unknown },
  run: (item: Item) => Promise<BulkResult>,
  known?: (item: Item) => Partial<BulkResult>,
) => Promise<BulkResults>;

/**
 * Makes what deals with items one after another, in their order: what one of them throws is its own result alone, and
 * failures of our own are logged and reported as `errors` does it.
 *
 * @param options where failures are logged and reported
 */
export function eachAlone({ logger, report }: ReportOptions = {}): RunEach {
  const notice = reporter({ ...(logger !== undefined && { logger }), ...(report && { report }) });
  return async function runEach(items, request, run, known) {
    const results: BulkResult[] = [];
    for (const item of items) {
      try {
        results.push(await run(item));
      } catch (error) {
        const { status, body } = errorResponse(error, request.event);
        if (status >= 500) await notice(error, request);
        results.push({ status, ...known?.(item), error: body });
      }
    }
    return new BulkResults(results);
  };
}

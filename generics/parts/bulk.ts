import type { ErrorsOptions } from "../../middlewares/errors.ts";
import { PayloadTooLarge, ServerError } from "../../src/core/errors.ts";
import type { HookRequest, Middleware } from "../../src/core/middleware.ts";
import type { OperationMetadata, ResponseMetadata } from "../../src/core/operationMetadata.ts";
import { reporter } from "../../src/core/report.ts";
import { errorResponse, noteOf } from "../../src/http/errorResponse.ts";
import { writeResponse } from "../../src/http/writeResponse.ts";
import { ending } from "./ending.ts";

/** What became of one item of a bulk request. */
export interface BulkResult {
  /** The status that a request for this item alone would have had. */
  status: number;
  /** The object's id. */
  id?: unknown;
  /** Where a new object is. */
  location?: string;
  /** What a request for this item alone would have got. */
  error?: Record<string, unknown>;
}

/** The results of a request. It is a class so that nothing else is taken for them. */
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
 * Responds with the results: by 207 (RFC 4918 section 13) when an item failed, else by the status of success.
 *
 * @param status the status of success
 * @param metadata what documents say besides the responses
 */
export function bulkResponse(status: number, metadata: OperationMetadata): Middleware {
  function send(given: unknown, request: HookRequest): void | Promise<void> {
    if (!(given instanceof BulkResults)) {
      throw new ServerError(undefined, {
        cause: new Error(
          "A bulk handler responds with its own results: respond early with respond({ body })",
        ),
      });
    }
    const { results } = given;
    const failed = results.some(result => result.status >= 400);
    return writeResponse(request, results, { status: failed ? 207 : status });
  }
  const responseOf = (of: number, description: string): ResponseMetadata => ({
    status: of,
    description,
    content: resultForm,
    list: true,
  });
  return ending({
    openapi: () => ({
      ...metadata,
      responses: [
        responseOf(status, "All of them, in their order"),
        responseOf(207, "Each of them; one failed at least"),
      ],
      errors: [400, 413],
    }),
    send,
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
 * becomes a response, is logged and reported as `errors` does it.
 *
 * @param options those of `errors`
 */
export function eachAlone({ logger, report, map }: ErrorsOptions = {}): RunEach {
  const notice = reporter({ ...(logger !== undefined && { logger }), ...(report && { report }) });
  return async function runEach(items, request, run, known) {
    const results: BulkResult[] = [];
    for (const item of items) {
      try {
        results.push(await run(item));
      } catch (error) {
        const { status, body } = errorResponse(error, request.event, map);
        const note = noteOf(error, status, map);
        if (note) await notice(error, request, note);
        results.push({ status, ...known?.(item), error: body });
      }
    }
    return new BulkResults(results);
  };
}

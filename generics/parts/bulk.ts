import type { ErrorsOptions } from "../../middlewares/errors.ts";
import { asCaller } from "../../src/core/callers.ts";
import { ServerError } from "../../src/core/errors.ts";
import type { HookRequest, Middleware } from "../../src/core/middleware.ts";
import type { OperationMetadata, ResponseMetadata } from "../../src/core/operationMetadata.ts";
import { reporter } from "../../src/core/report.ts";
import { errorResponse, noteOf } from "../../src/http/errorResponse.ts";
import { writeResponse } from "../../src/http/writeResponse.ts";
import { apartBecause } from "../../src/models/together.ts";
import type { Model } from "../../src/models/types.ts";
import { allOrNone } from "./allOrNone.ts";
import type { BulkResult, BulkRun } from "./bulkItems.ts";
import { ending } from "./ending.ts";

/** The results of a request. It is a class so that nothing else is taken for them. */
class BulkResults {
  readonly results: readonly BulkResult[];

  constructor(results: readonly BulkResult[]) {
    this.results = results;
  }
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
 * @param atomic whether what fails is the response to all
 */
export function bulkResponse(status: number, metadata: OperationMetadata, atomic = false): Middleware {
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
        ...(atomic ? [] : [responseOf(207, "Each of them; one failed at least")]),
      ],
      errors: atomic ? [400, 404, 409, 413] : [400, 413],
    }),
    send,
  });
}

/** Deals with the items of one request. */
export type RunBulk<T> = <Item>(run: BulkRun<T, Item>) => Promise<BulkResults>;

/** The options that say how items are dealt with. */
export interface ResolvedBulkOptions {
  errors?: ErrorsOptions;
  atomic?: boolean;
}

/**
 * Makes what deals with items one after another, in their order: what one of them throws is its own result alone, and
 * becomes a response, is logged and reported as `errors` does it. With `atomic` it is the response to all of them.
 *
 * @param name the factory, for messages
 * @param step the option that does it in a way of its own, which is apart from what the model keeps together
 * @throws TypeError when the model can't keep writes together, or a step of one's own is apart from it
 */
export function bulkRunner<T>(
  name: string,
  model: Model<T>,
  { errors = {}, atomic = false }: ResolvedBulkOptions,
  step: { name: string; own: unknown },
): RunBulk<T> {
  if (!atomic) {
    const runEach = eachAlone(model, errors);
    return run => asCaller(run.request.context as object, () => runEach(run));
  }
  const reason = apartBecause(model);
  if (reason !== undefined)
    throw new TypeError(`${name}: option "atomic" is not for this model, which ${reason}`);
  if (step.own !== undefined) {
    throw new TypeError(
      `${name}: options "atomic" and "${step.name}" exclude each other: the step is apart from the model`,
    );
  }
  return run =>
    asCaller(run.request.context as object, async () => new BulkResults(await allOrNone(model, run)));
}

function eachAlone<T>(model: Model<T>, { logger, report, map }: ErrorsOptions): RunBulk<T> {
  const notice = reporter({ ...(logger !== undefined && { logger }), ...(report && { report }) });
  return async function runEach({ items, request, prepare, known }) {
    const results: BulkResult[] = [];
    for (const item of items) {
      try {
        const write = await prepare(item);
        results.push(await write(model));
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

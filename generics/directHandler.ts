import { BadRequest, type FieldError, ServerError } from "../src/core/errors.ts";
import { isThenable, mapMaybePromise } from "../src/core/maybePromise.ts";
import { checkArgument, checkOptions } from "../src/core/options.ts";
import type { MaybePromise } from "../src/core/types.ts";
import { checkSchemaOption } from "../src/events/batch/single.ts";
import type { LambdaHandler } from "../src/pipeline/assemble.ts";
import { checkIncoming } from "../src/schema/incoming.ts";
import {
  checkOutgoing,
  checkSchema,
  type InferInput,
  type InferOutput,
  type StandardSchemaV1,
} from "../src/schema/standard.ts";
import { type GenericTable, queueKinds } from "./parts/kinds.ts";
import type { QueueOptions } from "./parts/queue.ts";
import { singleHandler } from "./parts/single.ts";

type AnySchema = StandardSchemaV1 | undefined;

/** Options of {@link directHandler}. */
export interface DirectOptions<Input extends AnySchema = AnySchema, Output extends AnySchema = AnySchema>
  extends QueueOptions {
  /** A Standard Schema of what comes in. @default anything */
  input?: Input;
  /** A Standard Schema of what goes out: what it does not declare stays inside. @default whatever the function gives */
  output?: Output;
}

/** The options of {@link directHandler}. */
export const directKinds: GenericTable<DirectOptions> = {
  ...queueKinds,
  input: ["object", "function"],
  output: ["object", "function"],
};

/** How many reasons a message has room for. */
const mostReasons = 10;

/** Whoever invokes a function directly gets the name and the message of an error, and nothing else of it. */
function refusalOf(what: string, errors: readonly FieldError[]): string {
  const reasons = errors.slice(0, mostReasons).map(({ field, message }) => `${field || what}: ${message}`);
  if (errors.length > mostReasons) reasons.push(`and ${errors.length - mostReasons} more`);
  return `Malformed ${what}: ${reasons.join("; ")}`;
}

/**
 * Makes a handler that takes JSON and gives JSON, for Step Functions and those who invoke the function themselves. Input that the schema
 * refuses is `BadRequest`, output `ServerError`. What is thrown is logged as `errors` does it, and thrown on as it is: its `name` is the
 * `errorType` that `Retry` and `Catch` of a state machine match.
 *
 * @param options the schemas of input and output; what `errors` and `warmup` take
 * @param fn what makes the output of the input
 * @returns a Lambda handler that returns the output
 * @throws TypeError when an argument is not what it should be
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html
 * @example
 * export const handler = directHandler({ input: Order, output: Receipt }, order => charge(order));
 */
export function directHandler<
  Given extends Output extends StandardSchemaV1 ? InferInput<Output> : unknown,
  const Input extends AnySchema = undefined,
  const Output extends AnySchema = undefined,
>(
  options: DirectOptions<Input, Output>,
  fn: (
    input: Input extends StandardSchemaV1 ? InferOutput<Input> : unknown,
    request: { event: unknown; context: unknown },
  ) => MaybePromise<Given>,
): LambdaHandler<Output extends StandardSchemaV1 ? InferOutput<Output> : Given> {
  checkArgument("directHandler", "options", options ?? null, "object");
  checkOptions("directHandler", options, directKinds);
  checkArgument("directHandler", "fn", fn ?? null, "function");
  const { input, output } = options;
  checkSchemaOption("directHandler", "input", input);
  checkSchemaOption("directHandler", "output", output);

  function readInput(event: unknown): unknown {
    if (input === undefined) return event;
    return mapMaybePromise(checkIncoming(input, event), ({ errors, value }) => {
      if (errors) throw new BadRequest(refusalOf("input", errors), { errors });
      return value;
    });
  }

  function writeOutput(given: unknown): unknown {
    if (output === undefined) return given;
    return mapMaybePromise(checkSchema(output, given, checkOutgoing), ({ errors, value }) => {
      if (errors) throw new ServerError(refusalOf("output", errors));
      return value;
    });
  }

  return singleHandler(
    "directHandler",
    function runDirect(event, context) {
      const given = mapMaybePromise(readInput(event), ready => fn(ready as never, { event, context }));
      return isThenable(given) ? given.then(writeOutput) : writeOutput(given);
    },
    options,
  );
}

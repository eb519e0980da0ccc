import { batchingOf } from "#batching";
import { BadRequest } from "../../core/errors.ts";
import { isThenable } from "../../core/maybePromise.ts";
import type { Notice } from "../../core/report.ts";
import type { RunOptions } from "./options.ts";
import type { Batch, Source } from "./source.ts";

/** What is done with one message. */
export type Take<Message> = (message: Message, request: { event: unknown; context: unknown }) => unknown;

interface Timed {
  getRemainingTimeInMillis?: () => number;
}

/**
 * Makes what runs a function for each record of an event, whatever the source. A record that throws, or is malformed, fails alone;
 * what fails outside the records fails the batch.
 *
 * @param factory the factory's name, for messages
 * @param source what the records are, and what is answered
 * @param take the function
 * @param report where failures go
 * @returns what gives the answer
 * @throws TypeError naming an option that is wrong
 */
export function batchRunner<Item, Message, Result>(
  factory: string,
  source: Source<Item, Message, Result>,
  take: Take<Message>,
  options: RunOptions<Item>,
  report: Notice,
): (event: unknown, context: unknown) => Promise<Result> {
  const { reserveInMillis = 1000 } = options;
  const batching = batchingOf(factory, options, report);
  const refuse = batching?.refuse;
  const runAll = batching?.runAll;

  const lineAt = ({ records }: Batch<Item>, index: number): string | undefined =>
    source.lineOf?.(records[index] as Item);

  /** The record comes again; what is behind it in its line waits for it. */
  function hold(batch: Batch<Item>, index: number, error: unknown): void {
    batch.failed ??= new Map();
    batch.failed.set(index, error);
    const line = lineAt(batch, index);
    if (line === undefined) return;
    batch.held ??= new Set();
    batch.held.add(line);
  }

  function isHeld(batch: Batch<Item>, index: number): boolean {
    const line = batch.held && lineAt(batch, index);
    if (line === undefined || batch.held?.has(line) !== true) return false;
    if (source.reports !== "first") batch.failed?.set(index, undefined);
    return true;
  }

  function isLate(batch: Batch<Item>): boolean {
    if (batch.late > 0) return true;
    const left = (batch.request.context as Timed | undefined)?.getRemainingTimeInMillis?.();
    return left !== undefined && batch.begun > 0 && left < reserveInMillis;
  }

  async function settle(
    batch: Batch<Item>,
    index: number,
    error: unknown,
    isMalformed: boolean,
  ): Promise<void> {
    if ((await refuse?.(batch, index, error, isMalformed)) === true) {
      batch.refused ??= new Map();
      batch.refused.set(index, error);
      return;
    }
    hold(batch, index, error);
    await report(error, batch.request);
  }

  function begin(batch: Batch<Item>, index: number, message: Message | undefined): void | Promise<void> {
    if (message === undefined) return;
    try {
      const value = take(message, batch.request);
      if (!isThenable(value)) return keep(batch, index, value);
      return Promise.resolve(value).then(
        given => keep(batch, index, given),
        error => settle(batch, index, error, false),
      );
    } catch (error) {
      return settle(batch, index, error, false);
    }
  }

  function keep({ values }: Batch<Item>, index: number, value: unknown): void {
    if (values !== undefined) values[index] = value;
  }

  function run(batch: Batch<Item>, index: number): void | Promise<void> {
    if (isHeld(batch, index)) return;
    if (isLate(batch)) {
      batch.late++;
      return hold(batch, index, undefined);
    }
    batch.begun++;
    try {
      const message = source.read(batch.records[index] as Item, index);
      if (!(message instanceof Promise)) return begin(batch, index, message);
      return message.then(
        ready => begin(batch, index, ready),
        error => settle(batch, index, error, error instanceof BadRequest),
      );
    } catch (error) {
      return settle(batch, index, error, error instanceof BadRequest);
    }
  }

  return async function runBatch(event, context) {
    const records = source.records(event);
    const { length } = records;
    const batch: Batch<Item> = {
      records,
      request: { event, context },
      failed: undefined,
      refused: undefined,
      values: source.keepsValues ? new Array(length) : undefined,
      held: undefined,
      begun: 0,
      late: 0,
    };
    if (runAll !== undefined) {
      await runAll(
        length,
        index => lineAt(batch, index),
        index => run(batch, index),
      );
    } else {
      for (let index = 0; index < length; index++) {
        const pending = run(batch, index);
        if (pending !== undefined) await pending;
      }
    }
    if (batch.late > 0) {
      await report(new Error(`No time was left for ${batch.late} of ${length} records`), batch.request);
    }
    return source.answer(batch);
  };
}

import type { EventStream } from "../core/endpoint.ts";
import { mapMaybePromise } from "../core/maybePromise.ts";
import { checkOptions, type OptionsOf, type OptionTable } from "../core/options.ts";
import { errorData } from "../http/errorResponse.ts";
import { toJson } from "../http/json.ts";
import { type MarkedResponse, respond } from "../http/respond.ts";
import type { RelatedModel } from "../models/types.ts";
import { ResponseRequest } from "../serializers/responseRequest.ts";
import { toSerializer } from "../serializers/toSerializer.ts";
import type { Serialized, Serializer, SerializerRequest } from "../serializers/types.ts";
import { AwaitedItems } from "./awaitedItems.ts";

/** Options of {@link sse}. */
export interface SseOptions<T> {
  /** The name of an item's event: a `message` without one. `end` and `error` are taken. */
  event?: (item: T) => string | undefined;
  /** What a browser sends as `Last-Event-ID` when it connects again. */
  id?: (item: T) => string | number | undefined;
  /** After how many milliseconds a browser is to connect again. @default the browser's own */
  retry?: number;
  /** After how many seconds without an item a comment is sent, which keeps proxies from closing the connection; 0 for none. @default 15 */
  keepAlive?: number;
  /** Whose objects the items are: `fields` with a serializer under the name of one of its relations shows what is related. */
  model?: RelatedModel;
  /** What the serializer is given beside an item and `load`: the event and the context. @default neither is known */
  request?: { readonly event: unknown; readonly context: unknown };
}

/** The option of {@link sse} that says what goes out. */
export interface SseSerializer<T, How> {
  /** What goes out of each item. The serializer of the chain is not asked. @default the item itself */
  serializer?: How & Serializer<T, SerializerRequest<unknown, unknown>>;
}

const kinds: OptionTable<OptionsOf<typeof sse>> = {
  event: "function",
  id: "function",
  retry: "count",
  keepAlive: "count",
  model: "model",
  request: "object",
  serializer: "any",
};

/** Says that no item is missing. */
const whole = "event: end\ndata: null\n\n";

/** Names that say how a stream ends. */
const taken: ReadonlySet<string> = /* @__PURE__ */ new Set(["end", "error"]);

/** One field of an event, whose value may be of one line alone. */
function fieldOf(name: string, value: string | number | undefined): string {
  if (value === undefined) return "";
  const text = String(value);
  if (/[\n\r\0]/.test(text) || (name === "event" && taken.has(text))) {
    throw new Error(`sse: ${JSON.stringify(text)} can't be the ${name} of an item`);
  }
  return `${name}: ${text}\n`;
}

type Options = SseOptions<unknown> & SseSerializer<unknown, unknown>;

const nothing = { event: undefined, context: undefined };

/** What lets an item out. Each is given a request of its own: what it reads is as it is then, and is kept for no other. */
function serializerOf({ serializer, model, request = nothing }: Options): (item: unknown) => unknown {
  if (serializer === undefined) return item => item;
  const serialize = toSerializer<unknown, unknown>(serializer as never, model);
  return item => serialize(item, new ResponseRequest(request));
}

/** The text of a stream of events (HTML section 9.2). Its last event says whether it is whole. */
async function* eventsOf(items: AwaitedItems<unknown>, options: Options): AsyncGenerator<string, void> {
  const { event, id, retry } = options;
  const serialize = serializerOf(options);
  let start = retry === undefined ? "" : `retry: ${retry}\n\n`;
  let begun = false;

  async function textOf(item: unknown): Promise<string> {
    const shown = await mapMaybePromise(serialize(item), toJson);
    return `${fieldOf("event", event?.(item))}${fieldOf("id", id?.(item))}data: ${shown}\n\n`;
  }
  try {
    while (!items.isOver) {
      const step = await items.next();
      if (step === undefined && items.isOver) return;
      const piece = step === undefined ? ":\n\n" : step.done === true ? whole : await textOf(step.value);
      yield `${start}${piece}`;
      start = "";
      begun = true;
    }
  } catch (error) {
    // Before the first piece the error itself is the response.
    if (begun) yield `event: error\ndata: ${toJson(errorData(error))}\n\n`;
    throw error;
  } finally {
    items.end();
  }
}

/** The events, which end with their items as soon as nobody reads on: a generator hears of that when it has the next item. */
function bodyOf(items: AsyncIterable<unknown>, options: Options): AsyncIterable<string> {
  return {
    [Symbol.asyncIterator]() {
      const awaited = new AwaitedItems(items, options.keepAlive ?? 15);
      const events = eventsOf(awaited, options);
      return {
        next: () => events.next(),
        return() {
          awaited.end();
          return events.return();
        },
      };
    },
  };
}

/**
 * Sends items as server-sent events, each as JSON in an event of its own, while they are made: a response for functions that
 * {@link stream} wraps. Elsewhere all of them are collected first.
 *
 * After the last item comes an event `end`, which tells a client that nothing is missing. An error before the first item is a response
 * like any other; after it the stream ends with an event `error`, whose data is `{ code, message }`, also with
 * `settings.problemDetails`, and the connection breaks off. The chain is over by then, and the `map` of `errors` with it: what is not
 * an HTTP error is 500.
 *
 * @param items an async generator, or anything to iterate with `for await`
 * @param options what goes out of an item, its name and id, when to connect again
 * @returns a response, as `respond` makes one: no serializer of the chain stands before it
 * @throws TypeError when the items can't be iterated, or an option is wrong
 * @example
 * export const handler = stream(pipeline([errors(), cors(), serialize()], () => sse(ticks(), { id: tick => tick.at })));
 */
export function sse<T, const How = undefined>(
  items: AsyncIterable<T>,
  options: SseOptions<NoInfer<T>> & SseSerializer<NoInfer<T>, How> = {},
): MarkedResponse<EventStream<How extends undefined ? T : Serialized<T, How>>> {
  if (typeof (items as Partial<AsyncIterable<T>> | null)?.[Symbol.asyncIterator] !== "function") {
    throw new TypeError("sse: items must be an async generator, or another async iterable");
  }
  checkOptions<object>("sse", options, kinds);
  serializerOf(options as Options);
  return respond({
    headers: { "Content-Type": "text/event-stream", "Cache-Control": "no-store" },
    body: bodyOf(items, options as Options),
  }) as never;
}

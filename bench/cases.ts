import {
  ada,
  bearer,
  type EventOf,
  get,
  httpEvent,
  messagesOf,
  page,
  post,
  restEvent,
} from "./common/events.ts";
import { seeds, tokenOf, type User } from "./common/users.ts";
import type { Wanted } from "./contenders/table.ts";

/** What a request, or a batch of messages, costs. */
export interface Events {
  /** Invocations in one batch: few enough that their events are still young garbage. */
  readonly batch: number;
  /** The event of one invocation, which the handler may change. */
  event(serial: number): object;
  /** Further events, of which the responses are compared as well. */
  readonly others: readonly (() => object)[];
}

/** What is measured. */
export interface Case extends Events {
  readonly name: string;
  readonly wanted: Wanted;
  /** The handler of raw that all are compared with, where it is not the one that is asked for. */
  readonly base?: Wanted;
}

const someone = (seeds[7] as User).id;
const json = (value: object): string => JSON.stringify(value);
const malformed = `${json(ada)}}`;

const createEvents = (eventOf: EventOf): Events => ({
  batch: 200,
  event: () => post(json(ada), {}, eventOf),
  others: [
    () => post(malformed, {}, eventOf),
    () => post(json({ email: "a@example.com" }), {}, eventOf),
    () => post(json({ ...ada, age: "36" }), {}, eventOf),
    () => post(json({ ...ada, email: "nobody" }), {}, eventOf),
    () => post(json({ ...ada, admin: true }), {}, eventOf),
    () => post("[]", {}, eventOf),
    () => post("{}", {}, eventOf),
    () => post(json({ ...ada, age: undefined }), {}, eventOf),
  ],
});

const retrieveEvents = (eventOf: EventOf): Events => ({
  batch: 400,
  event: () => get(someone, {}, eventOf),
  others: [() => get("nobody", {}, eventOf)],
});

const listEvents = (eventOf: EventOf): Events => ({
  batch: 100,
  event: () => page("50", eventOf),
  others: [() => page("7", eventOf), () => page("0", eventOf), () => page("many", eventOf)],
});

const malformedEvents = (eventOf: EventOf): Events => ({
  batch: 200,
  event: () => post(malformed, {}, eventOf),
  others: [],
});

const refused = [
  () => post(json(ada)),
  () => post(json(ada), { authorization: "Bearer a.b.c" }),
  () => post(json(ada), { authorization: `Bearer ${tokenOf(0).slice(0, -4)}AAAA` }),
];
const known = bearer(0);
const create: Wanted = { kind: "create" };
const guarded: Wanted = { kind: "create", guarded: true };
const retrieve: Wanted = { kind: "retrieve" };
const list: Wanted = { kind: "list" };

export const cases: readonly Case[] = [
  { name: "create", wanted: create, ...createEvents(httpEvent) },
  {
    name: "create, seen token",
    wanted: guarded,
    batch: 100,
    event: () => post(json(ada), known),
    others: refused,
  },
  {
    name: "create, new token",
    wanted: guarded,
    batch: 50,
    event: serial => post(json(ada), bearer(serial + 1)),
    others: refused,
  },
  { name: "retrieve", wanted: retrieve, ...retrieveEvents(httpEvent) },
  {
    name: "retrieve with ETag",
    wanted: { kind: "retrieve", etag: true },
    base: retrieve,
    ...retrieveEvents(httpEvent),
    others: [
      () => get("nobody"),
      () => get(someone, { "if-none-match": '"old"' }),
      () => get(someone, { "if-none-match": '"wPIoPfBb8bMpFp3jQKfUDZ8gJN0"' }),
    ],
  },
  { name: "list of 50", wanted: list, ...listEvents(httpEvent) },
  { name: "malformed body", wanted: create, ...malformedEvents(httpEvent) },
  {
    name: "queue of ten",
    wanted: { kind: "queue" },
    batch: 100,
    event: () => messagesOf(10),
    others: [
      () => messagesOf(10, "{"),
      () => messagesOf(10, '{"id":"user-03","name":7}'),
      () => messagesOf(1),
    ],
  },
];

/** The same on events of REST APIs. */
export const restCases: readonly Case[] = [
  { name: "create (REST API)", wanted: create, ...createEvents(restEvent) },
  { name: "retrieve (REST API)", wanted: retrieve, ...retrieveEvents(restEvent) },
  { name: "list of 50 (REST API)", wanted: list, ...listEvents(restEvent) },
  { name: "malformed body (REST API)", wanted: create, ...malformedEvents(restEvent) },
];

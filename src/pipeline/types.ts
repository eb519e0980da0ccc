import type { Context } from "aws-lambda";
import type { FormBody } from "../core/endpoint.ts";
import type { AnyMiddleware, ContextOf, EventOf, Middleware } from "../core/middleware.ts";
import type { Simplify } from "../core/types.ts";
import type { HttpEvent } from "../http/types.ts";

/** What is known at one point of the chain. */
export interface State {
  event: object;
  context: object;
}

/** What every chain starts with. */
export interface Start {
  event: HttpEvent<string | null>;
  context: Context;
}

type Override<Old, New> = unknown extends New ? Old : Simplify<Omit<Old, keyof New> & New>;

/** A body of which only the listed keys are kept. */
type KeepKeys<Body, Required extends string, Optional extends string> = Simplify<
  { [K in Required]: K extends keyof Body ? Exclude<Body[K], undefined> : unknown } & {
    [K in Optional]?: K extends keyof Body ? Body[K] : unknown;
  }
>;

type EventBehind<Event, Item> =
  Item extends Middleware<infer _Needs, infer Adds>
    ? Adds extends { keep: [infer Required extends string, infer Optional extends string] }
      ? Override<
          Event,
          Event extends { body: infer Body } ? { body: KeepKeys<Body, Required, Optional> } : EventOf<Adds>
        >
      : Override<Event, EventOf<Adds>>
    : Event;

type ContextAdded<Item> = Item extends { before?: (request: infer Request) => unknown }
  ? Request extends { context: infer Added }
    ? Added
    : unknown
  : unknown;

type ContextBehind<Context, Item> =
  Item extends Middleware<infer _Needs, infer Adds>
    ? Override<Context, ContextOf<Adds>>
    : Context & ContextAdded<Item>;

/** A form is sent as one, whatever is asked of its fields. */
type BodyBehind<Body, Item> = [Body] extends [FormBody]
  ? Body
  : Item extends Middleware<infer _Needs, infer Adds>
    ? Adds extends { keep: [infer Required extends string, infer Optional extends string] }
      ? KeepKeys<Body, Required, Optional>
      : Adds extends { takes: { body: infer Taken } }
        ? Taken
        : Body
    : Body;

type QueryBehind<Query, Item> =
  Item extends Middleware<infer _Needs, infer Adds>
    ? Adds extends { takes: { query: infer Taken } }
      ? Taken
      : Query
    : Query;

type PathBehind<Path, Item> =
  Item extends Middleware<infer _Needs, infer Adds>
    ? Adds extends { takes: { path: infer Taken extends string } }
      ? Path | Taken
      : Path
    : Path;

type SerializerOf<Item> =
  Item extends Middleware<infer _Needs, infer Adds>
    ? Adds extends { answers: true; by?: [infer Serializer] }
      ? [Serializer]
      : never
    : never;

/** What a walk over a chain finds. */
interface Found<Event, Context, Checked, Body, Query, Path, Serializers> {
  /** What the function at its end is given. */
  event: Event;
  context: Context;
  /** Each middleware, or what stands in for one that comes too early. */
  checked: Checked;
  /** What a client sends, as far as something reads it. */
  body: Body;
  query: Query;
  /** The names of the path parameters that are read. */
  path: Path;
  /** The serializer of each middleware that makes the response, in a tuple; `never` where none does. */
  serializers: Serializers;
}

/**
 * The walk itself. What it found so far stands in parameters, which the compiler works out step by step: members of an object
 * would wait for the end, and then nest as deep as the chain is long.
 */
type Walk<
  Chain,
  Event,
  Context,
  Checked extends readonly unknown[],
  Body,
  Query,
  Path extends string,
  Serializers,
> = Chain extends readonly [infer Item, ...infer Rest]
  ? Walk<
      Rest,
      EventBehind<Event, Item>,
      ContextBehind<Context, Item>,
      readonly [...Checked, Check<Event, Context, Item>],
      BodyBehind<Body, Item>,
      QueryBehind<Query, Item>,
      PathBehind<Path, Item>,
      Serializers | SerializerOf<Item>
    >
  : Chain extends readonly []
    ? Found<Event, Context, Checked, Body, Query, Path, Serializers>
    : Chain extends readonly (infer Item)[]
      ? // A list of unknown length: nothing is known of it, but that one of it may make the response.
        Found<
          Event,
          Context,
          readonly [...Checked, ...AnyMiddleware[]],
          Body,
          Query,
          Path,
          Serializers | SerializerOf<Item>
        >
      : never;

/** What one walk over a chain finds, for all who ask about it. Nothing is sent where nothing reads it. */
export type WalkOver<Chain, Begin extends State = Start> = Walk<
  Chain,
  Begin["event"],
  Begin["context"],
  readonly [],
  undefined,
  undefined,
  never,
  never
>;

/** The state behind a whole chain: what the function at its end is given. */
export type After<Chain, Begin extends State = Start> = Pick<WalkOver<Chain, Begin>, "event" | "context">;

/** The chain itself when each middleware finds what it needs, else a type that names what is missing. */
export type Checked<Chain, Begin extends State = Start> = WalkOver<Chain, Begin>["checked"];

type Lacking<Have, Want, Path extends string> = Have extends Want
  ? never
  : Have extends object
    ? {
        [K in keyof Want & string]: K extends keyof Have
          ? Have[K] extends Want[K]
            ? never
            : `${Path}.${K}`
          : object extends Pick<Want, K>
            ? never
            : `${Path}.${K}`;
      }[keyof Want & string]
    : Path;

type LackingOf<Have, Want, Path extends string> = {
  [K in keyof Want & string]: K extends keyof Have
    ? Lacking<Have[K], Want[K], `${Path}.${K}`>
    : `${Path}.${K}`;
}[keyof Want & string];

type Missing<Event, Context, Needs> =
  | (unknown extends EventOf<Needs> ? never : LackingOf<Event, EventOf<Needs>, "event">)
  | (unknown extends ContextOf<Needs> ? never : LackingOf<Context, ContextOf<Needs>, "context">);

/** What stands in for a middleware that comes too early: the compiler's message shows the text. */
export interface Misplaced<Message extends string> {
  misplaced: Message;
}

type Check<Event, Context, Item> =
  Item extends Middleware<infer Needs, infer _Adds>
    ? [Missing<Event, Context, Needs>] extends [never]
      ? Item
      : Misplaced<`it needs ${Missing<Event, Context, Needs>}, which nothing before it in the chain adds`>
    : Item;

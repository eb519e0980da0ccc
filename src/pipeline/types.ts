import type { Context } from "aws-lambda";
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
export type KeepKeys<Body, R extends string, O extends string> = Simplify<
  { [K in R]: K extends keyof Body ? Exclude<Body[K], undefined> : unknown } & {
    [K in O]?: K extends keyof Body ? Body[K] : unknown;
  }
>;

type ContextAdded<M> = M extends { before?: (request: infer R) => unknown }
  ? R extends { context: infer C }
    ? C
    : unknown
  : unknown;

/** The state behind one middleware, given the state before it. */
export type Apply<S extends State, M> =
  M extends Middleware<infer _Needs, infer Adds>
    ? Adds extends { keep: [infer R extends string, infer O extends string] }
      ? {
          event: Override<
            S["event"],
            { body: S["event"] extends { body: infer B } ? KeepKeys<B, R, O> : EventOf<Adds> }
          >;
          context: S["context"];
        }
      : { event: Override<S["event"], EventOf<Adds>>; context: Override<S["context"], ContextOf<Adds>> }
    : { event: S["event"]; context: S["context"] & ContextAdded<M> };

/** The state behind a whole chain: what the function at its end is given. */
export type After<M, S extends State = Start> = M extends readonly [infer Head, ...infer Tail]
  ? After<Tail, Apply<S, Head>>
  : S;

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

type Missing<S extends State, Needs> =
  | (unknown extends EventOf<Needs> ? never : LackingOf<S["event"], EventOf<Needs>, "event">)
  | (unknown extends ContextOf<Needs> ? never : LackingOf<S["context"], ContextOf<Needs>, "context">);

/** What stands in for a middleware that comes too early: the compiler's message shows the text. */
export interface Misplaced<Message extends string> {
  misplaced: Message;
}

type Check<S extends State, M> =
  M extends Middleware<infer Needs, infer _Adds>
    ? [Missing<S, Needs>] extends [never]
      ? M
      : Misplaced<`it needs ${Missing<S, Needs>}, which nothing before it in the chain adds`>
    : M;

/** The chain itself when each middleware finds what it needs, else a type that names what is missing. */
export type Checked<M, S extends State = Start> = M extends readonly [infer Head, ...infer Tail]
  ? readonly [Check<S, Head>, ...Checked<Tail, Apply<S, Head>>]
  : M extends readonly []
    ? readonly []
    : readonly AnyMiddleware[];

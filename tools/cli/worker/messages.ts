import type { Context } from "aws-lambda";

/** One route of an entry. */
export interface RouteInfo {
  /** `GET /users/{id}`, or `$default` */
  key: string;
  /** `GET`, or `ANY`; `$default` has none. */
  method: string;
  /** `/users/{id}`; `$default` has none. */
  path: string;
  /** `usersRetrieve` */
  name: string;
  /** The names of its middlewares, outermost first; none when tsverless did not make it. */
  chain: string[];
  /** Whether it may answer preflight requests; false only where it is known that it does not. */
  preflights: boolean;
  /** Files of packages that it reads when it runs, by package. */
  files: Readonly<Record<string, readonly string[]>>;
}

/** What an entry has to offer. */
export interface Listing {
  /** `api` has a document; `routes` are handlers by route key; `handlers` are functions with names, and no routes. */
  kind: "api" | "routes" | "handlers";
  routes: RouteInfo[];
  /** Names of all that can be invoked. */
  functions: string[];
  /** What takes any HTTP event, and finds the route itself. It is among the functions. */
  main: string | undefined;
  /** What takes events that are not of HTTP, when there is no doubt. */
  other: string | undefined;
  /** Whether it can make its OpenAPI document. */
  hasDocument: boolean;
  /** Whether the entry's own `handler` stands around that of its api. */
  isWrapped: boolean;
  /** Whether it has no secret key of its own, so that it was lent one. */
  usesLentKey: boolean;
  /** The SQLite files that `sqlite` opened while it was loaded, as they were named. */
  sqliteFiles: string[];
}

/** An error as Lambda reports it. */
export interface LambdaError {
  errorType: string;
  errorMessage: string;
  trace: string[];
}

/** What a handler gets besides its event. The clock starts in the worker. */
export type PlainContext = Partial<Omit<Context, "getRemainingTimeInMillis" | "done" | "fail" | "succeed">>;

/** What is asked of the models of an entry. */
export interface MigrationCall {
  type: "migrate";
  action: "plan" | "up" | "down" | "status";
  /** What was renamed, and what may be dropped. */
  options: { rename: Readonly<Record<string, string>>; drop: readonly string[] };
  /** The files of migrations, among the modules that were asked for. */
  files: readonly string[];
}

/** What a worker is asked for. */
export type Call =
  | {
      type: "invoke";
      target: { route: string } | { name: string };
      event: unknown;
      context: PlainContext;
      timeout: number;
    }
  | { type: "document"; options: object }
  | { type: "origins" }
  | { type: "schemas" }
  | MigrationCall;

/** A call with its number, or that there will be no more. */
export type Asked = (Call | { type: "end" }) & { id: number };

/** What it says: first of all what it has loaded, then one result for each call, as JSON. */
export type Said =
  | { type: "loaded"; listing: Listing }
  | { type: "failed"; error: LambdaError }
  | { type: "result"; id: number; json: string }
  | { type: "refusal"; id: number; error: LambdaError };

/** What a worker is started with. */
export interface HostData {
  tsverlessHost: true;
  /** The bundle's URL. */
  url: string;
  /** The entry as the user knows it, for messages. */
  entry: string;
  /** The secret key for an entry that has none. */
  lentKey: string | undefined;
  /** Whether it is asked for its schemas alone, so that it may have nothing to run. */
  schemasOnly: boolean;
}

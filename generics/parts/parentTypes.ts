import type { Middleware } from "../../src/core/middleware.ts";
import type { HttpEvent } from "../../src/http/types.ts";
import type { AnyScope } from "../../src/models/query/scope.ts";
import type { Model } from "../../src/models/types.ts";
import type { Begin, CallerBelow, ScopeResult, UserOf } from "./types.ts";
import type { Opened, Request } from "./within.ts";

/** What the context holds of the objects of a path, the nearest first. */
type ParentsIn<Near, Above, Top> = [Near] extends [never]
  ? object
  : {
      /** The object that the path of this one is under. */
      parent: Near;
      /** All that its path is under, the nearest first. */
      parents: [Above] extends [never] ? [Near] : [Top] extends [never] ? [Near, Above] : [Near, Above, Top];
    };

/** Who calls a generic: a user, below the objects of the path where it has a `parent`. */
export type CallerOf<User, Optional, Near = never, Above = never, Top = never> = [Near] extends [never]
  ? UserOf<User, Optional>
  : CallerBelow<UserOf<User, Optional>, ParentsIn<Near, Above, Top>>;

/** One object that a path is under. */
interface ParentLevel<T, Parent, Caller> {
  /** Where it is. */
  model: Model<Parent>;
  /** The path parameter that names it. */
  param: string;
  /** The field that holds its id, of the objects below it. */
  key: keyof NoInfer<T> & string;
  /** The field whose value `key` holds; among those that a request may reach it should be unique. @default the model's id */
  references?: keyof NoInfer<Parent> & string;
  /** The field that the parameter is compared with; it should be as unique. @default the one that `key` refers to */
  lookup?: keyof NoInfer<Parent> & string;
  /** The objects that this request may reach; below others everything is 404. @default all of them */
  queryset?: (event: HttpEvent, context: Begin<Caller>["context"]) => ScopeResult<NoInfer<Parent>>;
}

/** The option of generics whose path is under an object: `projects/{projectId}/tasks`. */
export interface ParentOption<T, User, Optional extends boolean, Near, Above = never, Top = never> {
  /**
   * The object that the path is under. It is loaded first, within its own `queryset` (404), and is `context.parent`; the handler
   * reaches what is below it and nothing else, and sets `key` on what it creates. It may have a `parent` itself.
   * @default none
   */
  parent?: ParentLevel<T, Near, CallerOf<User, Optional, Above, Top>> & {
    parent?: ParentLevel<Near, Above, CallerOf<User, Optional, Top>> & {
      parent?: ParentLevel<Above, Top, UserOf<User, Optional>>;
    };
  };
}

/** The path parameters that name the parents of a handler, of its options as they were given. */
export type ParentParams<Given> = Given extends { readonly parent: infer Level }
  ? (Level extends { readonly param: infer Param extends string } ? Param : never) | ParentParams<Level>
  : never;

/** One level of the `parent` option at run time. */
export interface Parent {
  readonly model: Model<Record<string, unknown>>;
  readonly param: string;
  readonly key: string;
  readonly references?: string;
  readonly lookup?: string;
  readonly queryset?: AnyScope<Record<string, unknown>>;
}

/** The `parent` option at run time. */
export interface ParentOptions extends Parent {
  readonly parent?: ParentOptions;
}

/** The options of a generic that are about what its path is under, and what goes with them. */
export interface ResolvedParentOptions {
  parent?: ParentOptions;
  param?: string;
  queryset?: unknown;
  defaults?: unknown;
}

/** What becomes of a generic's own parts below the objects of its path; without a `parent` they stay as they are. */
export interface Below<T> {
  /** Comes before what else is loaded. */
  readonly load: readonly Middleware[];
  /** The `queryset`, of what is below the parent alone. */
  readonly queryset: AnyScope<T> | undefined;
  /** The `defaults`, with the parent's id over them. */
  readonly defaults: ((request: Request) => unknown) | undefined;
  /**
   * What the `queryset` is once an object has changes, by which it may move below another parent that this one's own `queryset`
   * has; `undefined` where there is no parent.
   */
  readonly boundsAfter: ((changes: unknown, request: Request) => Promise<Opened<T>>) | undefined;
  /**
   * Refuses a body that names another parent than the path, also where its key is none that a client may set.
   *
   * @param isSettable whether an object that is there already may move by its key
   */
  checkKey(isSettable: boolean): readonly Middleware[];
}

import { jsonBody } from "../../middlewares/jsonBody.ts";
import { requireKeys } from "../../middlewares/requireKeys.ts";
import { readLong } from "../../src/core/longNumbers.ts";
import { mapMaybePromise } from "../../src/core/maybePromise.ts";
import { type AnyMiddleware, defineMiddleware, type HookRequest } from "../../src/core/middleware.ts";
import { isObject } from "../../src/core/objects.ts";
import { withoutStack } from "../../src/core/withoutStack.ts";
import { putBody } from "../../src/http/body.ts";
import { readFields } from "../../src/models/fields/jsonFields.ts";
import { ownFields } from "../../src/models/fields/ownFields.ts";
import type { Model } from "../../src/models/types.ts";
import { declaredBy } from "../../src/schema/declared.ts";
import { checkIncoming } from "../../src/schema/incoming.ts";
import { refusal } from "../../src/schema/refusal.ts";
import { type CheckResult, isStandardSchema, type StandardSchemaV1 } from "../../src/schema/standard.ts";
import { longNumbers } from "./longNumbers.ts";
import type { Below } from "./parentTypes.ts";
import { checkReferencesWith } from "./references.ts";

/** The body's options at run time. */
export interface ResolvedBodyOptions {
  required?: readonly string[];
  optional?: readonly string[];
  body?: StandardSchemaV1;
  jsonBody?: object;
}

/** What a client may set, and what checks it. */
export interface Settable {
  /** The keys: the listed ones, else those that the schema declares. */
  readonly keys: readonly string[];
  /** Whether lists say them, over what the schema declares. */
  readonly isListed: boolean;
  /** Whether the schema may declare more than a client may set: fields of the model's own. */
  readonly isCut: boolean;
  /** The value without all that is not declared within it, and but for lists at its top. */
  keep<V>(value: V): V;
  /** Whether the schema is there to refuse what it does not declare, so that it has to see it. */
  readonly refuses: boolean;
  /** Checks what {@link keep} gave. */
  check(kept: unknown): Check;
  /** Whether the schema declares a key. One that is merely listed it may let through all the same. */
  declares(key: string): boolean;
}

/** The outcome of a check, or a promise of it. */
export type Check = CheckResult<unknown> | Promise<CheckResult<unknown>>;

function listedKeys(
  name: string,
  { required, optional }: ResolvedBodyOptions,
): readonly string[] | undefined {
  if (required === undefined && optional === undefined) return undefined;
  const twice = required?.find(key => optional?.includes(key));
  if (twice !== undefined) throw new TypeError(`${name}: "${twice}" is both required and optional`);
  return [...(required ?? []), ...(optional ?? [])];
}

/** The object without some of its keys; the very same where it has none of them. */
function without<V>(value: V, keys: readonly string[]): V {
  if (!isObject(value) || !keys.some(key => Object.hasOwn(value, key))) return value;
  return Object.fromEntries(Object.entries(value).filter(([key]) => !keys.includes(key))) as V;
}

/** Checks a body of the client's: whatever a schema lets through beside what it declares does not get to it. */
export function checkBody({ keep, refuses, check }: Settable, body: unknown): Check {
  const kept = keep(body);
  if (kept === body || !refuses) return check(kept);
  return mapMaybePromise(check(body), result => (result.errors ? result : check(kept))) as Check;
}

/** Without a schema the lists alone decide. */
const open: Omit<Settable, "keys"> = {
  isListed: true,
  isCut: false,
  keep: value => value,
  refuses: false,
  check: value => ({ value }),
  declares: () => true,
};

/**
 * What a client may set: the listed keys, else those that the `body` schema declares. Without lists and schema it is
 * nothing: what a client may set is always said.
 *
 * @throws TypeError when a key is in both lists, or is one that the model sets itself, `body` is not a schema, or there are no lists and it does not declare its keys
 */
export function settableBy<T>(name: string, options: ResolvedBodyOptions, model: Model<T>): Settable {
  const { body } = options;
  const own = ownFields(model);
  const listed = listedKeys(name, options);
  const taken = listed?.find(key => own.includes(key));
  if (taken !== undefined) {
    throw new TypeError(`${name}: "${taken}" can't be set by a client: ${model.name} sets it`);
  }
  if (body === undefined) return { ...open, keys: listed ?? [] };
  if (!isStandardSchema(body)) {
    throw new TypeError(
      `${name}: option "body" must be a Standard Schema; wrap a JSON Schema in jsonSchema()`,
    );
  }
  const declared = declaredBy(body);
  const keys = listed ?? declared?.names.filter(key => !own.includes(key));
  if (keys !== undefined) {
    const isListed = listed !== undefined;
    const cut = isListed || own.length === 0 ? undefined : own;
    return {
      keys,
      isListed,
      isCut: cut !== undefined,
      keep: value => {
        const kept = declared === undefined ? value : (declared.keep(value, isListed) as typeof value);
        return cut === undefined ? kept : without(kept, cut);
      },
      refuses: declared?.refuses === true,
      check: kept => checkIncoming(body, kept),
      declares: key => keys.includes(key) && declared?.names.includes(key) === true,
    };
  }
  throw new TypeError(
    `${name}: option "body" does not declare its keys: list in "required" and "optional" what a client may set`,
  );
}

/** What documents say of the body: the lists, where there are any, and the schema. */
export const bodyMetadata = (
  { isListed, isCut, keys }: Settable,
  { required = [], optional = [], body }: ResolvedBodyOptions,
): { required?: readonly string[]; optional?: readonly string[]; schema?: StandardSchemaV1 } => ({
  ...(isListed && { required, optional }),
  ...(isCut && { required: [], optional: keys }),
  ...(body && { schema: body }),
});

/** The output of a check. @throws BadRequest with all that is wrong */
export function acceptedOrBadRequest({ errors, value }: CheckResult<unknown>): unknown {
  if (errors) throw withoutStack(() => refusal(errors));
  return value;
}

/**
 * What checks a parsed body: its key of a parent, then keep the listed keys, check it against the schema, else read the model's
 * fields; last what it refers to.
 */
export function checkBodyWith<T>(
  name: string,
  model: Model<T>,
  options: ResolvedBodyOptions,
  below: Pick<Below<T>, "checkKey">,
): readonly AnyMiddleware[] {
  const { required = [], optional = [], body } = options;
  const settable = settableBy(name, options, model);
  const checkKey = below.checkKey(false);
  const references = checkReferencesWith(model, settable.keys);

  function validateBefore(request: HookRequest): unknown {
    const event = request.event as Record<string, unknown>;
    return mapMaybePromise(checkBody(settable, event.body), result => {
      putBody(event, acceptedOrBadRequest(result));
    });
  }
  const listed = requireKeys(required, { optional }) as AnyMiddleware;
  if (body !== undefined) {
    // What documents and chains say of `validate`, without its code for all the rest of a request.
    const checked = defineMiddleware({
      name: "validate",
      needs: ["event.body"],
      adds: ["event.body"],
      openapi: () => ({ parameters: [], errors: [400], body: { schema: body } }),
      before: validateBefore,
    });
    return [...checkKey, ...(settable.isListed ? [listed, checked] : [checked]), ...references];
  }
  function requireKeysBefore(request: HookRequest): void {
    listed.before?.(request as never);
    const event = request.event as Record<string, unknown>;
    putBody(event, readFields(model, event.body));
  }
  return [...checkKey, { ...listed, before: requireKeysBefore }, ...references];
}

/** What reads a body: parse it, then {@link checkBodyWith}. */
export function readBodyWith<T>(
  name: string,
  model: Model<T>,
  options: ResolvedBodyOptions,
  below: Pick<Below<T>, "checkKey">,
): readonly AnyMiddleware[] {
  const { keys } = settableBy(name, options, model);
  const read = longNumbers({ model, keys, body: options.body });
  return [
    jsonBody({ ...options.jsonBody, [readLong]: read } as object),
    ...checkBodyWith(name, model, options, below),
  ];
}

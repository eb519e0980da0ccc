import { isDeepStrictEqual } from "node:util";
import { jsonBody } from "../../middlewares/jsonBody.ts";
import { requireKeys } from "../../middlewares/requireKeys.ts";
import { validate } from "../../middlewares/validate.ts";
import { BadRequest, NotFound } from "../../src/errors.ts";
import { toJson } from "../../src/http/plain.ts";
import { readHeader, readMethod } from "../../src/http/read.ts";
import { type AnyMiddleware, defineMiddleware, type Hook, type HookRequest } from "../../src/middleware.ts";
import { fieldsOfSchema } from "../../src/models/fields.ts";
import { isObject } from "../../src/objects.ts";
import { jsonPatch } from "../../src/patch/jsonPatch.ts";
import { mergePatch } from "../../src/patch/mergePatch.ts";
import { whenSettled } from "../../src/settle.ts";
import { type LooseBodyOptions, settableKeys } from "./body.ts";

type Fields = Record<string, unknown>;
type Patch = (before: Fields, patch: unknown, fields: readonly string[]) => Fields;
interface State {
  event: { body: unknown };
  context: { object: Fields | undefined };
}

function merge(before: Fields, patch: unknown, fields: readonly string[]): Fields {
  if (!isObject(patch)) {
    throw new BadRequest("Malformed patch: it must be an object");
  }
  const listed = Object.entries(patch).filter(([name]) => fields.includes(name));
  return mergePatch(before, Object.fromEntries(listed)) as Fields;
}

const patches: Record<string, Patch> = {
  "application/merge-patch+json": merge,
  "application/json-patch+json": jsonPatch,
};

function patchOf(event: unknown): Patch | undefined {
  const type = readHeader(event, "content-type")?.split(";")[0]?.trim().toLowerCase() ?? "";
  return Object.hasOwn(patches, type) ? patches[type] : undefined;
}

/** Fields in the form that a client sees them, which is what a patch is about. */
const plain = (fields: Fields): Fields => JSON.parse(toJson(fields)) as Fields;

function only(fields: Fields, names: readonly string[]): Fields {
  return Object.fromEntries(
    names.filter(name => Object.hasOwn(fields, name)).map(name => [name, fields[name]]),
  );
}

/**
 * The fields that differ; one that the patch took away is null. One that the schema alone left out is none of its
 * business, and stays as it is.
 */
function difference(before: Fields, patched: Fields, output: Fields, removable: Fields): Fields {
  const seen = plain(output);
  const changes: Fields = {};
  for (const name of Object.keys({ ...before, ...output })) {
    if (Object.hasOwn(output, name)) {
      if (!isDeepStrictEqual(before[name], seen[name])) changes[name] = output[name];
    } else if (!Object.hasOwn(patched, name) && Object.hasOwn(removable, name)) changes[name] = null;
  }
  return changes;
}

/**
 * The keys that a PUT takes away by leaving them out.
 *
 * @throws TypeError when neither lists nor the schema tell them
 */
function replacedKeys(
  name: string,
  keys: readonly string[] | undefined,
  schema: LooseBodyOptions["body"],
): readonly string[] {
  const told = keys ?? (schema && Object.keys(fieldsOfSchema(schema) ?? {}));
  if (told !== undefined && (keys !== undefined || told.length > 0)) return told;
  throw new TypeError(`${name}: option "replace" needs key lists, or a "body" schema that tells its fields`);
}

/** A replacement says all there is: what it leaves out becomes null where the object has a value. */
function fillAbsent(names: readonly string[], { event, context }: State): void {
  const body = event.body as Fields;
  const object = context.object as Fields;
  const absent = names.filter(name => body[name] === undefined && (object[name] ?? null) !== null);
  if (absent.length > 0) event.body = { ...body, ...Object.fromEntries(absent.map(name => [name, null])) };
}

/**
 * What reads the changes of an update into `event.body`, by content type: JSON gives the listed keys and their values; a
 * JSON Merge Patch (RFC 7396) or JSON Patch (RFC 6902) is applied to the object's settable fields, so that keys which
 * are required need not be in it. A `body` schema checks the outcome of either, and what it does not let through stays as
 * it is. With `replace`, JSON that is sent by PUT takes away the keys that it leaves out. What is not there yet is read
 * like a new object, and can't be patched.
 */
export function readChangesWith(
  name: string,
  idKey: string,
  options: LooseBodyOptions & { replace?: boolean },
): readonly AnyMiddleware[] {
  const { required = [], optional = [], body: schema } = options;
  const keys = settableKeys(name, options);
  const keep = keys && (requireKeys(required, { optional }).before as Hook);
  const check = schema && (validate({ body: schema }).before as Hook);
  const replaced = options.replace
    ? replacedKeys(name, keys, schema).filter(field => field !== idKey)
    : undefined;

  function readPatch(request: HookRequest, patch: Patch): unknown {
    const { event, context } = request as unknown as State;
    const { object } = context;
    if (object === undefined) throw new NotFound();
    const declared = keys === undefined ? fieldsOfSchema(schema) : undefined;
    const settable = keys ?? Object.keys(declared ?? object).filter(field => field !== idKey);
    const before = plain(only(object, settable));
    const patched = patch(before, event.body, settable);

    function checked(body: Fields): unknown {
      event.body = body;
      return whenSettled(check?.(request as never), () => event.body);
    }
    /** A schema that does not declare its fields shows by its output which of those that are gone it knows. */
    function removable(): unknown {
      const isAllThere = Object.keys(before).every(name => Object.hasOwn(patched, name));
      return declared || isAllThere ? before : checked({ ...before, ...patched });
    }
    return whenSettled(checked(patched), output =>
      whenSettled(removable(), known => {
        event.body = difference(before, patched, output as Fields, known as Fields);
      }),
    );
  }

  function readChangesBefore(request: HookRequest): unknown {
    const patch = patchOf(request.event);
    if (patch !== undefined) return readPatch(request, patch);
    keep?.(request as never);
    const checked = check?.(request as never);
    if (replaced === undefined || readMethod(request.event) !== "PUT") return checked;
    const state = request as unknown as State;
    if (state.context.object === undefined) return checked;
    return whenSettled(checked, () => fillAbsent(replaced, state));
  }
  return [
    jsonBody(options.jsonBody),
    defineMiddleware({
      name: "readChanges",
      needs: ["event.body", "context.object"],
      adds: ["event.body"],
      facts: () => ({
        body: {
          types: ["application/json", ...Object.keys(patches)],
          ...(keys !== undefined && { required, optional }),
          ...(schema && { schema }),
        },
        errors: [400],
      }),
      before: readChangesBefore,
    }),
  ];
}

import { BadRequest } from "../../src/core/errors.ts";
import type { ParameterMetadata } from "../../src/core/operationMetadata.ts";
import { sentQuery } from "../../src/http/query.ts";
import { fieldsOfModel } from "../../src/models/fields/fields.ts";
import { refuseParameter, singleValue } from "../../src/models/query/singleValue.ts";
import type { Model } from "../../src/models/types.ts";
import { narrowed } from "../../src/serializers/narrowed.ts";
import { shownNames } from "../../src/serializers/shownNames.ts";
import type { Serialize } from "../../src/serializers/toSerializer.ts";

/** The option of generics that let a client choose what goes out. */
export interface SparseOption {
  /**
   * Lets `?fields=id,title` ask for some of what the serializer shows, which must be `pick`, `omit` of a model that knows its
   * fields, `fields` or a schema that declares them. What `fields` computes is then computed only where it is asked for.
   * @default false
   */
  fields?: boolean;
}

/** What a client may choose from. */
export interface Sparse {
  readonly metadata: ParameterMetadata;
  /**
   * The serializer of a request; `undefined` where it asks for all.
   *
   * @param whole what goes out of one that asks for all, where that is another one for each request
   * @throws BadRequest naming the parameter when it is empty, given twice, or names what the serializer does not show
   */
  narrowedFor(event: unknown, whole?: Serialize): Serialize | undefined;
}

/** The names that are asked for, in the order of those that there are. */
function chosen(text: string, shown: readonly string[]): readonly string[] {
  const names = text.split(",");
  const asked = new Set(names);
  if (text === "" || asked.size < names.length) throw refuseParameter("Invalid value of parameter", "fields");
  if (!names.every(name => shown.includes(name))) {
    throw new BadRequest(`Unknown name in parameter fields: there are ${shown.join(", ")}`, {
      field: "fields",
    });
  }
  return shown.filter(name => asked.has(name));
}

/**
 * Reads the option that lets a client choose what goes out.
 *
 * @param factory who takes it, for messages
 * @param options with the serializer
 * @param serialize the serializer in its one form
 * @returns `undefined` where it may not
 * @throws TypeError when nobody could say what the serializer shows
 */
export function sparseOf<T>(
  factory: string,
  { fields = false, serializer }: SparseOption & { serializer?: unknown },
  model: Model<T>,
  serialize: Serialize,
): Sparse | undefined {
  if (!fields) return undefined;
  const shown = shownNames(serializer, fieldsOfModel(model));
  if (shown === undefined) {
    throw new TypeError(
      `${factory}: option "fields" needs a serializer that says what it shows: pick, fields, a schema that declares its fields, or omit of a model that knows its own`,
    );
  }
  return {
    metadata: {
      in: "query",
      name: "fields",
      list: "comma",
      source: { json: { type: "string", enum: [...shown] } },
      description: "What of each object goes out; without it all of these",
    },
    narrowedFor(event, whole) {
      const values = sentQuery(event).fields;
      if (values === undefined) return undefined;
      const there = whole === undefined ? shown : (shownNames(whole, undefined) ?? shown);
      return narrowed(whole ?? serialize, chosen(singleValue("fields", values), there));
    },
  };
}

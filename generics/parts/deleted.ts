import { BadRequest } from "../../src/core/errors.ts";
import type { ParameterMetadata } from "../../src/core/operationMetadata.ts";
import { singleValue } from "../../src/models/query/singleValue.ts";
import type { FullQueryset, Model } from "../../src/models/types.ts";

/** The option of lists that may show what is deleted. */
export interface DeletedOption {
  /** Lets `?deleted=with` and `?deleted=only` ask for what a model with `softDelete` has marked. @default false */
  deleted?: boolean;
}

/** @throws TypeError when nothing is marked that could be asked for */
export function checkSoftDelete<T>(factory: string, model: Model<T>): void {
  if (model.softDelete === undefined) {
    throw new TypeError(`${factory}: ${model.name} has no "softDelete": what is deleted is gone`);
  }
}

/** What documents say of the parameter. */
export const deletedParameter: ParameterMetadata = {
  in: "query",
  name: "deleted",
  source: { json: { type: "string", enum: ["with", "only"] } },
  description: "Asks for what is deleted as well, or for that alone",
};

/**
 * The objects that `?deleted` asks for.
 *
 * @throws BadRequest when it is neither `with` nor `only`, or sent twice
 */
export function askedDeleted<T>(
  query: Readonly<Record<string, readonly string[]>>,
  objects: FullQueryset<T>,
): FullQueryset<T> {
  const asked = query.deleted && singleValue("deleted", query.deleted);
  if (asked === undefined) return objects;
  if (asked === "only") return objects.onlyDeleted();
  if (asked === "with") return objects.withDeleted();
  throw new BadRequest("deleted must be with or only", { field: "deleted" });
}

import { checkOptions } from "../../core/options.ts";
import { makeRelation } from "./relation.ts";
import type { Many, ManyOptions, ModelOrFunction } from "./types.ts";

/**
 * Relates each object to those of another model that refer to it by a key. A serializer shows them by `listOf`, which says how
 * many; however many objects go out, those that refer to them are read at once.
 *
 * @param model the model of the other objects, or a function that gives it, for models that are related to themselves or to
 * each other: `(): Model<Post> => Posts`
 * @param keys the field of the other objects that holds the id of this one, or a list of fields
 * @param options what the keys refer to, which objects a request may see, and their order
 * @throws TypeError on a wrong argument
 * @example
 * const Posts = sqlModel<Post>({ db, name: "Post", columns, relations: { comments: many(Comments, "post") } });
 */
export function many<T>(
  model: ModelOrFunction<T>,
  keys: (keyof NoInfer<T> & string) | readonly (keyof NoInfer<T> & string)[],
  options: ManyOptions<NoInfer<T>> = {},
): Many<T> {
  checkOptions("many", options, {
    references: ["string", "names"],
    queryset: "function",
    orderBy: ["string", "names"],
  });
  return makeRelation({ kind: "many", model, keys, ...options });
}

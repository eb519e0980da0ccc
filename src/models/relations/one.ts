import { checkOptions } from "../../core/options.ts";
import { makeRelation } from "./relation.ts";
import type { ModelOrFunction, One, OneOptions } from "./types.ts";

/**
 * Relates each object to one of another model, to which it refers by a key of its own. A serializer that names the relation
 * shows that object; however many objects go out, those that they refer to are read at once.
 *
 * @param model the model of the other object, or a function that gives it, for models that are related to themselves or to
 * each other: `(): Model<Post> => Posts`
 * @param keys the field that holds the other's id, or a list of fields
 * @param options what the keys refer to, which objects a request may see, and what a deletion does
 * @throws TypeError on a wrong argument
 * @example
 * const Posts = sqlModel<Post>({ db, name: "Post", columns, relations: { author: one(Users, "author") } });
 */
export function one<T, const Key extends string>(
  model: ModelOrFunction<T>,
  keys: Key | readonly Key[],
  options: OneOptions<NoInfer<T>> = {},
): One<T, Key> {
  checkOptions("one", options, {
    references: ["string", "names"],
    queryset: "function",
    onDelete: "string",
    foreignKey: "boolean",
  });
  return makeRelation({ kind: "one", model, keys, ...options });
}

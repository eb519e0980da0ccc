import { fieldsOfModel } from "../fields/fields.ts";
import { ownFields } from "../fields/ownFields.ts";
import type { FullQueryset, Queryset } from "../types.ts";
import { noSoftDelete, versionOf } from "./admission.ts";
import type { Described } from "./ofArray.ts";
import { allOf, firstOf } from "./reading.ts";
import { relating } from "./relating.ts";
import { setChanges } from "./setWrites.ts";
import { checkEach, type Each, writeEach } from "./writeEach.ts";

const optional = ["first", "all", "exists", "update", "delete", "withDeleted", "onlyDeleted"] as const;

/** Those that were found to have all methods; the objects of a model are the same each time. */
const full: WeakSet<object> = /* @__PURE__ */ new WeakSet();

function isFull<T>(given: Queryset<T>): given is FullQueryset<T> {
  if (full.has(given)) return true;
  if (!optional.every(name => typeof given[name] === "function")) return false;
  full.add(given);
  return true;
}

function missing(name: string): never {
  throw new TypeError(`asQueryset: the model has no "${name}", which changes its objects`);
}

/** The objects of a queryset, to be written one by one. */
function eachOf<T>(objects: Queryset<T>, { idKey }: Described<T>): Each<T> {
  return {
    page: request => objects.page(request),
    reload: object => objects.get(String(object[idKey])),
  };
}

async function updateEach<T>(
  objects: Queryset<T>,
  model: Described<T>,
  changes: Partial<T>,
): Promise<number> {
  const { idKey, schema } = model;
  const fields = fieldsOfModel(model);
  const set = setChanges(changes, {
    idKey,
    schema,
    fields,
    version: versionOf(model),
    own: ownFields(model),
  });
  if (set === undefined) return 0;
  const { update = missing("update") } = model;
  return writeEach(
    eachOf(objects, model),
    object => update.call(model, object, set as Partial<T>),
    found => checkEach(schema, found, set),
  );
}

async function deleteEach<T>(objects: Queryset<T>, model: Described<T>): Promise<number> {
  const { delete: remove = missing("delete") } = model;
  return writeEach(eachOf(objects, model), object => remove.call(model, object));
}

/**
 * Gives a queryset the methods that it lacks, made of those that every queryset has.
 *
 * @param model whose objects they are; it changes them one by one
 */
export function completed<T>(given: Queryset<T>, model: Described<T>): FullQueryset<T> {
  if (isFull(given)) return relating(given, model);
  function deleted(name: "withDeleted" | "onlyDeleted"): FullQueryset<T> {
    const found = given[name]?.();
    if (found === undefined) throw noSoftDelete(model.name);
    return completed(found, model);
  }
  const whole: FullQueryset<T> = {
    filter: where => completed(given.filter(where), model),
    search: (text, fields) => completed(given.search(text, fields), model),
    orderBy: (...keys) => completed(given.orderBy(...keys), model),
    get: id => given.get(id),
    page: request => given.page(request),
    count: () => given.count(),
    [Symbol.asyncIterator]: () => given[Symbol.asyncIterator](),
    ...(given.admits && { admits: (object, isWhole) => given.admits?.(object, isWhole) }),
    ...(given.firstOfEach && {
      firstOfEach: (fields, limit) => given.firstOfEach?.(fields, limit) as Promise<T[]>,
    }),
    first: () => (given.first ? given.first() : firstOf(given)),
    all: options => (given.all ? given.all(options) : allOf(given, options)),
    async exists() {
      return given.exists ? given.exists() : (await firstOf(given)) !== undefined;
    },
    update: changes => (given.update ? given.update(changes) : updateEach(given, model, changes)),
    delete: () => (given.delete ? given.delete() : deleteEach(given, model)),
    withDeleted: () => deleted("withDeleted"),
    onlyDeleted: () => deleted("onlyDeleted"),
  };
  return relating(whole, model);
}

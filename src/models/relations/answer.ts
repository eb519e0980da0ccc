import { BadRequest } from "../../core/errors.ts";
import { fieldsOfModel } from "../fields/fields.ts";
import { joinsOf } from "../query/baseQueryset.ts";
import { keysWhere, keyValues } from "../query/batches.ts";
import { canJoin } from "../query/joins.ts";
import { pose } from "../query/questions.ts";
import { firstObjects } from "../query/reading.ts";
import type { FullQueryset, RelatedModel, Relation } from "../types.ts";
import { innerOf, isJoined, joinedBy, type Path, pathOf, relationNamed } from "./paths.ts";
import { keysOf, type Request } from "./read.ts";
import { relationTag } from "./tag.ts";
import type { TaggedRelation } from "./types.ts";

/** So many related objects are looked up where no statement can join. */
const mostObjects = 1000;

/** Who asks. */
export interface Asker {
  readonly model: RelatedModel;
  /** The objects that are narrowed. */
  readonly objects: object;
  /** Whom the relations' own querysets are asked for; `undefined` in code that answers no request. */
  readonly request: Request | undefined;
  /** Gives the objects of an engine behind a queryset that asks through relations itself. */
  settled(objects: FullQueryset<unknown>): Promise<FullQueryset<unknown>>;
}

type Where = Record<string, unknown>;

/** The conditions of HTTP's parameters, by what they are called there. */
const parameters: WeakMap<object, string> = /* @__PURE__ */ new WeakMap();

/** Says which parameter a condition was made of, for messages. */
export function callParameter(condition: object, name: string): void {
  parameters.set(condition, name);
}

async function lookedUp(
  { model }: Asker,
  found: FullQueryset<unknown>,
  relation: Relation,
  label: string,
): Promise<object> {
  const { own, theirs } = keysOf(relation, model);
  const related = relation.model.name;
  const objects = await firstObjects(found, mostObjects + 1).catch((error: unknown) => {
    if (!(error instanceof BadRequest)) throw error;
    throw new BadRequest(`${label}: ${error.message}`, { field: label, cause: error });
  });
  if (objects.length > mostObjects) {
    throw new BadRequest(
      `${label} is met by more than ${mostObjects} of ${related}: ask for less, or keep both in one SQL database`,
      { field: label },
    );
  }
  const kinds = fieldsOfModel(model);
  const fields = own.map(name => ({ name, kind: kinds?.[name] }));
  const values = objects.map(object =>
    keyValues(
      { fields },
      theirs.map(name => (object as Where)[name]),
    ),
  );
  return keysWhere(
    own,
    values.filter(each => each !== undefined),
  );
}

/** The condition of the keys by which objects are related to those that a path and its condition mean. */
async function keysFor(asker: Asker, path: Path, condition: unknown, name: string): Promise<object> {
  const { model, objects, request, settled } = asker;
  const relation = relationNamed(model, path.relation) as TaggedRelation;
  const inner = innerOf(path, condition);
  const label = parameters.get(condition as object) ?? name;
  const found = await settled(
    (await relation[relationTag].objects(path.relation, request)).filter(inner as never),
  );
  const { own, theirs } = keysOf(relation, model);
  const [from, to] = [joinsOf(objects), joinsOf(found)];
  const asked = { [name]: condition };
  if (!(await canJoin(from, own, to, theirs))) {
    return pose(await lookedUp(asker, found, relation, label), { asked });
  }
  const select = await to?.select(theirs);
  // Who does not know what it stands for finds nothing.
  return pose({ [own.at(-1) as string]: [] }, { asked, within: { fields: own, select } });
}

/**
 * Makes a condition of an object's own fields of one that leads through relations: where both models are in one SQL database,
 * that a statement looks into the other table, else that the keys are those of the objects that were looked up.
 *
 * @throws BadRequest naming the path, or the parameter that it was made of, when they are more than can be looked up
 */
export async function answered(where: object, asker: Asker): Promise<object> {
  const parts = await Promise.all(
    Object.entries(where).map(async ([name, condition]) => {
      if (isJoined(name)) {
        const each = await Promise.all(joinedBy(condition).map(one => answered(one as object, asker)));
        return { [name]: name === "not" ? each[0] : each };
      }
      const path = pathOf(name, asker.model);
      return path === undefined ? { [name]: condition } : keysFor(asker, path, condition, name);
    }),
  );
  return parts.length === 1 ? (parts[0] as object) : { and: parts };
}

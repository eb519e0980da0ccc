import { defineMiddleware, type HookRequest } from "../../src/core/middleware.ts";
import { checkOptions, type OptionTable } from "../../src/core/options.ts";
import { fieldsOfModel } from "../../src/models/fields/fields.ts";
import type { AnyScope } from "../../src/models/query/scope.ts";
import type { Model } from "../../src/models/types.ts";
import { needsParameter } from "../../src/pipeline/pathParameters.ts";
import { checkNamedFields } from "../../src/serializers/namedFields.ts";
import { boundsAfter, boundsBelow, checkKey, keyBelow, loadParents, namedBy } from "./parentScopes.ts";
import type { Below, Parent, ParentOptions, ResolvedParentOptions } from "./parentTypes.ts";

const parentKinds: OptionTable<ParentOptions> = {
  model: "model",
  param: "string",
  key: "string",
  references: "string",
  lookup: "string",
  queryset: "function",
  parent: "object",
};

/** Checks one level, and those above it. @returns them, the nearest first */
function levelsOf(
  factory: string,
  child: Model<never>,
  option: ParentOptions,
  params: readonly string[],
): Parent[] {
  const name = `${factory}: option "parent"`;
  checkOptions<ParentOptions>(name, option, parentKinds);
  for (const needed of ["model", "param", "key"] as const) {
    if (option[needed] === undefined) throw new TypeError(`${name} needs "${needed}"`);
  }
  const { model, param, key, references = model.idKey, lookup, parent } = option;
  checkNamedFields(name, child, { key });
  checkNamedFields(name, model, { references, lookup });
  const [own, referred] = [fieldsOfModel(child)?.[key], fieldsOfModel(model)?.[references]];
  if (own !== undefined && referred !== undefined && own !== referred) {
    throw new TypeError(
      `${name}: "${key}" of ${child.name} is ${own}, and the ${references} of ${model.name} is ${referred}`,
    );
  }
  if (params.includes(param)) {
    throw new TypeError(`${name}: the path parameter "${param}" names another object already`);
  }
  if (parent === undefined) return [option];
  return [option, ...levelsOf(factory, model as Model<never>, parent, [...params, param])];
}

/**
 * Makes of the `parent` option what a generic takes in place of its own parts: what `#parents` means unless the condition
 * `tsverless-no-parents` is given.
 *
 * @param hasObject whether a parameter of the path names the object itself
 * @throws TypeError when the option is not what it should be
 */
export function belowParents<T>(
  factory: string,
  model: Model<T>,
  options: ResolvedParentOptions & { parent: ParentOptions },
  hasObject: boolean,
): Below<T> {
  const { parent, param = "id" } = options;
  const queryset = options.queryset as AnyScope<T> | undefined;
  const defaults = options.defaults as Below<T>["defaults"];
  const parents = levelsOf(factory, model as unknown as Model<never>, parent, hasObject ? [param] : []);

  function querysetBelow(event: unknown, context: unknown): unknown {
    return boundsBelow(model, parent, queryset, { event, context });
  }
  // A queryset shows by its parameters whether it reads the user.
  Object.defineProperty(querysetBelow, "length", { value: queryset?.length ?? 0 });

  const load = defineMiddleware({
    name: "loadParent",
    needs: parents.map(level => needsParameter(level.param)),
    adds: ["context.parent", "context.parents"],
    openapi: () => ({
      parameters: parents.map(level => ({
        in: "path",
        name: level.param,
        source: { model: level.model, field: namedBy(level) },
      })),
      parents,
      errors: [404],
    }),
    before: function loadParentBefore(request: HookRequest): Promise<void> {
      return loadParents(parents, request);
    },
  });
  return {
    load: [load],
    queryset: querysetBelow as AnyScope<T>,
    async defaults(request) {
      return { ...((await defaults?.(request)) as object | undefined), ...keyBelow(parent, request.context) };
    },
    boundsAfter: (changes, request) => boundsAfter(model, parents, queryset, changes, request),
    checkKey(isSettable) {
      function checkKeyBefore(request: HookRequest): void {
        const { object } = request.context as { object?: unknown };
        if (!isSettable || object === undefined) checkKey(parent, request);
      }
      return [
        defineMiddleware({
          name: "checkKey",
          needs: ["event.body", "context.parent"],
          before: checkKeyBefore,
        }),
      ];
    },
  };
}

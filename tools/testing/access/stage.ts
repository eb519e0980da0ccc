import { settings } from "../../../src/core/settings.ts";
import type { Row } from "../../../src/core/types.ts";
import { testClient } from "../requests/client.ts";
import { Sender } from "./ask.ts";
import { Belonging, type Made, ownerMarks, type TenantOption, tenantMarks } from "./belonging.ts";
import { bodyFor, ownValues, rowFor, sendLess } from "./bodies.ts";
import { canary } from "./canaries.ts";
import { Judge } from "./judge.ts";
import { lookForParents, parentModels } from "./parents.ts";
import { Policy } from "./policy.ts";
import { requestTo, variablesFor } from "./requests.ts";
import { type AccessApi, type AccessRoute, isStored, type StoredModel } from "./routes.ts";
import type { Scene } from "./scene.ts";
import type { Actor } from "./types.ts";
import { changesOf, type Snapshot, World } from "./world.ts";

/** What the caller of `proveAccess` says of who is there. */
export interface StageOptions {
  readonly users: Readonly<Record<string, object>>;
  readonly seed: ((users: never, clients: never) => unknown) | undefined;
  readonly tenant: TenantOption | undefined;
  readonly open: readonly string[];
  readonly bodies: Readonly<Record<string, unknown>>;
}

const usersOf = ({ auth }: AccessRoute): unknown =>
  auth && ((auth.options as { model?: unknown } | undefined)?.model ?? settings.userModel);

/** All models that the routes name. */
export function modelsOf(routes: readonly AccessRoute[]): StoredModel[] {
  const all = routes.flatMap(route => [
    ...parentModels(route),
    route.model,
    ...route.scopes.map(({ model }) => model as unknown),
    route.known.narrows?.model,
    usersOf(route),
  ]);
  return [...new Set(all.filter(isStored))];
}

/** A new object, with as many fields as the model lets it have. */
async function store(model: StoredModel, given: Row): Promise<Row> {
  try {
    return await model.create(rowFor(model, given, false));
  } catch {
    return model.create(rowFor(model, given, true));
  }
}

async function userOf(name: string, given: Row, model: StoredModel | undefined): Promise<Row> {
  if (model === undefined) return given;
  const id = given[model.idKey];
  try {
    const found = id === undefined ? undefined : await model.objects.get(String(id));
    return { ...(found ?? (await store(model, given))), ...given };
  } catch (cause) {
    throw new Error(
      `proveAccess: users.${name} can't be stored as a ${model.name}: ${(cause as Error).message}; say what it takes`,
      { cause },
    );
  }
}

async function actorsOf(api: AccessApi, routes: readonly AccessRoute[], users: StageOptions["users"]) {
  const model = routes.map(usersOf).find(isStored);
  const client = testClient(api);
  const isGuarded = routes.some(({ auth }) => auth !== undefined);
  const actors: Actor[] = [];
  for (const [name, given] of Object.entries(users)) {
    const user = await userOf(name, given as Row, model);
    const id = user[model?.idKey ?? "id"];
    const claims = id === undefined ? {} : { sub: String(id) };
    const target = isGuarded ? client.as(user, claims).target : client.target;
    actors.push({ name, user, claims, target });
  }
  return actors;
}

/** Somebody creates something; the keys of what came of it. */
async function make(world: World, route: AccessRoute, actor: Actor, declared: unknown): Promise<string[]> {
  const before = await world.snapshot();
  const known = [...before.values()].find(({ model }) => model === route.model)?.row;
  const body = bodyFor(route, actor.user, declared, known);
  if (body === undefined) return [];
  lookForParents([route], before);
  const { method, path } = requestTo(route, variablesFor(route, actor, undefined));
  await testClient(actor.target)
    .request(method, path, { body })
    .catch(() => undefined);
  const changes = changesOf(before, await world.snapshot());
  return changes.flatMap(({ key, kind }) => (kind === "created" ? key : []));
}

/** Has everybody create something by every route that creates, and remembers who made what. */
async function makeObjects(
  world: World,
  routes: readonly AccessRoute[],
  actors: readonly Actor[],
  { bodies }: Pick<StageOptions, "bodies">,
): Promise<Made> {
  const made = new Map<string, readonly [Actor, AccessRoute]>();
  const userModels = new Set(routes.map(usersOf));
  for (const route of routes.filter(({ verb, model }) => verb === "create" && !userModels.has(model))) {
    for (const actor of actors.flatMap(one => [one, one])) {
      let keys = await make(world, route, actor, bodies[route.key]);
      if (keys.length === 0 && actor === actors[0]) {
        sendLess(route);
        keys = await make(world, route, actor, bodies[route.key]);
      }
      for (const key of keys) made.set(key, [actor, route]);
    }
  }
  return made;
}

/** Objects of models that have none: one of each user's. */
async function fillModels(
  world: World,
  models: readonly StoredModel[],
  actors: readonly Actor[],
): Promise<void> {
  const present = new Set([...(await world.snapshot()).values()].map(({ model }) => model));
  for (const model of models.filter(one => !present.has(one))) {
    for (const { user = {} } of actors) {
      const names = Object.keys(rowFor(model, {}, false));
      const given = ownValues(
        names.filter(name => name !== model.idKey),
        user,
      );
      await store(model, given).catch(() => undefined);
    }
  }
}

/** Gives hidden texts that are empty a value that is recognised wherever it is seen. */
async function fillHidden(policy: Policy, snapshot: Snapshot, made: Made): Promise<void> {
  for (const [key, [actor, route]] of made) {
    const stored = snapshot.get(key);
    if (stored === undefined) continue;
    const { model, row } = stored;
    const empty = Object.keys(rowFor(model, {}, false)).filter(name => (row[name] ?? null) === null);
    const names = empty.filter(name => !route.settable.includes(name) && name !== model.idKey);
    if (names.length === 0) continue;
    const routes = policy.routes.filter(one => one.model === model);
    const address = policy.addressOf(stored);
    const reached = () =>
      Promise.all(routes.map(async one => (await policy.reachNow(one, actor, address))?.has(key)));
    try {
      const before = await reached();
      const filled = await model.update(row, Object.fromEntries(names.map(name => [name, canary()])));
      const isSame = (await reached()).every((one, index) => one === before[index]);
      if (!isSame) await model.update(filled, Object.fromEntries(names.map(name => [name, null])));
    } catch {
      // What can't be filled is not looked for.
    }
  }
}

/** The stage of all attacks: users, their tenants and objects, made through the API where that is possible. */
export interface Stage {
  readonly scene: Scene;
  readonly sender: Sender;
  /** Leaves the objects as they were found. */
  clear(): Promise<void>;
}

/**
 * Makes users and objects.
 *
 * @throws Error when a user can't be stored, or whatever `seed` throws
 */
export async function setStage(
  api: AccessApi,
  routes: readonly AccessRoute[],
  options: StageOptions,
): Promise<Stage> {
  const models = modelsOf(routes);
  const world = new World(models);
  const found = await world.snapshot();
  async function clear(): Promise<void> {
    const isLeft = () => world.snapshot().then(now => changesOf(found, now));
    await world.revert((await isLeft()).reverse());
    // Objects that refer to others are in their way.
    await world.revert(await isLeft());
  }
  try {
    const actors = await actorsOf(api, routes, options.users);
    const byName = (of: (actor: Actor) => unknown) =>
      Object.fromEntries(actors.map(one => [one.name, of(one)]));
    const clients = byName(({ target }) => testClient(target));
    await options.seed?.(byName(({ user }) => user) as never, clients as never);
    const made = await makeObjects(world, routes, actors, options);
    await fillModels(world, models, actors);
    const before = await world.snapshot();
    const marks = [...ownerMarks(made, before, { actors, routes }), ...tenantMarks(before, actors)];
    const belonging = new Belonging(actors, marks, made, options.tenant);
    const policy = new Policy(routes, belonging, options.open);
    policy.look(before);
    await fillHidden(policy, before, made);
    const scene: Scene = {
      routes,
      actors,
      nobody: { name: "nobody", user: undefined, claims: undefined, target: api },
      policy,
      bodies: options.bodies,
      objectsOf: ({ model }) => [...policy.snapshot.values()].filter(one => one.model === model),
    };
    return { scene, sender: new Sender(world, new Judge(policy), await world.snapshot()), clear };
  } catch (error) {
    await clear();
    throw error;
  }
}

import type { GatewaySource } from "../../emulator/sources.ts";
import { keyAttacks } from "./attacks/keys.ts";
import { listAttacks } from "./attacks/lists.ts";
import { moveAttacks } from "./attacks/moves.ts";
import { bulkAttacks, objectAttacks } from "./attacks/objects.ts";
import { patchAttacks } from "./attacks/patches.ts";
import { plainAttacks } from "./attacks/plain.ts";
import { sharedAttacks } from "./attacks/shared.ts";
import { tokenAttacks } from "./attacks/tokens.ts";
import { Budget, spent } from "./budget.ts";
import { AccessError, type AccessReport, Findings } from "./report.ts";
import { type AccessApi, accessRoutes } from "./routes.ts";
import type { Attack, Scene } from "./scene.ts";
import { type Stage, type StageOptions, setStage } from "./stage.ts";

/** The options of `proveAccess`, with what they are when nobody says. */
export interface ProveOptions extends StageOptions {
  readonly sources: readonly GatewaySource[];
  readonly thorough: boolean;
}

async function attacksOn(scene: Scene): Promise<Attack[]> {
  return [
    ...(await keyAttacks(scene, false)),
    ...(await objectAttacks(scene)),
    ...bulkAttacks(scene),
    ...plainAttacks(scene),
    ...(await listAttacks(scene)),
    ...tokenAttacks(scene),
    ...(await moveAttacks(scene)),
    ...(await patchAttacks(scene)),
    ...sharedAttacks(scene),
    ...(await keyAttacks(scene, true)),
  ];
}

async function attack(
  { scene, sender }: Stage,
  sources: readonly GatewaySource[],
  budget: Budget,
): Promise<Findings> {
  const findings = new Findings();
  for (const source of sources) {
    for (const { route, actor, run } of await attacksOn(scene)) {
      const found = await run(async (request, as = actor, deleted) => {
        const { seen, verdicts } = await budget.spend(source, route, () =>
          sender.send(source, route, as, request, deleted),
        );
        for (const { kind, what } of verdicts) findings.add(source, route, as, kind, what, seen);
        return seen;
      }).catch((reason: unknown) => {
        if (reason !== spent) throw reason;
        return undefined;
      });
      if (found !== undefined) findings.add(source, route, actor, found.kind, found.what, found.seen);
    }
  }
  return findings;
}

/**
 * Sets the stage, attacks, and leaves the models as they were.
 *
 * @throws AccessError listing what was found
 * @throws TypeError when an option names a route that is not there
 */
export async function prove(api: AccessApi, options: ProveOptions): Promise<AccessReport> {
  const { open, bodies, sources, thorough } = options;
  const { routes, unknown } = accessRoutes(api);
  const keys = new Set(routes.map(({ key }) => key));
  for (const [name, named] of [
    ["open", open],
    ["bodies", Object.keys(bodies)],
  ] as const) {
    const wrong = named.find(key => !keys.has(key));
    if (wrong !== undefined) throw new TypeError(`proveAccess: option "${name}" names no route: ${wrong}`);
  }
  const budget = new Budget(sources, thorough);
  const stage = await setStage(api, routes, options);
  try {
    const { crossings } = await attack(stage, sources, budget);
    const unreached = routes.map(({ key }) => key).filter(key => !stage.sender.succeeded.has(key));
    const unproven = [...new Set([...unreached, ...unknown])];
    const report = { crossings, requests: stage.sender.count, unproven, cut: [...budget.cut] };
    if (crossings.length > 0) throw new AccessError(report);
    return report;
  } finally {
    await stage.clear();
  }
}

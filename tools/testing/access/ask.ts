import type { GatewaySource } from "../../emulator/sources.ts";
import { send } from "../requests/invoke.ts";
import { type TestResponse, testResponse } from "../requests/response.ts";
import { handlerOf } from "../requests/target.ts";
import type { Judge, Verdict } from "./judge.ts";
import type { AccessRoute } from "./routes.ts";
import type { Actor, AttackRequest, Seen } from "./types.ts";
import { type Change, changesOf, type Snapshot, type Stored, type World } from "./world.ts";

const readOnly: ReadonlySet<string> = new Set(["GET", "HEAD", "OPTIONS"]);

/** What a client gets when the function fails or returns what no source takes. */
const failed: TestResponse = testResponse("GET", { status: 502, headers: [], body: Buffer.alloc(0) });

async function responseTo(
  actor: Actor,
  source: GatewaySource,
  request: AttackRequest,
): Promise<TestResponse> {
  const { pathParameters: _, ...sent } = request;
  try {
    return await send("proveAccess", handlerOf(actor.target), sent, { source });
  } catch {
    return failed;
  }
}

/** Sends requests of attacks, and takes back what they do. */
export class Sender {
  private readonly world: World;
  private readonly judge: Judge;
  private snapshot: Snapshot;
  /** How many requests were sent. */
  count = 0;
  /** The keys of routes that somebody was let through by. */
  readonly succeeded: Set<string> = new Set();

  constructor(world: World, judge: Judge, snapshot: Snapshot) {
    this.world = world;
    this.judge = judge;
    this.snapshot = snapshot;
    judge.look(snapshot);
  }

  /** What a request did; an object that is there again which was deleted for it is restored. */
  private async effectsSince(before: Snapshot): Promise<Change[]> {
    return changesOf(before, await this.world.snapshot()).map(change =>
      change.kind === "created" && this.snapshot.has(change.key) ? { ...change, kind: "restored" } : change,
    );
  }

  /**
   * One request, what it did and what is wrong with it. The objects are back afterwards.
   *
   * @param deleted an object that is deleted before the request
   */
  async send(
    source: GatewaySource,
    route: AccessRoute,
    actor: Actor,
    request: AttackRequest,
    deleted?: Stored,
  ): Promise<{ seen: Seen; verdicts: Verdict[] }> {
    this.count++;
    const isSafe = readOnly.has(request.method);
    if (!isSafe) await this.judge.foresee(route, actor, request);
    if (deleted !== undefined) await this.world.delete(deleted);
    const before = deleted === undefined ? this.snapshot : await this.world.snapshot();
    const response = await responseTo(actor, source, request);
    if (response.status < 400) this.succeeded.add(route.key);
    const changes = isSafe ? [] : await this.effectsSince(before);
    const seen: Seen = { request, response, changes };
    const verdicts = await this.judge.judge(route, actor, seen);
    if (deleted !== undefined) await this.undelete();
    else if (changes.length > 0) await this.restore(seen);
    return { seen, verdicts };
  }

  private async undelete(): Promise<void> {
    await this.world.revert(changesOf(this.snapshot, await this.world.snapshot()));
    this.snapshot = await this.world.snapshot();
    // What was found out meanwhile goes by objects without the deleted one.
    this.judge.look(this.snapshot);
  }

  private async restore({ changes }: Seen): Promise<void> {
    await this.world.revert(changes);
    const now = await this.world.snapshot();
    if (changesOf(this.snapshot, now).length === 0) return;
    this.snapshot = now;
    this.judge.look(now);
  }
}

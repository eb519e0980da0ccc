import type { GatewaySource } from "../../emulator/sources.ts";
import type { AccessRoute } from "./routes.ts";

/** Thrown into an attack on a route that has had its time. */
export const spent: unique symbol = Symbol("spent");

/** Milliseconds for a slow route on the first source, and on all of them. */
const first = 700;
const all = 1400;
/** A route whose requests take fewer milliseconds each is not a slow one. */
const quick = 25;

/**
 * How long a route is attacked: one that hashes passwords would take minutes. Those that are quick have all the time they need.
 */
export class Budget {
  private readonly used = new Map<string, { count: number; time: number }>();
  private readonly sources: readonly GatewaySource[];
  private readonly isEndless: boolean;
  /** Routes whose attacks were cut short. */
  readonly cut: Set<string> = new Set();

  constructor(sources: readonly GatewaySource[], isEndless: boolean) {
    this.sources = sources;
    this.isEndless = isEndless;
  }

  /** Does something for a route. @throws the symbol `spent` when there is no time left for it */
  async spend<T>(source: GatewaySource, { key }: AccessRoute, work: () => Promise<T>): Promise<T> {
    const { count, time } = this.used.get(key) ?? { count: 0, time: 0 };
    const limit = source === this.sources[0] ? first : all;
    if (!this.isEndless && time > Math.max(limit, count * quick)) {
      this.cut.add(key);
      throw spent;
    }
    const start = performance.now();
    try {
      return await work();
    } finally {
      this.used.set(key, { count: count + 1, time: time + performance.now() - start });
    }
  }
}

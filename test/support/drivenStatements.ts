import { StatementSync } from "node:sqlite";
import pg from "pg";

/** What drivers are asked to do, whoever asks: a list of SQL, and what takes the watch off again. */
export interface DrivenStatements {
  /** Runs something, and gives the SQL that it took, but for what begins and ends transactions. */
  during(run: () => Promise<unknown>): Promise<string[]>;
  stop(): void;
}

const bounds = /^(begin|commit|rollback|start transaction|savepoint|release)\b/i;

/** Watches the drivers of SQLite and PostgreSQL in this process. */
export function watchStatements(): DrivenStatements {
  const seen: string[] = [];
  const undo: (() => void)[] = [];
  function watch<Name extends string, Asked>(
    prototype: Record<Name, (...given: Asked[]) => unknown>,
    name: Name,
    textOf: (target: unknown, given: Asked | undefined) => string,
  ): void {
    const own = prototype[name];
    prototype[name] = function watched(this: unknown, ...given: Asked[]) {
      seen.push(textOf(this, given[0]));
      return own.apply(this, given);
    };
    undo.push(() => {
      prototype[name] = own;
    });
  }
  for (const name of ["all", "run", "iterate"] as const) {
    watch(StatementSync.prototype as never, name, target => (target as StatementSync).sourceSQL);
  }
  watch(pg.Client.prototype as never, "query", (_target, given: unknown) =>
    typeof given === "string" ? given : ((given as { text?: string } | undefined)?.text ?? ""),
  );
  return {
    async during(run) {
      seen.length = 0;
      await run();
      return seen.filter(text => !bounds.test(text.trim()));
    },
    stop() {
      for (const put of undo) put();
    },
  };
}

import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** Whether the other frameworks are there, which have a lockfile of their own. */
export const arePeersInstalled = (): boolean =>
  existsSync(fileURLToPath(new URL("../peers/node_modules", import.meta.url)));

import { existsSync } from "node:fs";
import { dirname, join } from "node:path";

/** The nearest folder above, or the folder itself, that has a `package.json`. */
export function packageFolder(folder: string): string | undefined {
  if (existsSync(join(folder, "package.json"))) return folder;
  const parent = dirname(folder);
  return parent === folder ? undefined : packageFolder(parent);
}

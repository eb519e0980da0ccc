import { readFileSync } from "node:fs";
import { join } from "node:path";
import { packageFolder } from "../entry/packageFolder.ts";
import { type Command, defineCommand } from "../shell/command.ts";

function ownVersion(): string {
  const folder = packageFolder(import.meta.dirname) as string;
  return (JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as { version: string }).version;
}

/** `tsverless version` */
export const version: Command = defineCommand({
  name: "version",
  summary: "Shows the version",
  args: [],
  options: {},
  async run(_given, io) {
    io.out.line(ownVersion());
    return 0;
  },
});

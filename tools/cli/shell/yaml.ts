import { UserError } from "./command.ts";

/**
 * Writes a value as YAML, with the package `yaml`.
 *
 * @param version of what reads it; in 1.1 more words mean something, so that more is quoted
 * @throws UserError when it is not installed
 */
export async function toYaml(value: unknown, version: "1.1" | "1.2" = "1.2"): Promise<string> {
  const yaml = await import("yaml").catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "ERR_MODULE_NOT_FOUND") throw error;
    throw new UserError("yaml is not installed. Run: npm install --save-dev yaml");
  });
  return yaml.stringify(value, { version, lineWidth: 0, aliasDuplicateObjects: false });
}

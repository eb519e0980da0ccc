import { UserError } from "./command.ts";

/**
 * Writes a value as YAML, with the package `yaml`.
 *
 * @throws UserError when it is not installed
 */
export async function toYaml(value: unknown): Promise<string> {
  const yaml = await import("yaml").catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "ERR_MODULE_NOT_FOUND") throw error;
    throw new UserError("yaml is not installed. Run: npm install --save-dev yaml");
  });
  return yaml.stringify(value, { lineWidth: 0, aliasDuplicateObjects: false });
}

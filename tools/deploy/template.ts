/** A template as plain data, ready for JSON or YAML. */
export type Template = { [key: string]: unknown };

/** What the deployment fills in: `${Api}`. */
export const fill = (expression: string): string => `\${${expression}}`;

import type { StandardSchemaV1 } from "@standard-schema/spec";
import { tokensOf } from "../core/jsonPointer.ts";

/** An error as Ajv reports it, as far as it is read here. */
export interface ValidatorError {
  keyword: string;
  instancePath: string;
  schemaPath: string;
  params: Readonly<Record<string, unknown>>;
  message?: string;
}

/** Keywords that report the errors of each of their branches besides their own. */
const choices = new Set(["anyOf", "oneOf", "contains", "propertyNames"]);

/** The parameter that names the property at fault, for keywords that report it at the object around. */
const culprits: Readonly<Record<string, string>> = {
  required: "missingProperty",
  dependentRequired: "missingProperty",
  dependencies: "missingProperty",
  additionalProperties: "additionalProperty",
  unevaluatedProperties: "unevaluatedProperty",
  propertyNames: "propertyName",
};

const listed = (values: unknown): string =>
  Array.isArray(values) ? values.map(value => JSON.stringify(value)).join(", ") : "";

/** The types that every branch of a choice asked for, when that is all that was wrong with each. */
function wantedTypes(branches: readonly ValidatorError[], at: string): string | undefined {
  if (branches.length === 0 || !branches.every(one => one.keyword === "type" && one.instancePath === at)) {
    return undefined;
  }
  return [...new Set(branches.flatMap(one => String(one.params.type).split(",")))].join(" or ");
}

function messageOf(error: ValidatorError, branches: readonly ValidatorError[]): string {
  const { keyword, params } = error;
  switch (keyword) {
    case "required":
    case "dependentRequired":
    case "dependencies":
      return "is required";
    case "additionalProperties":
    case "unevaluatedProperties":
    case "false schema":
      return "is not allowed";
    case "propertyNames":
      return "is no valid name";
    case "type":
      return `must be ${String(params.type).split(",").join(" or ")}`;
    case "enum":
      return `must be one of ${listed(params.allowedValues)}`;
    case "const":
      return `must be ${JSON.stringify(params.allowedValue)}`;
    case "uniqueItems":
      return "must not have the same item twice";
    case "anyOf":
    case "oneOf": {
      if (Array.isArray(params.passingSchemas))
        return "matches more than one of the forms that exclude each other";
      const types = wantedTypes(branches, error.instancePath);
      return types === undefined ? "matches none of the allowed forms" : `must be ${types}`;
    }
    case "not":
      return "has a form that is not allowed";
    default:
      return (error.message ?? "is invalid").replace("must NOT", "must not");
  }
}

/**
 * Turns Ajv's errors into issues: one for each problem, the path at the property that is at fault, and no value of the
 * input in any message.
 */
export function toIssues(errors: readonly ValidatorError[]): StandardSchemaV1.Issue[] {
  const kept: { error: ValidatorError; branches: ValidatorError[] }[] = [];
  for (const error of errors) {
    const branches: ValidatorError[] = [];
    if (choices.has(error.keyword)) {
      // The errors of the branches come right before the error of the choice itself.
      while (kept.at(-1)?.error.schemaPath.startsWith(branchPrefix(error))) {
        const last = kept.pop();
        if (last) branches.push(last.error);
      }
      branches.reverse();
    }
    // `if` only says that `then` or `else` failed, which reports its own errors.
    if (error.keyword !== "if") kept.push({ error, branches });
  }
  return kept.map(({ error, branches }) => {
    const path = tokensOf(error.instancePath);
    const culprit = error.params[culprits[error.keyword] ?? ""];
    if (culprit !== undefined) path.push(String(culprit));
    return { path, message: messageOf(error, branches) };
  });
}

function branchPrefix({ schemaPath }: ValidatorError): string {
  return `${schemaPath}/`;
}

import { restAuthorizer } from "../../tools/emulator/authorizer.ts";
import { type Authorizer, events, type TestRequest } from "../../tools/testing/index.ts";

/** The APIs that ask authorizers. */
export type Asking = "restToken" | "restRequest" | "http" | "httpV1" | "webSocket";
export const askings: readonly Asking[] = ["restToken", "restRequest", "http", "httpV1", "webSocket"];

/** What an authorizer answers, as far as API Gateway reads it. */
export interface Answer {
  principalId?: string;
  policyDocument?: { Statement: { Effect: string; Action: string; Resource: string[] }[] };
  isAuthorized?: boolean;
  context?: Record<string, unknown>;
  usageIdentifierKey?: string;
}

const isAlike = (pattern: string, arn: string): boolean =>
  new RegExp(`^${pattern.replace(/[.+^${}()|[\]\\/]/g, "\\$&").replaceAll("*", "[^]*")}$`).test(arn);

/** Whether an answer, which may have been kept, allows an ARN: a Deny wins, and what is not mentioned is denied. */
export function allows({ policyDocument, isAuthorized }: Answer, arn: string): boolean {
  if (policyDocument === undefined) return isAuthorized === true;
  const effects = policyDocument.Statement.filter(({ Resource }) =>
    Resource.some(pattern => isAlike(pattern, arn)),
  ).map(({ Effect }) => Effect);
  return effects.includes("Allow") && !effects.includes("Deny");
}

/** The event of the handler behind, as API Gateway makes it of the answer. */
export function eventBehind(api: Asking, answer: Answer, request: TestRequest): object {
  const { context = {}, principalId } = answer;
  const authorizer: Authorizer = { lambda: context, ...(principalId !== undefined && { principalId }) };
  if (api === "http") return events.http({ ...request, authorizer: { lambda: context } });
  if (api === "httpV1") return events.httpV1({ ...request, authorizer });
  if (api !== "webSocket") return events.rest({ ...request, authorizer });
  const { type, methodArn, ...opened } = events.authorizer.webSocket(request);
  const requestContext = { ...opened.requestContext, authorizer: restAuthorizer(authorizer) };
  return { ...opened, requestContext, isBase64Encoded: false };
}

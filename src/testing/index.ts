export type { Authorizer, IamCaller } from "../gateway/authorizer.ts";
export { type GatewaySource, gatewaySources } from "../gateway/sources.ts";
export type { LatticeV1Event, LatticeV2Event } from "../gateway/types.ts";
export { AccessError, type AccessReport } from "./access/report.ts";
export type { AccessApi } from "./access/routes.ts";
export type { AttackRequest, Crossing, CrossingKind } from "./access/types.ts";
export {
  type ClientRequest,
  type Send,
  type TestClient,
  type TestClientOptions,
  testClient,
} from "./client.ts";
export { conforms, type SeenResponse } from "./conforms.ts";
export { context } from "./context.ts";
export type { Difference } from "./differences.ts";
export { type EventBuilder, type Events, events } from "./events.ts";
export { type ExampleRequest, exampleRequests } from "./exampleRequests.ts";
export { type AnyHandler, type InvokeOptions, invoke } from "./invoke.ts";
export {
  type Capability,
  type ModelConformanceOptions,
  modelConformance,
  type Refusal,
  type Refusals,
  type RefusedAttempt,
  type RegisterTest,
  type Thing,
  thingFields,
} from "./modelConformance.ts";
export type { Overrides } from "./overrides.ts";
export { assertPortable, type Portability, type PortableOptions, portable } from "./portable.ts";
export { type ProveAccessOptions, proveAccess } from "./proveAccess.ts";
export type { TestFile, TestMessage } from "./records.ts";
export type { Reply } from "./reply.ts";
export type { TestRequest } from "./request.ts";
export type { Target, TestApi } from "./target.ts";

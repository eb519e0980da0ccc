export type { Authorizer, IamCaller } from "../gateway/authorizer.ts";
export { type GatewaySource, gatewaySources } from "../gateway/sources.ts";
export type { LatticeV1Event, LatticeV2Event } from "../gateway/types.ts";
export {
  type ClientRequest,
  type Send,
  type TestClient,
  type TestClientOptions,
  testClient,
} from "./client.ts";
export { context } from "./context.ts";
export type { Difference } from "./differences.ts";
export { type EventBuilder, type Events, events } from "./events.ts";
export { type AnyHandler, type InvokeOptions, invoke } from "./invoke.ts";
export {
  type Capability,
  type ModelConformanceOptions,
  modelConformance,
  type RegisterTest,
  type Thing,
  thingFields,
} from "./modelConformance.ts";
export type { Overrides } from "./overrides.ts";
export { assertPortable, type Portability, type PortableOptions, portable } from "./portable.ts";
export type { TestFile, TestMessage } from "./records.ts";
export type { Reply } from "./reply.ts";
export type { TestRequest } from "./request.ts";
export type { Target, TestApi } from "./target.ts";

export type { QueueServer } from "../aws/endpoint/serve.ts";
export type { Faults } from "../aws/functions.ts";
export type { Authorizer, IamCaller } from "../emulator/authorizer.ts";
export { type GatewaySource, gatewaySources } from "../emulator/sources.ts";
export type { LatticeV1Event, LatticeV2Event } from "../emulator/types.ts";
export { AccessError, type AccessReport } from "./access/report.ts";
export type { AccessApi } from "./access/routes.ts";
export type { AttackRequest, Crossing, CrossingKind } from "./access/types.ts";
export { eachSeed } from "./app/eachSeed.ts";
export type { PublishOptions, SendOptions, TestBusEvent } from "./app/sentMessage.ts";
export {
  type TestApp,
  type TestAppOptions,
  type TestQueue,
  type TestQueueMessage,
  testApp,
} from "./app/testApp.ts";
export { conforms, type SeenResponse } from "./documents/conforms.ts";
export type { Difference } from "./documents/differences.ts";
export { type ExampleRequest, exampleRequests } from "./documents/exampleRequests.ts";
export type {
  AuthorizerEventBuilder,
  AuthorizerEvents,
  HttpV1AuthorizerEvent,
} from "./events/authorizers.ts";
export { type EventBuilder, type Events, events } from "./events/events.ts";
export type { TestDelivery, TestNotice, TestTask } from "./events/notices.ts";
export type { TestFile, TestMessage } from "./events/records.ts";
export type { TestBusMessage, TestRun } from "./events/singles.ts";
export type { TestChange, TestKafkaRecord, TestStreamRecord } from "./events/streams.ts";
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
export { assertPortable, type Portability, type PortableOptions, portable } from "./portable.ts";
export { type ProveAccessOptions, proveAccess } from "./proveAccess.ts";
export {
  type ClientRequest,
  type Send,
  type TestClient,
  type TestClientOptions,
  testClient,
} from "./requests/client.ts";
export { context } from "./requests/context.ts";
export { type AnyHandler, type InvokeOptions, invoke } from "./requests/invoke.ts";
export type { Overrides } from "./requests/overrides.ts";
export type { TestRequest } from "./requests/request.ts";
export type { TestResponse } from "./requests/response.ts";
export type { Target, TestApi } from "./requests/target.ts";

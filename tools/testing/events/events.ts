import type {
  ALBEvent,
  APIGatewayProxyEvent,
  APIGatewayProxyEventV2,
  DynamoDBStreamEvent,
  EventBridgeEvent,
  FirehoseTransformationEvent,
  KinesisStreamEvent,
  LambdaFunctionURLEvent,
  MSKEvent,
  S3BatchEvent,
  S3Event,
  ScheduledEvent,
  SelfManagedKafkaEvent,
  SNSEvent,
  SQSEvent,
} from "aws-lambda";
import type { CognitoEvents, CognitoTrigger } from "../../../src/events/cognito.ts";
import { eventOf } from "../../emulator/event.ts";
import type { GatewaySource } from "../../emulator/sources.ts";
import type { HttpV1Event, LatticeV1Event, LatticeV2Event, SourceEvents } from "../../emulator/types.ts";
import { type Overrides, override } from "../requests/overrides.ts";
import { prepare, type TestRequest } from "../requests/request.ts";
import { type AuthorizerEvents, authorizerEvents } from "./authorizers.ts";
import {
  firehoseEvent,
  s3BatchEvent,
  snsRecord,
  type TestDelivery,
  type TestNotice,
  type TestTask,
} from "./notices.ts";
import { s3Record, sqsRecord, type TestFile, type TestMessage } from "./records.ts";
import { busEvent, cognitoEvent, scheduledEvent, type TestBusMessage, type TestRun } from "./singles.ts";
import {
  changeRecord,
  kafkaEvent,
  kinesisRecord,
  selfManagedKafkaEvent,
  type TestChange,
  type TestKafkaRecord,
  type TestStreamRecord,
} from "./streams.ts";

/** Makes the event of one source. What is overridden may be at any depth, and `undefined` takes a field away. */
export type EventBuilder<Event> = (request?: TestRequest, overrides?: Overrides<Event>) => Event;

/** The builders of {@link events}. */
export interface Events {
  /** API Gateway REST API. */
  rest: EventBuilder<APIGatewayProxyEvent>;
  /** API Gateway HTTP API, payload format 2.0. */
  http: EventBuilder<APIGatewayProxyEventV2>;
  /** API Gateway HTTP API, payload format 1.0. */
  httpV1: EventBuilder<HttpV1Event>;
  /** Function URL. */
  url: EventBuilder<LambdaFunctionURLEvent>;
  /** Application Load Balancer. */
  alb: EventBuilder<ALBEvent>;
  /** Application Load Balancer whose target group has multi-value headers. */
  albMulti: EventBuilder<ALBEvent>;
  /** VPC Lattice, version 1. */
  latticeV1: EventBuilder<LatticeV1Event>;
  /** VPC Lattice, version 2. */
  latticeV2: EventBuilder<LatticeV2Event>;
  /** What authorizers of REST, HTTP and WebSocket APIs are asked with. */
  authorizer: AuthorizerEvents;
  /** SQS: a batch of messages, as text or in detail. */
  sqs(messages: readonly (string | TestMessage)[], overrides?: Overrides<SQSEvent>): SQSEvent;
  /** S3: a notification of objects, by their keys or in detail. */
  s3(files: readonly (string | TestFile)[], overrides?: Overrides<S3Event>): S3Event;
  /** SNS: messages of a topic, as text or in detail; AWS sends one at a time. */
  sns(messages: readonly (string | TestNotice)[], overrides?: Overrides<SNSEvent>): SNSEvent;
  /** Kinesis: records of one shard, by their data or in detail. */
  kinesis(
    records: readonly (string | TestStreamRecord)[],
    overrides?: Overrides<KinesisStreamEvent>,
  ): KinesisStreamEvent;
  /** DynamoDB: changes of a table, with both images. */
  dynamoStream(
    changes: readonly TestChange[],
    overrides?: Overrides<DynamoDBStreamEvent>,
  ): DynamoDBStreamEvent;
  /** Kafka, by MSK: records of topics, by their values or in detail. */
  kafka(records: readonly (string | TestKafkaRecord)[], overrides?: Overrides<MSKEvent>): MSKEvent;
  /** Kafka, by a cluster of one's own. */
  selfManagedKafka(
    records: readonly (string | TestKafkaRecord)[],
    overrides?: Overrides<SelfManagedKafkaEvent>,
  ): SelfManagedKafkaEvent;
  /** Firehose: records to transform, by their data or in detail. */
  firehose(
    records: readonly (string | TestDelivery)[],
    overrides?: Overrides<FirehoseTransformationEvent>,
  ): FirehoseTransformationEvent;
  /** S3 Batch Operations: tasks of a job, by the keys of their objects or in detail. */
  s3Batch(files: readonly (string | TestTask)[], overrides?: Overrides<S3BatchEvent>): S3BatchEvent;
  /** EventBridge: an event of a bus, by its detail. */
  eventBridge<Detail>(
    event: TestBusMessage<Detail>,
    overrides?: Overrides<EventBridgeEvent<string, Detail>>,
  ): EventBridgeEvent<string, Detail>;
  /** EventBridge: a run of a schedule. */
  scheduled(run?: TestRun, overrides?: Overrides<ScheduledEvent>): ScheduledEvent;
  /** Cognito: the event of a trigger of a user pool, by its name. */
  cognito<Name extends CognitoTrigger>(
    trigger: Name,
    overrides?: Overrides<CognitoEvents[Name]>,
  ): CognitoEvents[Name];
}

function builder<S extends GatewaySource>(name: string, source: S): EventBuilder<SourceEvents[S]> {
  return function build(request = {}, overrides = {} as never) {
    const prepared = prepare(`events.${name}`, source, request);
    return override(eventOf(source, prepared.request, prepared.route), overrides);
  };
}

/**
 * Builds the events that AWS invokes functions with: whole ones, as each source makes them of a request.
 *
 * @throws TypeError naming what is wrong in the request
 * @example
 * events.rest({ route: "/users/{id}", path: "/users/7", query: { full: true }, headers: { Accept: "text/html" } });
 * events.http({ method: "POST", path: "/users", body: { name: "Ann" } }, { requestContext: { stage: "prod" } });
 * events.sqs([{ body: { orderId: "o1" } }, "not JSON"]);
 */
export const events: Events = {
  rest: builder("rest", "rest"),
  http: builder("http", "http"),
  httpV1: builder("httpV1", "http-v1"),
  url: builder("url", "url"),
  alb: builder("alb", "alb"),
  albMulti: builder("albMulti", "alb-multi"),
  latticeV1: builder("latticeV1", "lattice-v1"),
  latticeV2: builder("latticeV2", "lattice-v2"),
  authorizer: authorizerEvents,
  sqs: (messages, overrides = {}) => override({ Records: messages.map(sqsRecord) }, overrides),
  s3: (files, overrides = {}) => override({ Records: files.map(s3Record) }, overrides),
  sns: (messages, overrides = {}) => override({ Records: messages.map(snsRecord) }, overrides),
  kinesis: (records, overrides = {}) => override({ Records: records.map(kinesisRecord) }, overrides),
  dynamoStream: (changes, overrides = {}) => override({ Records: changes.map(changeRecord) }, overrides),
  kafka: (records, overrides = {}) => override(kafkaEvent(records), overrides),
  selfManagedKafka: (records, overrides = {}) => override(selfManagedKafkaEvent(records), overrides),
  firehose: (records, overrides = {}) => override(firehoseEvent(records), overrides),
  s3Batch: (files, overrides = {}) => override(s3BatchEvent(files), overrides),
  eventBridge: (event, overrides = {} as never) => override(busEvent(event), overrides),
  scheduled: (run = {}, overrides = {}) => override(scheduledEvent(run), overrides),
  cognito: (trigger, overrides = {} as never) => cognitoEvent(trigger, overrides),
};

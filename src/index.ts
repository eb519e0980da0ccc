export { type Api, type ApiOptions, api, type NamesOption } from "../api/api.ts";
export type { DocsOptions, MakeDocument } from "../api/docsRoutes.ts";
export type { ApiEntries, ApiHandlers, ApiNames, ApiRoute, RouteHandler } from "../api/entries.ts";
export type { OpenApiDocument, OpenApiOptions } from "../api/openapi/index.ts";
export { type Resource, type ResourceOptions, resource } from "../api/resource.ts";
export {
  type AuthorizerHandlerOptions,
  type AuthorizerRequest,
  authorizerHandler,
} from "../generics/authorizerHandler.ts";
export { type BulkCreateOptions, bulkCreateHandler } from "../generics/bulkCreateHandler.ts";
export { type BulkDeleteOptions, bulkDeleteHandler } from "../generics/bulkDeleteHandler.ts";
export { type BulkUpdateOptions, bulkUpdateHandler } from "../generics/bulkUpdateHandler.ts";
export { type CognitoOptions, type CognitoSteps, cognitoHandler } from "../generics/cognitoHandler.ts";
export { type CreateOptions, createHandler } from "../generics/createHandler.ts";
export { type DeleteOptions, deleteHandler } from "../generics/deleteHandler.ts";
export { type DirectOptions, directHandler } from "../generics/directHandler.ts";
export {
  type DynamoStreamOptions,
  dynamoStreamHandler,
  type StreamSteps,
} from "../generics/dynamoStreamHandler.ts";
export { type EventBridgeOptions, eventBridgeHandler } from "../generics/eventBridgeHandler.ts";
export { type FirehoseHandlerOptions, firehoseHandler } from "../generics/firehoseHandler.ts";
export { type KafkaHandlerOptions, kafkaHandler } from "../generics/kafkaHandler.ts";
export { type KinesisHandlerOptions, kinesisHandler } from "../generics/kinesisHandler.ts";
export { type ListOptions, listHandler } from "../generics/listHandler.ts";
export type { AuthorizerResult } from "../generics/parts/authorizerAnswer.ts";
export type { AuthorizerEvent } from "../generics/parts/authorizerEvent.ts";
export { type ReadSqsOptions, readSqsHandler } from "../generics/readSqsHandler.ts";
export { type RestoreOptions, restoreHandler } from "../generics/restoreHandler.ts";
export { type RetrieveOptions, retrieveHandler } from "../generics/retrieveHandler.ts";
export { type S3BatchOptions, s3BatchHandler } from "../generics/s3BatchHandler.ts";
export { type S3HandlerOptions, s3Handler } from "../generics/s3Handler.ts";
export { type ScheduledOptions, scheduledHandler } from "../generics/scheduledHandler.ts";
export { type SnsHandlerOptions, snsHandler } from "../generics/snsHandler.ts";
export { type SqsBatchResult, type SqsHandlerOptions, sqsHandler } from "../generics/sqsHandler.ts";
export { type UpdateOptions, updateHandler } from "../generics/updateHandler.ts";
export { type AuthUserOptions, authUser } from "../middlewares/authUser.ts";
export { type CorsOptions, cors } from "../middlewares/cors.ts";
export { type ErrorsOptions, errors } from "../middlewares/errors.ts";
export { type FormBodyOptions, type FormFields, formBody } from "../middlewares/formBody.ts";
export { type HttpPresetOptions, httpPreset } from "../middlewares/httpPreset.ts";
export { type IdempotentOptions, idempotent } from "../middlewares/idempotent.ts";
export { type JsonBodyOptions, jsonBody } from "../middlewares/jsonBody.ts";
export { type LoadObjectOptions, loadObject } from "../middlewares/loadObject.ts";
export { type LoadQuerysetOptions, loadQueryset } from "../middlewares/loadQueryset.ts";
export { type MiddyPresetOptions, middyPreset } from "../middlewares/middyPreset.ts";
export {
  type MultipartFields,
  type MultipartOptions,
  type MultipartValue,
  multipart,
} from "../middlewares/multipart.ts";
export { operation } from "../middlewares/operation.ts";
export { pathParams } from "../middlewares/pathParams.ts";
export { permit } from "../middlewares/permit.ts";
export { queryParams } from "../middlewares/queryParams.ts";
export { type RequireKeysOptions, requireKeys } from "../middlewares/requireKeys.ts";
export { type S3File, s3File } from "../middlewares/s3File.ts";
export { type S3PresetOptions, s3Preset } from "../middlewares/s3Preset.ts";
export { type SerializeOptions, serialize } from "../middlewares/serialize.ts";
export {
  type SqsJsonMessage,
  type SqsMessage,
  type SqsMessagesOptions,
  sqsMessages,
} from "../middlewares/sqsMessages.ts";
export { type SqsPresetOptions, sqsPreset } from "../middlewares/sqsPreset.ts";
export { type ValidateOptions, validate } from "../middlewares/validate.ts";
export { type WarmupOptions, warmup } from "../middlewares/warmup.ts";
export type { AlbOptions } from "./auth/alb.ts";
export { type AuthenticateOptions, authenticate } from "./auth/authenticate.ts";
export type { Claims } from "./auth/claims.ts";
export { isExpired, type SignJwtOptions, signJwt, type VerifyJwtOptions, verifyJwt } from "./auth/jwt.ts";
export type { JwtKey } from "./auth/keys.ts";
export { hashPassword, needsRehash, verifyPassword } from "./auth/password.ts";
export { constantTimeEqual, randomString } from "./auth/random.ts";
export { clearSessionCookie, type SessionCookieOptions, sessionCookie } from "./auth/sessionCookie.ts";
export {
  BadRequest,
  Conflict,
  type FieldError,
  Forbidden,
  HttpError,
  type HttpErrorOptions,
  MethodNotAllowed,
  NotFound,
  PayloadTooLarge,
  PreconditionFailed,
  ServerError,
  TooManyRequests,
  Unauthorized,
  UnsupportedMediaType,
} from "./core/errors.ts";
export {
  type AnyMiddleware,
  defineMiddleware,
  type Hook,
  type HookRequest,
  type Middleware,
  type Shape,
} from "./core/middleware.ts";
export type {
  DocumentedResponse,
  Operation,
  OperationExample,
  OperationMetadata,
} from "./core/operationMetadata.ts";
export { configure, type Settings, settings } from "./core/settings.ts";
export type { BusEvent, EventBridgeMessage } from "./events/batch/busSource.ts";
export type { StreamChange } from "./events/batch/dynamoStreamSource.ts";
export type { FirehoseMessage } from "./events/batch/firehoseSource.ts";
export type { KafkaMessage, KafkaPlace, KafkaRecord } from "./events/batch/kafkaSource.ts";
export type { KinesisMessage } from "./events/batch/kinesisSource.ts";
export type { OnNonRetryable } from "./events/batch/options.ts";
export type { S3BatchItem, S3Task } from "./events/batch/s3BatchSource.ts";
export type { S3Item } from "./events/batch/s3Item.ts";
export type { ScheduledRun } from "./events/batch/scheduleSource.ts";
export type { SnsMessage } from "./events/batch/snsSource.ts";
export type { BatchResult } from "./events/batch/source.ts";
export type {
  CognitoClaims,
  CognitoEvents,
  CognitoGroups,
  CognitoResponses,
  CognitoTokens,
  CognitoTrigger,
} from "./events/cognito.ts";
export type { EnvelopeName, EventBridgeEnvelope, SnsEnvelope } from "./events/envelope/types.ts";
export type {
  DeclaredBucket,
  DeclaredBus,
  DeclaredQueue,
  DeclaredSchedule,
  DeclaredStream,
  DeclaredTopic,
} from "./events/trigger.ts";
export { rawBody } from "./http/body.ts";
export { clientIp } from "./http/clientIp.ts";
export { isHttpError } from "./http/errorResponse.ts";
export type { AddsForm, FormFile } from "./http/form.ts";
export { type MarkedResponse, type ResponseInit, respond } from "./http/respond.ts";
export { and, type CurrentUser, isAuthenticated, not, or, type Register, type Rule } from "./http/rules.ts";
export type { HttpEvent, HttpResult, ReadyResponse, Source } from "./http/types.ts";
export type { Claim as IdempotencyClaim, IdempotencyRecord, IdempotencyStore } from "./idempotency/types.ts";
export type {
  AllOptions,
  FullModel,
  FullQueryset,
  Model,
  ObjectOf,
  OrderKey,
  Page,
  PageRequest,
  Queryset,
  Where,
} from "./models/types.ts";
export { explain, type Link } from "./pipeline/explain.ts";
export { type LambdaHandler, type PipelineOptions, pipeline } from "./pipeline/pipeline.ts";
export { answersPreflights } from "./pipeline/preflights.ts";
export type { Checked, Misplaced } from "./pipeline/types.ts";
export { compiledSchema } from "./schema/compiledSchema.ts";
export { type FromSchema, type JsonSchemaOptions, jsonSchema } from "./schema/jsonSchema.ts";
export { fields } from "./serializers/fields.ts";
export { listOf } from "./serializers/listOf.ts";
export { omit } from "./serializers/omit.ts";
export { pick } from "./serializers/pick.ts";
export type { ListSerializer, Load, Serializer, SerializerRequest } from "./serializers/types.ts";

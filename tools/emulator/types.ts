import type {
  ALBEvent,
  APIGatewayProxyEvent,
  APIGatewayProxyEventV2,
  LambdaFunctionURLEvent,
} from "aws-lambda";
import type { Authorizer } from "./authorizer.ts";
import type { Multimap } from "./multimap.ts";

/** A request as it reaches AWS. */
export interface GatewayRequest {
  method: string;
  /** As the client sends it, encoded; a stage or base path before it is in {@link GatewayRoute.base}. */
  path: string;
  /** As the client sends it, without the question mark. */
  query: string;
  /** In the order sent; a name may be there more than once, and in any case. */
  headers: Multimap;
  body: Uint8Array;
  client: GatewayClient;
  /** Sends the body as base64, or as text. @default what the source makes of the content type */
  base64?: boolean;
}

/** Who sends a request. */
export interface GatewayClient {
  ip: string;
  /** `HTTP/1.1` */
  protocol: string;
}

/** What the source knows of a request besides. */
export interface GatewayRoute {
  /** `GET /users/{id}`, `ANY /files/{path+}`, `$default`; sources without routes have no use for it. */
  key: string;
  /** Values of the path's variables as the client sends them, encoded. */
  parameters?: Readonly<Record<string, string>>;
  /** @default `$default` on HTTP APIs, `prod` on REST APIs; no other source has stages. */
  stage?: string;
  /** What the client's path has before the route's: `/prod` on AWS's own domain, or the base path of a custom one. */
  base?: string;
  /** The API mapping of a custom domain, `/shop`, which an HTTP API never says with payload format 2.0. */
  mapping?: string;
  authorizer?: Authorizer | undefined;
}

/** What an HTTP API sends with payload format 1.0. */
export interface HttpV1Event extends APIGatewayProxyEvent {
  version: "1.0";
}

/** What VPC Lattice sends, version 1. */
export interface LatticeV1Event {
  raw_path: string;
  method: string;
  headers: Record<string, string>;
  query_string_parameters: Record<string, string>;
  body: string;
  is_base64_encoded: boolean;
}

/** What VPC Lattice sends, version 2. */
export interface LatticeV2Event {
  version: "2.0";
  path: string;
  method: string;
  headers: Record<string, string[]>;
  queryStringParameters?: Record<string, string[]>;
  body: string;
  isBase64Encoded: boolean;
  requestContext: {
    serviceNetworkArn: string;
    serviceArn: string;
    targetGroupArn: string;
    identity: { sourceVpcArn?: string; type?: "AWS_IAM"; principal?: string; principalOrgID?: string };
    region: string;
    /** In microseconds. */
    timeEpoch: string;
  };
}

/** The event of each source. */
export interface SourceEvents {
  rest: APIGatewayProxyEvent;
  http: APIGatewayProxyEventV2;
  "http-v1": HttpV1Event;
  url: LambdaFunctionURLEvent;
  alb: ALBEvent;
  "alb-multi": ALBEvent;
  "lattice-v1": LatticeV1Event;
  "lattice-v2": LatticeV2Event;
}

/** What goes out to the client. */
export interface GatewayResponse {
  status: number;
  headers: [name: string, value: string][];
  body: Buffer;
}

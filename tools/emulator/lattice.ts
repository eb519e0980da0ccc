import { decodedQuery, joined, lastOf, lists, lowerCased } from "./multimap.ts";
import { payloadOf } from "./payload.ts";
import type { GatewayRequest, GatewayRoute, LatticeV1Event, LatticeV2Event } from "./types.ts";

const arn = (rest: string): string => `arn:aws:vpc-lattice:us-east-1:000000000000:${rest}`;

/**
 * The event of VPC Lattice, version 1: repeated headers are joined, of repeated parameters the last one counts.
 * https://docs.aws.amazon.com/vpc-lattice/latest/ug/lambda-functions.html
 */
export function latticeV1Event(
  request: GatewayRequest,
  { base = "", mapping = "" }: GatewayRoute,
): LatticeV1Event {
  const { method, path, query } = request;
  const payload = payloadOf("lattice-v1", request);
  return {
    raw_path: `${base}${mapping}${path}${query === "" ? "" : `?${query}`}`,
    method,
    headers: joined(lowerCased(request.headers), ", "),
    query_string_parameters: lastOf(decodedQuery(query)),
    body: payload.text,
    is_base64_encoded: payload.base64,
  };
}

/**
 * The event of VPC Lattice, version 2: headers and parameters are lists.
 * https://docs.aws.amazon.com/vpc-lattice/latest/ug/lambda-functions.html
 */
export function latticeV2Event(
  request: GatewayRequest,
  { base = "", mapping = "", authorizer }: GatewayRoute,
): LatticeV2Event {
  const { method, path } = request;
  const query = decodedQuery(request.query);
  const payload = payloadOf("lattice-v2", request);
  const { userArn, principalOrgId } = authorizer?.iam ?? {};
  return {
    version: "2.0",
    path: base + mapping + path,
    method,
    headers: lists(lowerCased(request.headers)),
    ...(query.length > 0 && { queryStringParameters: lists(query) }),
    body: payload.text,
    isBase64Encoded: payload.base64,
    requestContext: {
      serviceNetworkArn: arn("servicenetwork/sn-0123456789abcdef0"),
      serviceArn: arn("service/svc-0123456789abcdef0"),
      targetGroupArn: arn("targetgroup/tg-0123456789abcdef0"),
      identity: {
        sourceVpcArn: "arn:aws:ec2:us-east-1:000000000000:vpc/vpc-0123456789abcdef0",
        ...(authorizer && { type: "AWS_IAM" }),
        ...(userArn !== undefined && { principal: userArn }),
        ...(principalOrgId !== undefined && { principalOrgID: principalOrgId }),
      },
      region: "us-east-1",
      timeEpoch: String(Date.now() * 1000),
    },
  };
}

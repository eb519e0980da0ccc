import { albEvent } from "./alb.ts";
import { httpV1Event } from "./httpV1.ts";
import { latticeV1Event, latticeV2Event } from "./lattice.ts";
import { httpEvent, urlEvent } from "./payloadV2.ts";
import { restEvent } from "./rest.ts";
import type { GatewaySource } from "./sources.ts";
import type { GatewayRequest, GatewayRoute, SourceEvents } from "./types.ts";

type Makers = { [S in GatewaySource]: (request: GatewayRequest, route: GatewayRoute) => SourceEvents[S] };

const makers: Makers = {
  rest: restEvent,
  http: httpEvent,
  "http-v1": httpV1Event,
  url: urlEvent,
  alb: (request, route) => albEvent(false, request, route),
  "alb-multi": (request, route) => albEvent(true, request, route),
  "lattice-v1": latticeV1Event,
  "lattice-v2": latticeV2Event,
};

/**
 * The event that a source makes of a request.
 *
 * @param source the source
 * @param request the request as it reaches AWS
 * @param route what the source knows of it besides; those without routes take no notice of it
 * @returns the event, which shares nothing with another
 */
export function eventOf<S extends GatewaySource>(
  source: S,
  request: GatewayRequest,
  route: GatewayRoute,
): SourceEvents[S] {
  return makers[source](request, route);
}

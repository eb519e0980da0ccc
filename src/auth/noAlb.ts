import { missedPart } from "../core/missedPart.ts";
import type { AlbCaller } from "./alb.ts";

/**
 * Stands in the place of what reads the signature of a load balancer, in bundles of handlers without the option `alb`: what `#alb`
 * means with the condition `tsverless-no-alb`.
 *
 * @throws TypeError always: nobody is believed without it
 */
export function albCaller(_caller: string, _options: object, _idClaim?: string): AlbCaller {
  throw missedPart("alb", 'The option "alb"');
}

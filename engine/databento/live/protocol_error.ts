import { UserError } from "../../errors.ts";

/** What came over a connection is not what the protocol of live gateways allows. */
export class ProtocolError extends UserError {
  override name = "ProtocolError";
}

import * as outboundFederation from "./outbound-federation.ts";

export const outboundFederationOperations = Object.values(outboundFederation);

import { CreateDelegationRequest } from "./CreateDelegationRequest.ts";
import { GetHumanReadableSummary } from "./GetHumanReadableSummary.ts";
import * as reads from "./reads.ts";
import * as transitions from "./transitions.ts";

/** Access that one account asks of another for a while. */
export const delegationOperations = [
  CreateDelegationRequest,
  GetHumanReadableSummary,
  ...Object.values(reads),
  ...Object.values(transitions),
];

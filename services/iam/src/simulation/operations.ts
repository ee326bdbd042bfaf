import { GetContextKeysForCustomPolicy, GetContextKeysForPrincipalPolicy } from "./context-keys.ts";
import { SimulateCustomPolicy } from "./SimulateCustomPolicy.ts";
import { SimulatePrincipalPolicy } from "./SimulatePrincipalPolicy.ts";

export const simulationOperations = [
  GetContextKeysForCustomPolicy,
  GetContextKeysForPrincipalPolicy,
  SimulateCustomPolicy,
  SimulatePrincipalPolicy,
];

import { iam } from "@rolecall/model";
import { operation } from "@rolecall/pipeline";
import { accountCheck } from "../checks.ts";
import { scenarioOf } from "./scenario.ts";
import { simulationPage } from "./simulation-pages.ts";

/**
 * What documents would decide that are attached to nobody. Nothing is done and nothing enforced by it; the decisions
 * are the engine's own.
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulateCustomPolicy.html
 */
export const SimulateCustomPolicy = operation(iam, "SimulateCustomPolicy", {
  authorization: () => accountCheck,
  handle: async (input, { accountId }) => simulationPage(input, scenarioOf(input, undefined, accountId)),
});

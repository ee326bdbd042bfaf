import { iam } from "@rolecall/model";
import { operation } from "@rolecall/pipeline";
import { withoutExcluded } from "./exclusions.ts";
import { scenarioOf } from "./scenario.ts";
import { simulationPage } from "./simulation-pages.ts";
import { sourceCheck } from "./source-check.ts";
import { entityPolicies, requireSource } from "./sources.ts";

/**
 * What the policies of a user, group or role decide as they stand now, with what the request adds and leaves out.
 * Policies of other resources than the request's own take no part.
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulatePrincipalPolicy.html
 */
export const SimulatePrincipalPolicy = operation(iam, "SimulatePrincipalPolicy", {
  authorization: ({ PolicySourceArn }, context) => sourceCheck(PolicySourceArn, context),
  async handle(input, context) {
    const source = requireSource(input.PolicySourceArn, context);
    const policies = await context.store.read((tx) => entityPolicies(tx, source, context.access));
    const simulated = withoutExcluded(policies, input.PolicyExclusionList);
    const scenario = scenarioOf(
      input,
      { policies: simulated, arn: input.PolicySourceArn },
      context.accountId,
    );
    return simulationPage(input, scenario);
  },
});

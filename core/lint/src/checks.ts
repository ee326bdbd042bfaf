import type { Check } from "./check.ts";
import { actionChecks } from "./checks/actions.ts";
import { conditionKeyChecks } from "./checks/condition-keys.ts";
import { conditionMeaningChecks } from "./checks/condition-meaning.ts";
import { conditionSetChecks } from "./checks/condition-sets.ts";
import { conditionValueChecks } from "./checks/condition-values.ts";
import { organizationsChecks } from "./checks/organizations.ts";
import { principalChecks } from "./checks/principals.ts";
import { reachChecks } from "./checks/reach.ts";
import { redundancyChecks } from "./checks/redundancy.ts";
import { resourceChecks } from "./checks/resources.ts";
import { serviceChecks } from "./checks/services.ts";
import { sizeChecks } from "./checks/sizes.ts";
import { structureChecks } from "./checks/structure.ts";
import { tagChecks } from "./checks/tags.ts";
import { trustChecks } from "./checks/trust.ts";
import { variableChecks } from "./checks/variables.ts";

/**
 * Every check there is: Access Analyzer's by their issue codes, and ours, whose codes begin with `ROLECALL_`.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html
 */
export const checks: readonly Check[] = [
  ...structureChecks,
  ...variableChecks,
  ...actionChecks,
  ...resourceChecks,
  ...principalChecks,
  ...trustChecks,
  ...serviceChecks,
  ...conditionKeyChecks,
  ...conditionValueChecks,
  ...conditionSetChecks,
  ...conditionMeaningChecks,
  ...tagChecks,
  ...reachChecks,
  ...organizationsChecks,
  ...sizeChecks,
  ...redundancyChecks,
];

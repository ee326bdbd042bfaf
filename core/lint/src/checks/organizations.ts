// Service control and resource control policies.
// https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps_syntax.html
import type { Check } from "../check.ts";
import { found } from "../check.ts";
import type { LintStatement, ListPart } from "../document.ts";
import { hasWildcard } from "../patterns.ts";
import { demandsPresence } from "./operator-kinds.ts";

const isEverything = (part: ListPart | undefined) =>
  part !== undefined && !part.not && part.items.length === 1 && part.items[0]?.value === "*";

/** `BoolIfExists aws:PrincipalIsAWSService`, or plain Bool, with this value. */
const saysService = ({ conditions }: LintStatement, value: "true" | "false") =>
  conditions.some(
    ({ name, parsed, values }) =>
      name === "aws:principalisawsservice" &&
      parsed?.base === "Bool" &&
      values.length === 1 &&
      values[0]?.value.toLowerCase() === value,
  );

const principalKeys = [
  "aws:principalorgid",
  "aws:principalorgpaths",
  "aws:principalaccount",
  "aws:principalarn",
];
const serviceKeys = ["aws:sourceorgid", "aws:sourceorgpaths", "aws:sourceaccount", "aws:sourcearn"];
const isPrincipalKey = (name: string) => principalKeys.includes(name) || name.startsWith("aws:principaltag/");

export const organizationsChecks: readonly Check[] = [
  {
    code: "SCP_SYNTAX_ERROR_PRINCIPAL",
    type: "ERROR",
    when: "an SCP has Principal or NotPrincipal",
    kinds: ["scp"],
    *statement({ principals }) {
      if (principals !== undefined)
        yield found(
          principals.namePlace,
          `Remove ${principals.name}: an SCP is about everyone in the account. Test aws:PrincipalArn.`,
        );
    },
  },
  {
    // [?] The page still says "other than at the end" while Organizations takes wildcards everywhere in an action's name
    // since 2025; left is the service prefix.
    code: "SCP_SYNTAX_ERROR_ACTION_WILDCARD",
    type: "ERROR",
    when: "an action of an SCP has a wildcard in its service prefix",
    kinds: ["scp"],
    *statement({ actions }, { actionsOf }) {
      for (const { text, prefix } of actionsOf(actions))
        if (hasWildcard(prefix))
          yield found(text, "Name the service: an SCP takes wildcards in an action's name only.");
    },
  },
  {
    code: "RCP_SYNTAX_ERROR_PRINCIPAL",
    type: "ERROR",
    when: "the Principal of an RCP is other than *, or it has NotPrincipal",
    kinds: ["rcp"],
    *statement({ principals }) {
      if (principals === undefined) return;
      if (principals.not || principals.node.kind !== "string" || principals.node.value !== "*")
        yield found(principals, 'An RCP says "Principal": "*" and confines by conditions.');
    },
  },
  {
    code: "RCP_SYNTAX_ERROR_ALLOW",
    type: "ERROR",
    when: "an RCP allows, other than everything to everyone on everything, as AWS's own RCPFullAWSAccess does",
    kinds: ["rcp"],
    *statement({ effect, actions, resources, conditions, members }) {
      if (effect !== "Allow") return;
      if (isEverything(actions) && isEverything(resources) && conditions.length === 0) return;
      const at = members.find(({ name }) => name === "Effect");
      if (at !== undefined) yield found(at, "An RCP only denies.");
    },
  },
  {
    code: "RCP_SYNTAX_ERROR_NOTACTION",
    type: "ERROR",
    when: "an RCP has NotAction",
    kinds: ["rcp"],
    *statement({ actions }) {
      if (actions?.not === true) yield found(actions.namePlace, "An RCP has no NotAction: list the actions.");
    },
  },
  {
    code: "RCP_SYNTAX_ERROR_ACTION",
    type: "ERROR",
    when: "an RCP denies * alone or an action of a service that takes no part in RCPs",
    kinds: ["rcp"],
    *statement({ effect, actions }, { data, actionsOf }) {
      if (effect !== "Deny" || actions === undefined || actions.not) return;
      const services = data.rcpServices;
      for (const { text, prefix } of actionsOf(actions))
        if (!services.has(prefix))
          yield found(text, `RCPs have no say in ${prefix === "" ? text.value : prefix}.`);
    },
  },
  {
    code: "RCP_MISSING_RELATED_PRINCIPAL_CONDITION_KEY",
    type: "WARNING",
    when: "an RCP tests a key of the principal without BoolIfExists aws:PrincipalIsAWSService false",
    kinds: ["rcp"],
    *condition({ name, key, keyPlace }, statement) {
      if (statement.effect === "Deny" && isPrincipalKey(name) && !saysService(statement, "false"))
        yield found(
          keyPlace,
          `Services that act for you have no ${key}: add "BoolIfExists": {"aws:PrincipalIsAWSService": "false"}.`,
        );
    },
  },
  {
    code: "RCP_MISSING_RELATED_SERVICE_PRINCIPAL_CONDITION_KEY",
    type: "WARNING",
    when: "an RCP tests a source key without BoolIfExists aws:PrincipalIsAWSService true",
    kinds: ["rcp"],
    *condition({ name, key, keyPlace, parsed }, statement) {
      if (statement.effect !== "Deny" || parsed?.base === "Null" || !serviceKeys.includes(name)) return;
      if (!saysService(statement, "true"))
        yield found(
          keyPlace,
          `Only services have ${key}: add "BoolIfExists": {"aws:PrincipalIsAWSService": "true"}.`,
        );
    },
  },
  {
    code: "RCP_MISSING_SERVICE_CONDITION_KEY_NULL_CHECK",
    type: "WARNING",
    when: "an RCP tests a source key without Null aws:SourceAccount false or Null aws:SourceArn false",
    kinds: ["rcp"],
    *condition({ name, key, keyPlace, parsed }, statement) {
      if (statement.effect !== "Deny" || parsed?.base === "Null" || !serviceKeys.includes(name)) return;
      const isGuarded = statement.conditions.some(
        (one) => ["aws:sourceaccount", "aws:sourcearn"].includes(one.name) && demandsPresence(one),
      );
      if (!isGuarded)
        yield found(keyPlace, `Not every service sends ${key}: add "Null": {"aws:SourceAccount": "false"}.`);
    },
  },
];

// Condition keys and operators: known, well formed, and fit for each other.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
import { operators } from "@rolecall/policy/language";
import type { ConditionKeyType } from "@rolecall/service-authorization";
import type { Check, Found } from "../check.ts";
import { found } from "../check.ts";
import type { ConditionValue, LintStatement } from "../document.ts";
import { memberOf, membersOf } from "../document.ts";
import { didYouMean } from "../suggest.ts";
import { familyOf } from "./operator-kinds.ts";
import type { OperatorFamily } from "./operator-kinds.ts";

/** Key -> what to use instead. */
const unsupportedKeys: ReadonlyMap<string, string> = new Map([
  ["aws:arn", "aws:PrincipalArn or aws:SourceArn"],
]);
/** SNS calls aws:SourceOwner deprecated: https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-use-cases.html */
const deprecatedKeys: ReadonlyMap<string, string> = new Map([["aws:sourceowner", "aws:SourceAccount"]]);

/** Keys that end in a tag key. */
const tagKeys: readonly string[] = [
  "aws:resourcetag",
  "aws:requesttag",
  "aws:principaltag",
  "iam:resourcetag",
  "ec2:resourcetag",
];

const lacksTagKey = (name: string) => tagKeys.some((prefix) => name === prefix || name === `${prefix}/`);

/** Operators that fit a type of key, the preferred first. Any text can be compared as a string, but not as a pattern. */
const fitting: Readonly<Record<ConditionKeyType, readonly OperatorFamily[]>> = {
  String: ["String"],
  ARN: ["Arn", "String"],
  Bool: ["Bool"],
  Numeric: ["Numeric"],
  Date: ["Date"],
  IPAddress: ["IpAddress"],
  Binary: ["Binary"],
};

/** Keys that can be read in two ways, or whose values say more than their type. */
const alsoFits: ReadonlyMap<string, readonly OperatorFamily[]> = new Map<string, readonly OperatorFamily[]>([
  ["aws:epochtime", ["Date", "Numeric"]],
  ["aws:ec2instancesourceprivateipv4", ["IpAddress", "String"]],
  ["aws:userid", ["String"]],
]);

export const conditionKeyChecks: readonly Check[] = [
  {
    code: "INVALID_CONDITION_OPERATOR",
    type: "ERROR",
    when: "an operator does not exist",
    *statement(statement) {
      for (const { name, namePlace, isNullIfExists, isKnown } of operatorsOf(statement))
        if (!isKnown && !isNullIfExists)
          yield found(namePlace, `There is no operator ${name}.${didYouMean(name, operatorNames)}`);
    },
  },
  {
    code: "NULL_WITH_IF_EXISTS",
    type: "ERROR",
    when: "the operator NullIfExists is used",
    *statement(statement) {
      for (const { namePlace, isNullIfExists } of operatorsOf(statement))
        if (isNullIfExists)
          yield found(namePlace, "Null has no IfExists form: it already asks whether the key exists.");
    },
  },
  {
    code: "DUPLICATE_KEYS_WITH_DIFFERENT_CASE",
    type: "ERROR",
    when: "a condition block has the same key or operator twice, in different case",
    *statement({ members }) {
      const condition = memberOf(members, "Condition");
      if (condition?.node.kind !== "object") return;
      const blocks = [condition, ...membersOf(condition.node, condition.path)];
      for (const { node, path } of blocks) {
        if (node.kind !== "object") continue;
        const seen = new Map<string, string>();
        for (const { name, namePlace } of membersOf(node, path)) {
          const before = seen.get(name.toLowerCase());
          if (before !== undefined)
            yield found(namePlace, `${name} and ${before} are the same: join their values.`);
          else seen.set(name.toLowerCase(), name);
        }
      }
    },
  },
  {
    code: "INVALID_CONDITION_KEY_FORMAT",
    type: "ERROR",
    when: "a key is not of the form service:name",
    *condition({ key, keyPlace }) {
      const colon = key.indexOf(":");
      if (colon < 1 || colon === key.length - 1)
        yield found(keyPlace, `A condition key looks like aws:SourceIp: service, colon, name.`);
    },
  },
  {
    code: "INVALID_GLOBAL_CONDITION_KEY",
    type: "ERROR",
    when: "a key that begins with `aws:` does not exist",
    *condition({ key, name, keyPlace }, _statement, { data }) {
      if (!name.startsWith("aws:") || name === "aws:" || lacksTagKey(name)) return;
      if (unsupportedKeys.has(name) || data.conditionKey(key) !== undefined) return;
      const known = data.globalConditionKeys.map((one) => one.key);
      yield found(keyPlace, `There is no key ${key}.${didYouMean(key, known)}`);
    },
  },
  {
    code: "UNSUPPORTED_GLOBAL_CONDITION_KEY",
    type: "ERROR",
    when: "the key is aws:ARN",
    *condition({ key, name, keyPlace }) {
      const instead = unsupportedKeys.get(name);
      if (instead !== undefined) yield found(keyPlace, `Requests have no ${key}: use ${instead}.`);
    },
  },
  {
    code: "DEPRECATED_GLOBAL_CONDITION_KEY",
    type: "WARNING",
    when: "a global key is deprecated",
    *condition({ key, name, keyPlace }) {
      const instead = deprecatedKeys.get(name);
      if (instead !== undefined) yield found(keyPlace, `${key} is deprecated: use ${instead}.`);
    },
  },
  {
    code: "INVALID_SERVICE_CONDITION_KEY",
    type: "ERROR",
    when: "a key is unknown in its service",
    *condition({ key, name, keyPlace }, _statement, { data }) {
      const colon = name.indexOf(":");
      const prefix = name.slice(0, Math.max(0, colon));
      if (prefix === "aws" || lacksTagKey(name)) return;
      const service = data.service(prefix);
      // Keys of one service that every request of some sessions has are global ones.
      if (service === undefined || colon === name.length - 1 || data.conditionKey(key) !== undefined) return;
      const own = service.conditionKeys
        .map((one) => one.key)
        .filter((one) => one.toLowerCase().startsWith(`${prefix}:`));
      yield found(keyPlace, `${service.name} has no key ${key}.${didYouMean(key, own)}`);
    },
  },
  {
    code: "MISSING_TAG_KEY_IN_CONDITION",
    type: "ERROR",
    when: "a key such as aws:ResourceTag/ has no tag key",
    *condition({ key, name, keyPlace }) {
      if (lacksTagKey(name)) yield found(keyPlace, `Say which tag: ${key.replace(/\/$/, "")}/tag-key.`);
    },
  },
  {
    code: "TYPE_MISMATCH",
    type: "WARNING",
    when: "an operator does not fit the type of the key",
    *condition(condition, _statement, { data }) {
      const family = familyOf(condition);
      const known = data.conditionKey(condition.key);
      if (family === undefined || family === "Null" || known === undefined) return;
      const families = alsoFits.get(condition.name) ?? fitting[known.type];
      // Tags and encryption contexts hold any text, ARNs too.
      const holdsArns = family === "Arn" && known.type === "String" && condition.values.every(isArnText);
      if (!families.includes(family) && !holdsArns)
        yield found(
          condition.operatorPlace,
          `${condition.key} is of type ${known.type}: use a ${families.join(" or ")} operator, not ${condition.operator}.`,
        );
    },
  },
  {
    code: "STRING_LIKE_OPERATOR_WITH_ARN_CONDITION_KEYS",
    type: "SECURITY_WARNING",
    when: "StringLike or StringNotLike stands on a key that holds an ARN: its stars cross the colons",
    *condition(condition, _statement, { data }) {
      const base = condition.parsed?.base;
      if (base !== "StringLike" && base !== "StringNotLike") return;
      if (data.conditionKey(condition.key)?.type === "ARN")
        yield found(
          condition.operatorPlace,
          `${condition.key} holds an ARN: use ${base === "StringLike" ? "ArnLike" : "ArnNotLike"}, whose stars stay between colons.`,
        );
    },
  },
  {
    code: "UNTRUSTWORTHY_CONDITION_KEY",
    type: "SECURITY_WARNING",
    when: "a key is one that the caller writes as he likes: aws:Referer, aws:UserAgent",
    *condition({ key, name, keyPlace, parsed }) {
      if ((name === "aws:referer" || name === "aws:useragent") && parsed?.base !== "Null")
        yield found(keyPlace, `The caller writes ${key} as he likes: it does not control access.`);
    },
  },
  {
    code: "MISSING_PAIRED_CONDITION_KEYS",
    type: "SECURITY_WARNING",
    when: "a key says little without a companion: a private address without its VPC",
    *condition({ key, name, keyPlace }, { conditions }) {
      const companions = pairs.get(name);
      if (companions !== undefined && !conditions.some((one) => companions.includes(one.name)))
        yield found(keyPlace, `Private addresses repeat: with ${key} test the VPC, too.`);
    },
  },
  {
    code: "IRRELEVANT_CONDITION_KEY_IN_POLICY",
    type: "SUGGESTION",
    when: "a key has no meaning in a policy of the stated resource type",
    kinds: ["resource"],
    *condition({ key, name, keyPlace }, _statement, { resourceType }) {
      if (name === "s3:resourceaccount" && resourceType?.startsWith("AWS::S3") === true)
        yield found(keyPlace, `${key} is always the owner of this resource: test it in identity policies.`);
    },
  },
  {
    code: "USE_CONDITION_KEY_ONLY_WITH_SUPPORTED_SERVICES",
    type: "WARNING",
    when: "aws:VpceAccount, aws:VpceOrgID or aws:VpceOrgPaths is tested for services that do not send it",
    condition: vpceKeys,
  },
];

const isArnText = ({ value }: ConditionValue) => value.startsWith("arn:") || value.startsWith("${");

const operatorNames = Object.keys(operators);

function* operatorsOf({ members }: LintStatement) {
  const condition = memberOf(members, "Condition");
  if (condition?.node.kind !== "object") return;
  for (const { name, namePlace } of membersOf(condition.node, condition.path)) {
    const plain = name.toLowerCase().replace(/^for(allvalues|anyvalue):/, "");
    const base = plain.replace(/ifexists$/, "");
    yield {
      name,
      namePlace,
      isNullIfExists: plain === "nullifexists",
      isKnown: plain !== "nullifexists" && operatorNames.some((known) => known.toLowerCase() === base),
    };
  }
}

const vpcKeys = ["aws:sourcevpc", "aws:sourcevpce", "aws:sourcevpcarn"];
const pairs: ReadonlyMap<string, readonly string[]> = new Map([
  ["aws:vpcsourceip", vpcKeys],
  ["aws:ec2instancesourceprivateipv4", [...vpcKeys, "aws:ec2instancesourcevpc"]],
]);

/**
 * Services that send the account of the endpoint; those that send its organization are some more.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-vpceaccount
 */
const vpceServices: readonly string[] = (
  "apprunner discovery athena servicediscovery applicationinsights cloudformation comprehendmedical compute-optimizer " +
  "ecr ecs kinesisanalytics route53 datasync dynamodb ebs scheduler firehose gamelift medical-imaging healthlake omics " +
  "iam iotfleetwise iotwireless kms lambda payment-cryptography polly acm-pca rbin rekognition servicequotas s3 shield " +
  "storagegateway ssm-contacts textract transcribe transfer"
).split(" ");
const vpceOrgServices: readonly string[] = [
  ...vpceServices,
  ..."b2bi cognito-identity dms ds-data identitystore iottwinmaker cassandra network-firewall sms-voice pricing ses sqs".split(
    " ",
  ),
];

function* vpceKeys(
  { name, key, keyPlace, parsed }: LintStatement["conditions"][number],
  { actions }: LintStatement,
): Iterable<Found> {
  if (!["aws:vpceaccount", "aws:vpceorgid", "aws:vpceorgpaths"].includes(name) || parsed === undefined)
    return;
  const supported = name === "aws:vpceaccount" ? vpceServices : vpceOrgServices;
  const items = actions?.items ?? [];
  const others = items.filter(({ value }) => {
    const [service = ""] = value.toLowerCase().split(":");
    return !supported.includes(service) || value.toLowerCase() === "iam:passrole";
  });
  if (actions?.not === true || others.length > 0)
    yield found(
      keyPlace,
      `Some services alone send ${key}; it is absent for ${actions?.not === true ? "others" : others.map(({ value }) => value).join(", ")}.`,
    );
}

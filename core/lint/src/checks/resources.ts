// Resource and NotResource: ARNs and their parts against the formats of the Service Authorization Reference.
import type { ResourceType, Service } from "@rolecall/service-authorization";
import { fitsType, isOpen, isPlaceholder, partitions, splitArn } from "../arns.ts";
import type { Check, LintContext, LintResourceType } from "../check.ts";
import { found } from "../check.ts";
import { covers, hasWildcard, isComparable } from "../patterns.ts";
import { regions } from "../regions.ts";
import { didYouMean } from "../suggest.ts";
import { holesOf } from "./variables.ts";

const isAccountId = (text: string) => /^\d{12}$/.test(text);

/** Every service's ARN segment is in lower case, so the segments are the prefixes and some more. */
const isKnownSegment = (segment: string, { data }: LintContext) =>
  data.service(segment) !== undefined || data.servicesOfArn(segment).length > 0;

export const resourceChecks: readonly Check[] = [
  {
    code: "INVALID_ARN_PREFIX",
    type: "ERROR",
    when: "a resource does not begin with `arn:`",
    *statement({ resources }) {
      for (const text of resources?.items ?? [])
        if (text.value !== "*" && splitArn(text.value) === undefined)
          yield found(text, `A resource is "*" or an ARN, which begins with arn:.`);
    },
  },
  {
    code: "MISSING_ARN_FIELD",
    type: "ERROR",
    when: "an ARN has fewer than six parts and does not end in a star",
    *statement({ resources }) {
      for (const text of resources?.items ?? []) {
        const arn = splitArn(text.value);
        if (arn !== undefined && arn.resource === undefined && !text.value.endsWith("*"))
          yield found(text, "An ARN has six parts: arn:partition:service:region:account:resource.");
      }
    },
  },
  {
    code: "INVALID_PARTITION",
    type: "ERROR",
    when: "an ARN's partition does not exist",
    *statement({ resources }) {
      for (const text of resources?.items ?? []) {
        const partition = splitArn(text.value)?.partition;
        if (partition !== undefined && !isOpen(partition) && !partitions.includes(partition))
          yield found(text, `There is no partition ${partition}: ${partitions.join(", ")}.`);
      }
    },
  },
  {
    code: "INVALID_ARN_SERVICE_CASE",
    type: "ERROR",
    when: "an ARN's service segment is not in lower case",
    *statement({ resources }) {
      for (const text of resources?.items ?? []) {
        const service = splitArn(text.value)?.service ?? "";
        if (service !== service.toLowerCase() && !service.includes("${"))
          yield found(
            text,
            `Write ${service.toLowerCase()} in lower case: ARNs are compared letter by letter.`,
          );
      }
    },
  },
  {
    code: "INVALID_SERVICE",
    type: "ERROR",
    when: "the service of an ARN or the prefix of a condition key is unknown",
    *statement({ resources, conditions }, context) {
      const { data } = context;
      for (const text of resources?.items ?? []) {
        const service = splitArn(text.value)?.service;
        if (service === undefined || isOpen(service) || service !== service.toLowerCase()) continue;
        if (service === "" || !isKnownSegment(service, context))
          yield found(text, `There is no service ${service}.${didYouMean(service, data.servicePrefixes)}`);
      }
      for (const { key, name, keyPlace } of conditions) {
        const prefix = name.slice(0, Math.max(0, name.indexOf(":")));
        // Keys of identity providers have a host name for prefix.
        if (prefix === "" || prefix === "aws" || prefix.includes(".") || prefix.includes("/")) continue;
        if (data.service(prefix) === undefined && data.conditionKey(key) === undefined)
          yield found(keyPlace, `There is no service ${prefix}.${didYouMean(prefix, data.servicePrefixes)}`);
      }
    },
  },
  {
    code: "INVALID_ARN_RESOURCE",
    type: "ERROR",
    when: "the resource part of an ARN fits no format of its service",
    *statement({ resources }, { arnsOf }) {
      for (const { text, arn, all, fitting } of arnsOf(resources))
        if (fitting.length === 0)
          yield found(
            text,
            `${arn.service} has no resources of the form ${arn.resource ?? ""}: ${formsOf(all.map(({ type }) => type))}.`,
          );
    },
  },
  {
    code: "ARN_ACCOUNT_NOT_ALLOWED",
    type: "ERROR",
    when: "an ARN has an account where its service takes none",
    *statement({ resources }, { arnsOf }) {
      for (const { text, arn, fitting } of arnsOf(resources))
        if (fitting.length > 0 && isAccountId(arn.account) && fitting.every(({ account }) => account === ""))
          yield found(text, `ARNs of ${arn.service} have no account here: leave the segment empty.`);
    },
  },
  {
    code: "ARN_REGION_NOT_ALLOWED",
    type: "ERROR",
    when: "an ARN has a Region where its service takes none",
    *statement({ resources }, { arnsOf }) {
      for (const { text, arn, fitting } of arnsOf(resources)) {
        if (fitting.length === 0 || arn.region === "" || isOpen(arn.region)) continue;
        if (fitting.every(({ region }) => region === ""))
          yield found(text, `ARNs of ${arn.service} have no Region here: leave the segment empty.`);
      }
    },
  },
  {
    code: "INVALID_ARN_ACCOUNT",
    type: "ERROR",
    when: "an ARN's account is not twelve digits",
    *statement({ resources }, { formatsOf }) {
      for (const text of resources?.items ?? []) {
        const arn = splitArn(text.value);
        if (arn === undefined || arn.account === "" || isOpen(arn.account) || isAccountId(arn.account))
          continue;
        const isFixed = formatsOf(arn.service).some(({ account }) => account === arn.account);
        // The account of AWS's own resources: policies, AMIs, public parameters.
        if (!isFixed && !ownedByAws.includes(arn.account))
          yield found(text, `${arn.account} is no account id: twelve digits.`);
      }
    },
  },
  {
    code: "INVALID_ARN_REGION",
    type: "ERROR",
    when: "an ARN's Region does not exist",
    *statement({ resources }, { arnsOf }) {
      for (const { text, arn, fitting } of arnsOf(resources)) {
        if (arn.region === "" || isOpen(arn.region) || regions.has(arn.region)) continue;
        // Where none may stand it is ARN_REGION_NOT_ALLOWED.
        if (fitting.length > 0 && fitting.every(({ region }) => region === "")) continue;
        yield found(text, `There is no Region ${arn.region}.${didYouMean(arn.region, regions)}`);
      }
    },
  },
  {
    code: "MISSING_ARN_REGION",
    type: "ERROR",
    when: "an ARN has no Region where its service needs one",
    *statement({ resources }, { arnsOf }) {
      for (const { text, arn, fitting } of arnsOf(resources))
        if (arn.region === "" && fitting.length > 0 && fitting.every(({ region }) => isPlaceholder(region)))
          yield found(text, `ARNs of ${arn.service} have a Region here: name it, or write *.`);
    },
  },
  {
    code: "MISSING_ARN_ACCOUNT",
    type: "ERROR",
    when: "an ARN has no account where its service needs one",
    *statement({ resources }, { arnsOf }) {
      for (const { text, arn, fitting } of arnsOf(resources))
        if (
          arn.account === "" &&
          fitting.length > 0 &&
          fitting.every(({ account, service, type }) => isPlaceholder(account) && !isPublic(service, type))
        )
          yield found(text, `ARNs of ${arn.service} have an account here: name it, or write *.`);
    },
  },
  {
    code: "UNSUPPORTED_RESOURCE_ARN_IN_POLICY",
    type: "ERROR",
    when: "a policy of a stated resource type names a resource of another service",
    kinds: ["resource"],
    *statement({ resources }, { resourceType }) {
      const segment = resourceType && segments[resourceType];
      if (segment === undefined) return;
      for (const text of resources?.items ?? []) {
        const service = splitArn(text.value)?.service;
        if (service !== undefined && !isOpen(service) && service !== segment)
          yield found(
            text,
            `A policy of a resource of type ${resourceType ?? ""} names resources of ${segment}.`,
          );
      }
    },
  },
  {
    code: "REDUNDANT_RESOURCE",
    type: "SUGGESTION",
    when: "a resource is covered by another entry of the list",
    *statement({ resources }) {
      const items = resources?.items ?? [];
      // The time grows with the square: lists longer than any quota lets through are not examined.
      if (items.length > 300) return;
      const redundant = items.filter((inner, i) =>
        items.some(
          (outer, j) =>
            i !== j &&
            coversResource(outer.value, inner.value) &&
            (j < i || !coversResource(inner.value, outer.value)),
        ),
      );
      if (redundant.length > 0)
        yield found(
          redundant,
          `Other entries cover ${redundant.length === 1 ? "" : `${redundant.length} entries, for example `}` +
            `${redundant[0]?.value ?? ""}: remove ${redundant.length === 1 ? "it" : "them"}.`,
        );
    },
  },
  {
    code: "ROLECALL_ACTION_RESOURCE_MISMATCH",
    type: "WARNING",
    when: "none of the statement's resources is of a type that a listed action takes: the statement never matches it",
    page: "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html",
    kinds: ["identity", "resource", "scp", "rcp"],
    *statement({ actions, resources }, { actionsOf, arnsOf }) {
      if (actions === undefined || actions.not || resources === undefined || resources.not) return;
      // Where a resource is "*" or of no documented form, nothing is known.
      const arns = arnsOf(resources);
      if (arns.length === 0 || arns.length !== resources.items.length) return;
      if (arns.some(({ fitting }) => fitting.length === 0)) return;
      for (const { text, service, action } of actionsOf(actions)) {
        if (service === undefined || action === undefined || byPath.includes(service.prefix)) continue;
        const types = action.resourceTypes.flatMap(({ name }) => service.resourceType(name) ?? []);
        if (action.resourceTypes.length === 0)
          yield found(text, `${text.value} takes no resource: a statement for it needs "Resource": "*".`);
        else if (types.length > 0 && !arns.some(({ arn }) => types.some((type) => fitsType(arn, type))))
          yield found(text, `${text.value} is about ${formsOf(types)}: no resource here is.`);
      }
    },
  },
];

/** Types of which AWS owns some, whose ARNs have no account: public documents, parameters and views. */
const publicTypes: Readonly<Record<string, readonly string[]>> = {
  ssm: ["document", "parameter", "automation-definition"],
  "resource-explorer-2": ["view", "managed-view"],
};

const isPublic = ({ prefix }: Service, { name }: ResourceType) =>
  publicTypes[prefix]?.includes(name) === true;

/** What stands for an account in the ARNs of resources that AWS owns. */
const ownedByAws = ["aws", "cloudfront", "aws-managed"];

const segments: Readonly<Record<LintResourceType, string>> = {
  "AWS::S3::Bucket": "s3",
  "AWS::S3::AccessPoint": "s3",
  "AWS::S3::MultiRegionAccessPoint": "s3",
  "AWS::S3ObjectLambda::AccessPoint": "s3-object-lambda",
  "AWS::DynamoDB::Table": "dynamodb",
};

/** Services whose lists and descriptions are decided on the ARN of a path, which the reference does not tell. */
const byPath = ["iam", "logs"];

function formsOf(types: readonly ResourceType[]): string {
  const forms = [...new Set(types.map(({ arn }) => arn.split(":").slice(5).join(":")))];
  return forms.length > 4 ? `${forms.slice(0, 4).join(", ")} …` : forms.join(", ");
}

/**
 * Part by part for the first five, because a star does not cross them. A variable may stand for any text, an empty one
 * too: a star covers it, a question mark does not, and a wildcard in its braces is none.
 */
function coversResource(written: string, other: string): boolean {
  if (written === "*" || written === other) return true;
  const atoms = new Map<string, string>();
  const [outer, inner] = [withAtoms(written, atoms), withAtoms(other, atoms)];
  if (!hasWildcard(outer) || !isComparable(outer)) return false;
  if (inner !== other && outer.includes("?")) return false;
  // What stands before the first wildcard must be there letter by letter.
  if (!inner.startsWith(outer.slice(0, outer.search(/[*?]/)))) return false;
  const [a, b] = [splitArn(outer), splitArn(inner)];
  if (a?.resource === undefined || b?.resource === undefined) return false;
  return (
    covers(a.partition, b.partition) &&
    covers(a.service, b.service) &&
    covers(a.region, b.region) &&
    covers(a.account, b.account) &&
    covers(a.resource, b.resource)
  );
}

/** Each variable as one character that no document has, the same for the same. */
function withAtoms(text: string, atoms: Map<string, string>): string {
  if (!text.includes("${")) return text;
  let rest = text;
  for (const { inside, isClosed } of holesOf(text)) {
    if (!isClosed) continue;
    const atom = atoms.get(inside) ?? String.fromCharCode(0xe000 + atoms.size);
    atoms.set(inside, atom);
    rest = rest.replace(`\${${inside}}`, atom);
  }
  return rest;
}

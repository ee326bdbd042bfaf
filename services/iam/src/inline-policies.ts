import { foldName } from "@rolecall/identifiers";
import { LimitExceeded, NoSuchEntity } from "@rolecall/model";
import type { OperationContext } from "@rolecall/pipeline";
import { policySizeWithoutWhitespace } from "@rolecall/policy";
import type { Identity } from "@rolecall/store-contract";
import { encodeDocument, requireIdentityPolicy } from "./documents.ts";
import { change, read } from "./identity-kinds.ts";
import type { IdentityKind } from "./identity-kinds.ts";
import { pageOf } from "./pagination.ts";
import type { Page, PageInput } from "./pagination.ts";
import { quotaOf } from "./quotas.ts";

/** Names of inline policies ignore case; the first spelling stays. */
const isNamed =
  (name: string) =>
  (policy: { name: string }): boolean =>
    foldName(policy.name) === foldName(name);

/** @throws NoSuchEntity, MalformedPolicyDocument, LimitExceeded */
export async function putInlinePolicy<R extends Identity>(
  kind: IdentityKind<R>,
  name: string,
  policy: { name: string; document: string },
  context: OperationContext,
): Promise<void> {
  await change(kind, name, context, (record) => {
    requireIdentityPolicy(policy.document, { isManaged: false });
    const own = record.inlinePolicies;
    const existing = own.find(isNamed(policy.name));
    if (existing) existing.document = policy.document;
    else own.push(policy);
    const size = own.reduce((sum, { document }) => sum + policySizeWithoutWhitespace(document), 0);
    const limit = quotaOf(kind.inlineSize, context);
    if (size > limit)
      throw LimitExceeded(`Maximum policy size of ${limit} bytes exceeded for ${kind.noun} ${record.name}`);
  });
}

/** Answers with the name as it was asked for and the document percent-encoded. */
export async function getInlinePolicy<R extends Identity>(
  kind: IdentityKind<R>,
  name: string,
  policyName: string,
  context: OperationContext,
): Promise<{ entityName: string; PolicyName: string; PolicyDocument: string }> {
  const record = await read(kind, name, context);
  const policy = record.inlinePolicies.find(isNamed(policyName));
  if (!policy) throw noSuchPolicy(kind.noun, policyName);
  return { entityName: record.name, PolicyName: policyName, PolicyDocument: encodeDocument(policy.document) };
}

export async function deleteInlinePolicy<R extends Identity>(
  kind: IdentityKind<R>,
  name: string,
  policyName: string,
  context: OperationContext,
): Promise<void> {
  await change(kind, name, context, (record) => {
    const at = record.inlinePolicies.findIndex(isNamed(policyName));
    if (at < 0) throw noSuchPolicy(kind.noun, policyName);
    record.inlinePolicies.splice(at, 1);
  });
}

export async function listInlinePolicies<R extends Identity>(
  kind: IdentityKind<R>,
  name: string,
  input: PageInput,
  context: OperationContext,
): Promise<Page<string>> {
  const record = await read(kind, name, context);
  return pageOf(
    record.inlinePolicies.map((policy) => policy.name),
    foldName,
    input,
    ["inline", kind.arn(record.accountId, "/", foldName(record.name))],
  );
}

const noSuchPolicy = (noun: string, policyName: string): Error =>
  NoSuchEntity(`The ${noun} policy with name ${policyName} cannot be found.`);

import { isDeepStrictEqual } from "node:util";
import { requestTagContext, resourceTagContext } from "@rolecall/access";
import type { ContextEntries } from "@rolecall/access";
import type { Iam } from "@rolecall/model";
import type { CheckFacts, OperationContext } from "@rolecall/pipeline";
import type { Identity, ReadTx } from "@rolecall/store-contract";
import { arnOf, boundaryOf, tagsOf } from "./identity-kinds.ts";
import type { IdentityKind } from "./identity-kinds.ts";

/** Facts of a check on an entity beyond the entity itself. */
export interface EntityCheckOptions {
  action?: string;
  context?: ContextEntries;
  /** The operation has the condition key `iam:PermissionsBoundary`: what the entity has now. */
  hasBoundaryKey?: boolean;
}

/**
 * Facts of a check that follow from a record. The transaction that acts on the decision looks whether they still do:
 * another may have moved or tagged the record meanwhile, or put another under its name.
 */
export async function factsOf<R, F>(
  { store, basis }: OperationContext,
  read: (tx: ReadTx) => Promise<R | undefined>,
  facts: (record: R | undefined) => F,
): Promise<F> {
  const decidedOn = facts(await store.read(read));
  basis.add(async (tx) => isDeepStrictEqual(facts(await read(tx)), decidedOn));
  return decidedOn;
}

/**
 * The check on an entity that a request names: decided on the ARN as it is stored, shown as it was asked for.
 * An entity that does not exist is decided on the ARN it would have in the path `/`, so that only those who may
 * act there learn that it does not exist.
 */
export async function entityCheck<R extends Identity>(
  kind: IdentityKind<R>,
  name: string,
  context: OperationContext,
  options: EntityCheckOptions = {},
): Promise<CheckFacts> {
  const { accountId } = context;
  return factsOf(
    context,
    (tx) => kind.reader(tx).get(accountId, name),
    (record) => ({
      ...(options.action !== undefined && { action: options.action }),
      resource: record ? arnOf(kind, record) : kind.arn(accountId, "/", name),
      shownAs: `${kind.noun} ${name}`,
      context: {
        ...(record && resourceTagContext(tagsOf(record))),
        ...(record && options.hasBoundaryKey && { "iam:PermissionsBoundary": boundaryOf(record) }),
        ...options.context,
      },
    }),
  );
}

/**
 * The checks of creating something under a new ARN: the creation, and a tag permission of its own when tags come
 * along.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/id_tags.html
 */
export function creationChecks(
  resource: string,
  tags: readonly Iam.Tag[] | undefined,
  tagAction: string,
  facts: { shownAs?: string; context?: ContextEntries } = {},
): CheckFacts[] {
  const context = { ...requestTagContext(tags), ...facts.context };
  const creation: CheckFacts = {
    resource,
    ...(facts.shownAs !== undefined && { shownAs: facts.shownAs }),
    context,
  };
  return tags && tags.length > 0 ? [creation, { ...creation, action: tagAction }] : [creation];
}

/** Lists are shown, and decided, on the type's ARN with the path prefix that was asked for. */
export function listCheck(type: string, pathPrefix: string | undefined, accountId: string): CheckFacts {
  return { resource: `arn:aws:iam::${accountId}:${type}${pathPrefix ?? "/"}` };
}

/** Operations without a resource type. */
export const accountCheck: CheckFacts = { resource: "*" };

/** `aws:TagKeys` of a removal. */
export const tagKeysContext = (keys: readonly string[]): ContextEntries =>
  keys.length > 0 ? { "aws:TagKeys": [...keys] } : {};

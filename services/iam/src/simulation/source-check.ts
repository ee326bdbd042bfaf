import { resourceTagContext } from "@rolecall/access";
import type { CheckFacts, OperationContext } from "@rolecall/pipeline";
import { arnOf, group, role, tagsOf, user } from "../identity-kinds.ts";
import type { IdentityKind } from "../identity-kinds.ts";
import type { Identity } from "@rolecall/store-contract";
import { requireSource } from "./sources.ts";

/** The check on the entity whose policies are looked at: decided on its ARN as stored, shown as it was asked for. */
export async function sourceCheck(arn: string, context: OperationContext): Promise<CheckFacts> {
  const { kind, name } = requireSource(arn, context);
  if (kind === "user") return check(user, arn, name, context);
  return kind === "role" ? check(role, arn, name, context) : check(group, arn, name, context);
}

async function check<R extends Identity>(
  kind: IdentityKind<R>,
  arn: string,
  name: string,
  { store, accountId }: OperationContext,
): Promise<CheckFacts> {
  const record = await store.read((tx) => kind.reader(tx).get(accountId, name));
  return {
    resource: record ? arnOf(kind, record) : arn,
    shownAs: arn,
    context: record ? resourceTagContext(tagsOf(record)) : {},
  };
}

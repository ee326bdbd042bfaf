import { rootArn } from "@rolecall/identifiers";
import { ValidationError } from "@rolecall/model";
import type { CheckFacts, OperationContext } from "@rolecall/pipeline";
import type { AccessKeyOwner, ReadTx } from "@rolecall/store-contract";
import { entityCheck } from "./checks.ts";
import type { EntityCheckOptions } from "./checks.ts";
import { find, user } from "./identity-kinds.ts";

/**
 * The user that an operation with an optional `UserName` is about: the named one, else the caller. Sessions of
 * roles have none.
 * @returns undefined for the root user
 */
export function namedOrCallingUser(
  userName: string | undefined,
  { caller }: OperationContext,
): string | undefined {
  if (userName !== undefined) return userName;
  if (caller.principal.kind === "user") return caller.userName;
  // A session of AssumeRoot acts on the root user that it is.
  if (caller.principal.kind === "root" || caller.principal.kind === "assumed-root") return undefined;
  throw ValidationError("Must specify userName when calling with non-User credentials");
}

/** The same for operations on what only IAM users have: the root user must name one too. */
export function namedOrCallingIamUser(userName: string | undefined, context: OperationContext): string {
  const name = namedOrCallingUser(userName, context);
  if (name === undefined)
    throw ValidationError("Must specify userName when calling with non-User credentials");
  return name;
}

/** The check of such an operation. */
export async function iamUserCheck(
  userName: string | undefined,
  context: OperationContext,
  options: EntityCheckOptions = {},
): Promise<CheckFacts> {
  const name = namedOrCallingIamUser(userName, context);
  return { ...(await entityCheck(user, name, context, options)), shownAs: `user ${userName ?? ""}` };
}

/** The check of an operation that may be about the root user. A name that was not sent is not shown either. */
export async function userOrRootCheck(
  userName: string | undefined,
  context: OperationContext,
): Promise<CheckFacts> {
  const name = namedOrCallingUser(userName, context);
  if (name === undefined) return { resource: rootArn(context.accountId) };
  return { ...(await entityCheck(user, name, context)), shownAs: `user ${userName ?? ""}` };
}

export interface KeyOwner {
  owner: AccessKeyOwner;
  /** As stored; undefined for the root user. */
  userName: string | undefined;
}

/** @throws NoSuchEntity */
export async function keyOwner(
  tx: ReadTx,
  userName: string | undefined,
  context: OperationContext,
): Promise<KeyOwner> {
  const name = namedOrCallingUser(userName, context);
  if (name === undefined) return { owner: { kind: "root" }, userName: undefined };
  const found = await find(user, tx, context.accountId, name);
  return { owner: { kind: "user", userId: found.userId }, userName: found.name };
}

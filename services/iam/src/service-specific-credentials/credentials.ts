import { createHash } from "node:crypto";
import { Secret } from "@rolecall/credentials";
import type { Random } from "@rolecall/identifiers";
import { NoSuchEntity, ValidationError } from "@rolecall/model";
import type { Iam } from "@rolecall/model";
import type { CheckFacts, OperationContext } from "@rolecall/pipeline";
import type { ReadTx, ServiceSpecificCredential, User } from "@rolecall/store-contract";
import { iamUserCheck, namedOrCallingIamUser } from "../caller-user.ts";
import { find, user } from "../identity-kinds.ts";
import { apiKeyPrefixOf } from "./services.ts";

export interface OwnCredential {
  owner: User;
  credential: ServiceSpecificCredential;
}

interface Named {
  readonly UserName?: string | undefined;
  readonly ServiceSpecificCredentialId: string;
}

/** A credential of the named or calling user. @throws NoSuchEntity; ValidationError for another user's, as recorded */
export async function findOwnCredential(
  tx: ReadTx,
  { UserName, ServiceSpecificCredentialId: id }: Named,
  context: OperationContext,
): Promise<OwnCredential> {
  const { accountId } = context;
  const owner = await find(user, tx, accountId, namedOrCallingIamUser(UserName, context));
  const credential = await tx.serviceSpecificCredentials.get(id);
  if (credential?.accountId !== accountId) throw NoSuchEntity(`No such credential ${id} exists`);
  if (credential.userId !== owner.userId)
    throw ValidationError(`User ${owner.name} does not have a service specific credential with id ${id}`);
  return { owner, credential };
}

/** The check of a change to a credential: on its user, with the service that it is stored for. */
export async function credentialCheck(input: Named, context: OperationContext): Promise<CheckFacts> {
  const { store, accountId } = context;
  const stored = await store.read((tx) =>
    tx.serviceSpecificCredentials.get(input.ServiceSpecificCredentialId),
  );
  const serviceName = stored?.accountId === accountId ? stored.serviceName : undefined;
  return iamUserCheck(input.UserName, context, {
    context: { "iam:ServiceSpecificCredentialServiceName": serviceName },
  });
}

/** 360 random bits as 60 characters: what the service compares, and what an API key holds. */
export const newPassword = (random: Random): Secret => new Secret(Buffer.from(random(45)).toString("base64"));

/** No slow hash: nobody guesses 360 bits. */
export const digestOf = (password: Secret): string =>
  createHash("sha256").update(password.reveal()).digest("hex");

type Status = Iam.ServiceSpecificCredentialMetadata["Status"];

/** Expiry is a matter of the clock, and no status that is stored. */
function statusAt({ status, expiresAtMs }: ServiceSpecificCredential, nowMs: number): Status {
  return expiresAtMs !== undefined && nowMs >= expiresAtMs ? "Expired" : status;
}

export function metadataShape(
  { owner, credential }: OwnCredential,
  nowMs: number,
): Iam.ServiceSpecificCredentialMetadata {
  const isApiKey = apiKeyPrefixOf(credential.serviceName) !== undefined;
  return {
    UserName: owner.name,
    Status: statusAt(credential, nowMs),
    ServiceUserName: isApiKey ? undefined : credential.publicName,
    ServiceCredentialAlias: isApiKey ? credential.publicName : undefined,
    CreateDate: new Date(credential.createdAtMs),
    ExpirationDate: credential.expiresAtMs === undefined ? undefined : new Date(credential.expiresAtMs),
    ServiceSpecificCredentialId: credential.credentialId,
    ServiceName: credential.serviceName,
  };
}

/** The one answer that has the secret; an API key holds its own public name. */
export function credentialShape(
  own: OwnCredential,
  password: Secret,
  nowMs: number,
): Iam.ServiceSpecificCredential {
  const { serviceName, publicName } = own.credential;
  const prefix = apiKeyPrefixOf(serviceName);
  const secret =
    prefix === undefined
      ? { ServicePassword: password.reveal() }
      : {
          ServiceCredentialSecret:
            prefix + Buffer.from(`${publicName}:${password.reveal()}`).toString("base64"),
        };
  return { ...metadataShape(own, nowMs), ...secret };
}

import { InvalidInput, UnmodifiableEntity } from "@rolecall/model";
import type { Role } from "@rolecall/store-contract";

/** Where service-linked roles stand: `/aws-service-role/SERVICE/`. */
export const serviceLinkedRolePath = (serviceName: string): string => `${linkedPrefix}${serviceName}/`;

const linkedPrefix = "/aws-service-role/";
/** Roles of IAM Identity Center. @see https://docs.aws.amazon.com/singlesignon/latest/userguide/using-service-linked-roles.html */
const reservedPrefix = "/aws-reserved/";

const isReserved = ({ path }: Role): boolean => path.startsWith(reservedPrefix);

const protectedRole = ({ name }: Role): Error =>
  UnmodifiableEntity(
    `Cannot perform the operation on the protected role '${name}' - this role is only modifiable by AWS`,
  );

/** @throws UnmodifiableEntity for roles that only a service may change */
export function requireModifiableRole(role: Role): void {
  if (role.serviceLinked || isReserved(role)) throw protectedRole(role);
}

/** @throws UnmodifiableEntity in a sentence of its own for a service-linked role */
export function requireModifiableDuration(role: Role): void {
  if (role.serviceLinked)
    throw UnmodifiableEntity(
      `${role.name} is an AWS service linked role, max session duration cannot be changed.`,
    );
  requireModifiableRole(role);
}

/**
 * Description and tags of a service-linked role are the account's own.
 * @throws UnmodifiableEntity
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_update-service-linked-role.html
 */
export function requireDescribableRole(role: Role): void {
  if (isReserved(role)) throw protectedRole(role);
}

/** Paths at which an account makes no roles itself. @throws InvalidInput */
export function requireOwnPath(path: string): void {
  // Seen in a log of 2019.
  if (path.startsWith(linkedPrefix))
    throw InvalidInput(`Path prefix '${linkedPrefix}' can only be used for AWS Service linked Roles`);
  // Such a role could never be changed or deleted. The sentence is ours.
  if (path.startsWith(reservedPrefix))
    throw InvalidInput(`Path prefix '${reservedPrefix}' can only be used for roles of AWS services`);
}

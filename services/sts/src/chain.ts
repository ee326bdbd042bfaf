import type { Caller } from "@rolecall/access";
import type { ChainLink } from "@rolecall/credentials";

/** Links that a token names, of a long chain: where it began, and the latest ones. */
const namedLinks = 10;

const linkOf = ({ arn, accessKeyId = "", role }: Caller): ChainLink => ({
  arn,
  accessKeyId,
  ...(role && { roleId: role.roleId }),
});

/**
 * The chain of a session that this caller is about to get.
 *
 * INVARIANT: no link is left out, only its name: whoever is revoked takes with him all that came of him. So a token
 * grows with its chain, and one of some hundreds of sessions is refused, because it does not fit into a token.
 */
export function chainOf(caller: Caller): ChainLink[] {
  const chain = [...(caller.claims?.chain ?? []), linkOf(caller)];
  const lastUnnamed = chain.length - namedLinks;
  return chain.map((link, at) => (at > 0 && at <= lastUnnamed ? withoutName(link) : link));
}

const withoutName = ({ accessKeyId, roleId }: ChainLink): ChainLink => ({
  accessKeyId,
  ...(roleId !== undefined && { roleId }),
});

import type { Caller } from "@rolecall/access";
import type { ChainLink } from "@rolecall/credentials";

/** Links that a token keeps of a long chain: where it began, and the latest ones. */
const maxChainLinks = 10;

/** The chain of a session that this caller is about to get. */
export function chainOf(caller: Caller): ChainLink[] {
  const chain = [...(caller.claims?.chain ?? []), { arn: caller.arn, accessKeyId: caller.accessKeyId ?? "" }];
  return chain.length <= maxChainLinks ? chain : [...chain.slice(0, 1), ...chain.slice(1 - maxChainLinks)];
}

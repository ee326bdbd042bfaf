import { actionMatcher } from "@rolecall/policy/language";
import type { Policy, Statement } from "@rolecall/policy";
import type { Service, ServiceAuthorization } from "@rolecall/service-authorization";

/**
 * What policies could allow at all: some Allow covers it, whatever its resources and conditions, and no Deny without
 * conditions takes it away on every resource. Last accessed information looks at permissions policies in this way alone.
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetServiceLastAccessedDetails.html
 */
export interface Reach {
  /** Prefixes of the services with at least one action that could be allowed, sorted. */
  services(): string[];
  reaches(service: string): boolean;
  /** Names of a service's actions that could be allowed, sorted. */
  actions(service: Service): string[];
}

export function reachOf(policies: readonly Policy[], catalog: ServiceAuthorization): Reach {
  const statements = policies.flatMap((policy) => policy.statements);
  const allows = statements.filter(({ effect }) => effect === "Allow").map(coverage);
  const denies = statements.filter(isTotalDeny).map(coverage);

  const isAllowed = (prefix: string, name: string): boolean => {
    const action = `${prefix}:${name.toLowerCase()}`;
    return (
      allows.some((covers) => covers(prefix)?.(action)) && !denies.some((covers) => covers(prefix)?.(action))
    );
  };
  const reaches = (prefix: string): boolean =>
    // Most policies name few services: the others' actions are not even read.
    allows.some((covers) => covers(prefix)) &&
    (catalog.service(prefix)?.actions.some(({ name }) => isAllowed(prefix, name)) ?? false);

  return {
    services: () => catalog.servicePrefixes.filter(reaches),
    reaches: (service) => reaches(service.toLowerCase()),
    actions: ({ prefix, actions }) =>
      actions.filter(({ name }) => isAllowed(prefix, name)).map(({ name }) => name),
  };
}

const isTotalDeny = ({ effect, conditions, resources }: Statement): boolean =>
  effect === "Deny" &&
  conditions.length === 0 &&
  resources !== undefined &&
  !resources.not &&
  resources.values.includes("*");

/** Matches a service's actions in lower case; undefined for a service that the statement does not cover at all. */
type Coverage = (prefix: string) => ((action: string) => boolean) | undefined;

/** A statement's actions, sorted by service: policies with thousands of them are asked for each action there is. */
function coverage({ actions: { not, values } }: Statement): Coverage {
  const byService = new Map<string, string[]>();
  const general: string[] = [];
  for (const value of values) {
    const colon = value.indexOf(":");
    const prefix = value.slice(0, Math.max(colon, 0)).toLowerCase();
    if (colon < 0 || /[*?]/.test(prefix)) general.push(value);
    else byService.set(prefix, [...(byService.get(prefix) ?? []), value]);
  }
  const matchers = new Map<string, ReturnType<Coverage>>();
  return (prefix) => {
    if (!matchers.has(prefix)) {
      const own = [...(byService.get(prefix) ?? []), ...general];
      const covers = not || own.length > 0;
      matchers.set(prefix, covers ? actionMatcher({ not, values: own }) : undefined);
    }
    return matchers.get(prefix);
  };
}

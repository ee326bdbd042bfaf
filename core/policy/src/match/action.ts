import type { ListElement } from "../parse/policy.ts";
import { patternCodes, textMatcher } from "./wildcard.ts";

/** What an action element can match at all, to slice statements by. Everything in lower case. */
export interface ActionReach {
  /** Matches actions of every service: `*`, or NotAction. */
  readonly everyService: boolean;
  /** `service:name` without wildcards. */
  readonly exact: ReadonlySet<string>;
  /** Services of patterns with a wildcard in the name. */
  readonly services: ReadonlySet<string>;
}

/** The service prefix of an action, `s3` of `s3:GetObject`. */
export const serviceOf = (action: string): string => {
  const colon = action.indexOf(":");
  return colon === -1 ? action : action.slice(0, colon);
};

const hasWildcard = (pattern: string) => pattern.includes("*") || pattern.includes("?");

export function actionReach({ not, values }: ListElement): ActionReach {
  const exact = new Set<string>();
  const services = new Set<string>();
  for (const value of values) {
    const pattern = value.toLowerCase();
    if (hasWildcard(pattern)) services.add(serviceOf(pattern));
    else exact.add(pattern);
  }
  // `*` has itself for a service.
  return { everyService: not || [...services].some(hasWildcard), exact, services };
}

/** Whether Action or NotAction matches: service and name are compared without regard to case. Takes actions in lower case. */
export function actionMatcher({ not, values }: ListElement): (action: string) => boolean {
  const matchers = values.map(patternMatcher);
  return (action) => matchers.some((matches) => matches(action)) !== not;
}

/** The same for one action: nothing is kept, since a document remembers the answer. */
export const actionMatches = (element: ListElement, action: string): boolean =>
  actionMatcher(element)(action);

function patternMatcher(value: string): (action: string) => boolean {
  const pattern = value.toLowerCase();
  return hasWildcard(pattern) ? textMatcher(patternCodes(pattern)) : (action) => pattern === action;
}

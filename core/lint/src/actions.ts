import { patternCodes, textMatcher } from "@rolecall/policy/language";
import type { TextMatcher } from "@rolecall/policy/language";
import type { Action, Service, ServiceAuthorization } from "@rolecall/service-authorization";
import type { ListPart, Text } from "./document.ts";
import { hasWildcard } from "./patterns.ts";

/** An entry of Action or NotAction taken apart. */
export interface ActionEntry {
  readonly text: Text;
  /** In lower case, as `name`; both empty for `*`. */
  readonly prefix: string;
  readonly name: string;
  readonly hasColon: boolean;
  readonly isPattern: boolean;
  readonly service: Service | undefined;
  /** Undefined for patterns and for what is unknown. */
  readonly action: Action | undefined;
}

export function actionEntries(part: ListPart | undefined, data: ServiceAuthorization): ActionEntry[] {
  return (part?.items ?? []).map((text) => {
    const lower = text.value.toLowerCase();
    const colon = lower.indexOf(":");
    const prefix = colon === -1 ? "" : lower.slice(0, colon);
    const name = colon === -1 ? "" : lower.slice(colon + 1);
    const isPattern = hasWildcard(lower);
    const service = data.service(prefix);
    const action = isPattern ? undefined : service?.action(name);
    return { text, prefix, name, hasColon: colon !== -1, isPattern, service, action };
  });
}

/** A matcher of actions in lower case. */
export const actionPattern = (pattern: string): TextMatcher =>
  textMatcher(patternCodes(pattern.toLowerCase()));

/** Whether an entry of Action or NotAction matches an action, `iam:passrole` in lower case. */
export function matchesAction(pattern: string, action: string): boolean {
  if (!hasWildcard(pattern)) return pattern.length === action.length && pattern.toLowerCase() === action;
  return actionPattern(pattern)(action);
}

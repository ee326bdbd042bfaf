// Types only: importing this costs nothing at run time.
import type { ActionNames } from "./generated/actions.ts";

/** Prefix of a service with actions, `"s3"`. */
export type ServicePrefix = keyof ActionNames;

/** Name of an action of one service without its prefix: `ActionName<"s3">` has `"GetObject"`. */
export type ActionName<Service extends ServicePrefix> = ActionNames[Service];

/** An action of one service: `ServiceAction<"s3">` has `"s3:GetObject"`. */
export type ServiceAction<Service extends ServicePrefix> = Service extends ServicePrefix
  ? `${Service}:${ActionNames[Service]}`
  : never;

/**
 * Every action of every AWS service, `"s3:GetObject" | …`, spelt as the Service Authorization Reference does.
 *
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
 */
export type ActionOfAnyService = ServiceAction<ServicePrefix>;

/** What an Action element may say: an action, all actions of a service, some by a pattern, or everything. */
export type ActionPattern = ActionOfAnyService | `${ServicePrefix}:${string}*` | "*";

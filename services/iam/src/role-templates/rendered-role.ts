import { InvalidInput, NoSuchEntity, ValidationError } from "@rolecall/model";
import type { Iam } from "@rolecall/model";
import { renderPolicy, renderText } from "../templates/render.ts";
import { roleTemplates } from "./catalogue.ts";
import type { RoleTemplate } from "./catalogue.ts";

/** A role as its template makes it. */
export interface RenderedRole {
  template: RoleTemplate;
  /** Every value that went in, those of defaults too: what tells two acquisitions apart. */
  parameters: Record<string, string | string[]>;
  name: string;
  path: string;
  description: string;
  trust: string;
  attachedPolicies: string[];
  inlinePolicies: { name: string; document: string }[];
  maxSessionDurationSeconds: number;
}

const namePattern = /^[\w+=,.@-]{1,64}$/;

/** @throws ValidationError, InvalidInput in the service's words (recorded 2026-09) */
function valuesOf(template: RoleTemplate, given: Iam.AcquireRoleRequest["ReplacementValues"]) {
  const values: Record<string, string | string[]> = {};
  for (const name of Object.keys(given ?? {}))
    if (!template.parameters.some((parameter) => parameter.name === name))
      throw InvalidInput(`Failed to render template: Unrecognized parameter: ${name}`);
  for (const { name, type, defaultValue } of template.parameters) {
    const entry = given?.[name]?.Values;
    const [first] = entry ?? [];
    if (type === "StringList" && entry) values[name] = [...entry];
    else if (entry) {
      if (first === undefined || entry.length !== 1)
        throw ValidationError(
          `${name} replacement value must contain exactly one value, got ${entry.length}`,
        );
      values[name] = first;
    } else if (defaultValue !== undefined) values[name] = defaultValue;
  }
  return values;
}

/** @throws NoSuchEntity for a template, or a version of it, that we do not know */
export function renderRole(request: Iam.AcquireRoleRequest): RenderedRole {
  const { TemplateArn, TemplateMinorVersion, ReplacementValues } = request;
  const template = roleTemplates.find(({ arn }) => arn === TemplateArn);
  if (!template) throw NoSuchEntity(`Role Template ${TemplateArn} cannot be found.`);
  if (template.minorVersion !== (TemplateMinorVersion ?? template.minorVersion))
    throw NoSuchEntity(`Role template not found in repository: ${TemplateArn}`);
  const parameters = valuesOf(template, ReplacementValues);
  const values = new Map(Object.entries(parameters));
  const name = renderText(template.namePattern, values);
  // The sentence is ours.
  if (!namePattern.test(name)) throw InvalidInput(`Failed to render template: Invalid role name: ${name}`);
  const inlinePolicies = template.inlinePolicies.flatMap((policy) => {
    const document = renderPolicy(policy.document, values);
    return document ? [{ name: policy.name, document: JSON.stringify(document) }] : [];
  });
  return {
    template,
    parameters,
    name,
    path: renderText(template.pathPattern ?? "/", values),
    description: renderText(template.descriptionPattern, values),
    trust: JSON.stringify(renderPolicy(template.trust, values)),
    attachedPolicies: template.managedPolicyArns,
    inlinePolicies,
    maxSessionDurationSeconds: template.maxSessionDurationSeconds,
  };
}
